"""WooCommerce's list of orders: REST API v3, numbered pages.

Source: WooCommerce REST API documentation, "Orders", "Pagination" (X-WP-TotalPages) and
"Authentication over HTTPS" (basic, consumer key and secret).
"""

from collections.abc import Iterator
from typing import Any

from urllib3 import make_headers

from mteja.business.sources import Source
from mteja.times import from_ms, parse_rfc3339
from mteja_operator.reconcile.client import ShopClient, ShopError
from mteja_operator.reconcile.shop import Shop

_PAGE = 100
_MOST_PAGES = 10_000
_SECOND_MS = 1_000


def address(source: Source) -> str | None:
    return source.own("shop_url")


def client(base: str, credentials: list[str]) -> ShopClient:
    """Return a client. `credentials`: consumer key, consumer secret."""
    return ShopClient(base, make_headers(basic_auth=":".join(credentials[:2])))


def pages(shop: ShopClient, since_ms: int) -> Iterator[list[dict[str, Any]]]:
    """Yield pages of the orders that changed since then, oldest change first. Raises ShopError.

    An order that changes meanwhile moves to the end and all behind it come forward by one: after a
    page the next one is asked for from the last change seen, not by its number, so that none slips
    through. Orders of the second in between are listed twice.
    """
    cursor, number = since_ms - _SECOND_MS, 1
    for _ in range(_MOST_PAGES):
        query = {
            "modified_after": f"{from_ms(cursor):%Y-%m-%dT%H:%M:%S}",
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
            "per_page": str(_PAGE),
            "page": str(number),
        }
        page = shop.get("/wp-json/wc/v3/orders", query)
        if not isinstance(page.body, list):
            raise ShopError("the shop's answer is no list of orders")
        yield page.body
        total = page.headers.get("x-wp-totalpages", "")
        last = number >= int(total) if total.isdecimal() else len(page.body) < _PAGE
        if last or not page.body:
            return
        latest = max(_modified(order) for order in page.body) - _SECOND_MS
        cursor, number = (latest, 1) if latest > cursor else (cursor, number + 1)
    raise ShopError(f"the shop lists more than {_MOST_PAGES} pages: choose a later --since")


def _modified(order: dict[str, Any]) -> int:
    try:
        return parse_rfc3339(f"{order['date_modified_gmt']}Z")
    except (KeyError, ValueError):
        raise ShopError("the shop lists an order without date_modified_gmt") from None


SHOP = Shop("order.updated", ("Consumer key", "Consumer secret"), address, client, pages)
