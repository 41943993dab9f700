"""What else is known of who answers, by which answers are told apart: it names nobody."""

from mteja.business.load import default_region
from mteja.business.model import Business
from mteja.customers import person as rules
from mteja.customers.items import InteractionItem
from mteja.customers.reading import Person

ENTRIES = 50
"""So many of the newest entries of a timeline are looked at."""
SCALE = "scale"
"""On which scale one was asked whether one would recommend: the two are never counted together."""


def segments(person: Person, business: Business) -> dict[str, str]:
    """Return, as far as known: `customer` new or returning; `order_channel`, `product` and
    `country` of the last order; `source`, by which way the earliest visit came."""
    found = {"customer": "returning" if rules.orders(person).count > 1 else "new"}
    entries = sorted(
        (entry for member in person.members for entry in member.latest.items),
        key=lambda entry: entry.at,
    )
    orders = [one for one in entries if one.kind in {"order", "sale"}]
    if orders:
        found |= _of_order(orders[-1], business)
    visits = [one for one in entries if one.kind == "session" and one.data.get("source")]
    if visits:
        found["source"] = str(visits[0].data["source"])
    return found


def _of_order(order: InteractionItem, business: Business) -> dict[str, str]:
    found: dict[str, str] = {}
    if order.data.get("channel"):
        found["order_channel"] = str(order.data["channel"])
    lines = order.data.get("lines")
    first = lines[0] if isinstance(lines, list) and lines else {}
    if isinstance(first, dict) and first.get("product_id"):
        found["product"] = str(first["product_id"])
    declared = next((one for one in business.sources if one.id == order.source), None)
    found["country"] = business.country if declared is None else default_region(declared)
    return found
