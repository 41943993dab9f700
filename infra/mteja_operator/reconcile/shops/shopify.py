"""Shopify's list of orders: REST Admin API, cursor pages by the Link header.

Sources: shopify.dev, "Order" (status=any, updated_at_min, limit up to 250), "Make paginated
requests
to the REST Admin API", "REST Admin API rate limits" (a bucket of 40 that leaks 2 a second; the fill
is in X-Shopify-Shop-Api-Call-Limit). The API lists the last 60 days unless the app was granted
`read_all_orders`.
"""

import re
from collections.abc import Iterator
from typing import Any

from mteja.business.sources import Source
from mteja.times import rfc3339
from mteja_operator.reconcile.client import ShopClient, ShopError
from mteja_operator.reconcile.shop import Shop

# The version whose bodies the platform module was written to; Shopify keeps one for a year.
API_VERSION = "2026-07"
_PAGE = "250"
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,<]*\brel="?next"?')
_NEARLY_FULL = 0.8
_PAUSE_S = 0.5  # the slowest bucket leaks 2 a second


def address(source: Source) -> str | None:
    domain = source.own("shop_domain")
    return None if domain is None else f"https://{domain}"


def client(base: str, credentials: list[str]) -> ShopClient:
    """Return a client. `credentials`: the Admin API access token."""
    return ShopClient(base, {"X-Shopify-Access-Token": credentials[0]})


def pages(shop: ShopClient, since_ms: int) -> Iterator[list[dict[str, Any]]]:
    """Yield pages of the orders that changed since then, oldest change first. Raises ShopError."""
    query: dict[str, str] | None = {
        "status": "any",
        "limit": _PAGE,
        "updated_at_min": rfc3339(since_ms),
        "order": "updated_at asc",
    }
    path: str | None = f"/admin/api/{API_VERSION}/orders.json"
    while path is not None:
        page = shop.get(path, query)
        orders = page.body.get("orders") if isinstance(page.body, dict) else None
        if not isinstance(orders, list):
            raise ShopError("the shop's answer has no list of orders")
        yield orders
        found = _NEXT.search(page.headers.get("link", ""))
        path, query = (found[1], None) if found else (None, None)  # the cursor holds the filters
        if path is not None and _nearly_full(page.headers.get("x-shopify-shop-api-call-limit")):
            shop.sleep(_PAUSE_S)


def _nearly_full(limit: str | None) -> bool:
    """Whether `32/40` is at or above 80 %."""
    used, slash, size = (limit or "").partition("/")
    if not slash or not used.isdecimal() or not size.isdecimal():
        return False
    return int(used) >= _NEARLY_FULL * int(size)


SHOP = Shop("orders/updated", ("Admin API access token",), address, client, pages)
