"""What is kept of a call's properties, by their names (mteja.tracking.properties).

A kept text in which something personal would have to be masked (mteja.tracking.masking) is dropped
too.
"""

import json
import math
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from mteja.segment.messages import text_of
from mteja.tracking import masking
from mteja.tracking.events import MAX_PROPERTIES
from mteja.tracking.properties import PRODUCT, names

type Value = str | int | float | bool | list[dict[str, "Value"]]

_MOST_PRODUCTS = 50
_LARGEST = 10**15


def kept(event: str, given: Mapping[str, Any], declared: Collection[str]) -> dict[str, Any]:
    """Return the properties of an event that may be stored. Of products, as many as an event has
    room for."""
    found: dict[str, Any] = dict(_some(given, names(event, declared)))
    products = given.get("products")
    if isinstance(products, list):
        shown = [_some(one, PRODUCT) for one in products[:_MOST_PRODUCTS] if isinstance(one, dict)]
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
