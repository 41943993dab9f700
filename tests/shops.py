"""Shops' APIs on this machine: they speak the documented shapes of lists, pages and limits."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

TOKEN = "shpat_test"
KEY, KEY_SECRET = "ck_test", "cs_test"


@dataclass
class Shop:
    """Orders as the API gives them. `busy`: so many answers are 429 first. `asked`: each query.
    `meanwhile`: what happens in the shop after each page."""

    orders: list[dict[str, Any]]
    page: int = 2
    busy: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    url: str = ""
    foreign_next: str | None = None


class _Handler(BaseHTTPRequestHandler):
    shop: Shop

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.shop.asked.append(query)
        if self.shop.busy:
            self.shop.busy -= 1
            self._send(429, {"errors": "Exceeded"}, {"Retry-After": "2.0"})
        elif parts.path == "/admin/api/2026-07/orders.json":
            self._shopify(query)
        elif parts.path == "/wp-json/wc/v3/orders":
            self._woocommerce(query)
        else:
            self._send(404, {}, {})

    def _shopify(self, query: dict[str, str]) -> None:
        if self.headers.get("X-Shopify-Access-Token") != TOKEN:
            self._send(401, {"errors": "[API] Invalid API key or access token"}, {})
            return
        start = int(query.get("page_info", "0"))
        end = start + self.shop.page
        headers = {"X-Shopify-Shop-Api-Call-Limit": "39/40"}
        if end < len(self.shop.orders):
            where = self.shop.foreign_next or self.shop.url
            link = f"{where}/admin/api/2026-07/orders.json?" + urlencode(
                {"limit": 250, "page_info": end}
            )
            before = f"{self.shop.url}/x?page_info=0"
            headers["Link"] = f'<{before}>; rel="previous", <{link}>; rel="next"'
        self._send(200, {"orders": self.shop.orders[start:end]}, headers)

    def _woocommerce(self, query: dict[str, str]) -> None:
        expected = base64.b64encode(f"{KEY}:{KEY_SECRET}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            self._send(401, {"code": "woocommerce_rest_cannot_view"}, {})
            return
        after = query["modified_after"]
        found = [one for one in self.shop.orders if one["date_modified_gmt"] > after]
        found.sort(key=lambda one: str(one["date_modified_gmt"]))
        start = (int(query["page"]) - 1) * self.shop.page
        total = -(-len(found) // self.shop.page)
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(total)}
        self._send(200, found[start : start + self.shop.page], headers)
        if self.shop.meanwhile:
            self.shop.meanwhile.pop(0)()

    def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(raw))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - as the base class has it
        """Say nothing."""


@contextmanager
def serving(shop: Shop) -> Iterator[Shop]:
    handler = type("Handler", (_Handler,), {"shop": shop})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    shop.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
