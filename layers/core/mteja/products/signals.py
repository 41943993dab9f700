"""What an event says of a product: viewed, saved, taken off the list, rated.

Events are called and filled as in Segment's e-commerce specification
(https://segment.com/docs/connections/spec/ecommerce/v2/).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.tracking.packed import Event

VIEWED, SAVED, UNSAVED, RATED = "viewed", "saved", "unsaved", "rated"
NAMES = {
    "Product Viewed": VIEWED,
    "Product Added to Wishlist": SAVED,
    "Product Removed from Wishlist": UNSAVED,
    "Product Reviewed": RATED,
}
MAX_STARS = 5
_MAX_ID = 100
_MAX_TITLE = 200


@dataclass(frozen=True)
class Signal:
    """One event about one product. `at`: epoch ms; `id`: of the event; `stars`: 1 to 5, of a
    rating."""

    kind: str
    product: str
    at: int
    id: str
    stars: int | None = None


def signal_of(event: Event) -> Signal | None:
    """Return what an event says of a product, None where it says nothing that can be right."""
    kind = NAMES.get(event.name or "") if event.type == "event" else None
    told = event.properties or {}
    product = product_id(told.get("product_id"))
    if kind is None or product is None:
        return None
    stars = _stars(told.get("rating")) if kind == RATED else None
    if kind == RATED and stars is None:
        return None
    return Signal(kind, product, event.at, event.id, stars)


def product_id(told: object) -> str | None:
    """Return the id of a product, which shops give as text or as a number."""
    if isinstance(told, int) and not isinstance(told, bool):
        told = str(told)
    if not isinstance(told, str):
        return None
    text = told.strip()
    return text if 0 < len(text) <= _MAX_ID and text.isprintable() else None


def product_of_line(line: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return id and title of the product of an order's line, None where nothing names it."""
    product = product_id(line.get("product_id")) or product_id(line.get("sku"))
    return None if product is None else (product, str(line.get("title") or "")[:_MAX_TITLE])


def _stars(told: object) -> int | None:
    """Return whole stars. A rating of 4.5 is none of ours: a scale is not guessed."""
    if isinstance(told, str) and told.strip().isascii() and told.strip().isdigit():
        told = int(told)
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int):
        return None
    return told if 1 <= told <= MAX_STARS else None
