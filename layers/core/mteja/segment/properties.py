"""Which properties of a call are kept: those that Segment's specification knows and that say
nothing of a person, and those that the owner's file names for the site.

All else is dropped: a property may hold anything, and what stands in the table of events is in
clear. A kept text in which something personal would have to be masked (mteja.tracking.masking) is
dropped too.
"""

import json
import math
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from mteja.segment.messages import text_of
from mteja.tracking import masking
from mteja.tracking.events import MAX_PROPERTIES

type Value = str | int | float | bool | list[dict[str, "Value"]]

# Segment: "Spec: V2 Ecommerce Events". `name` is a product's there, and may be anybody's elsewhere.
_PRODUCT = frozenset(
    "product_id sku category name brand variant price quantity coupon position currency".split()
)
_KNOWN = (_PRODUCT - {"name"}) | frozenset(
    "affiliation cart_id checkout_id coupon_id coupon_name creative discount list_id order_id "
    "payment_method promotion_id rating reason review_id revenue share_via shipping "
    "shipping_method step subtotal tax total value wishlist_id".split()
)
_OF_PRODUCTS = re.compile(r"(wishlist )?(product|promotion)\b", re.IGNORECASE)
_MOST_PRODUCTS = 50
_LARGEST = 10**15


def kept(event: str, given: Mapping[str, Any], declared: Collection[str]) -> dict[str, Any]:
    """Return the properties of an event that may be stored. Of products, as many as an event has
    room for."""
    names = _KNOWN.union(declared)
    if _OF_PRODUCTS.match(event):
        names = names | {"name"}
    found: dict[str, Any] = dict(_some(given, names))
    products = given.get("products")
    if isinstance(products, list):
        shown = [_some(one, _PRODUCT) for one in products[:_MOST_PRODUCTS] if isinstance(one, dict)]
        fitting = _fitting([one for one in shown if one], MAX_PROPERTIES - _size(found) - 20)
        if fitting:
            found["products"] = fitting
    return found


def impersonal(raw: object, most: int = 100) -> str | None:
    """Return a text of one line, None for one in which something personal would be masked."""
    text = text_of(raw, most)
    return None if text is None or masking.masked(text) != masking.plain(text) else text


def _some(given: Mapping[str, Any], names: Collection[str]) -> dict[str, Value]:
    read = {name: _value(given[name]) for name in sorted(names) if name in given}
    return {name: value for name, value in read.items() if value is not None}


def _fitting(products: list[dict[str, Value]], room: int) -> list[dict[str, Value]]:
    fitting = []
    for one in products:
        room -= _size(one) + 2
        if room < 0:
            break
        fitting.append(one)
    return fitting


def _size(value: Mapping[str, Any]) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _value(raw: object) -> Value | None:
    match raw:
        case bool():
            return raw
        case int():
            return raw if abs(raw) < _LARGEST else None
        case Decimal():
            number = float(raw)
            return number if math.isfinite(number) and abs(number) < _LARGEST else None
        case str():
            return impersonal(raw)
    return None
