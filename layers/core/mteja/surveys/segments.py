"""What else is known of who answers, by which answers are told apart: it names nobody."""

from collections.abc import Iterable, Iterator
from itertools import islice

from mteja.business.model import Business
from mteja.customers import person as rules
from mteja.customers.items import InteractionItem
from mteja.customers.reading import Person
from mteja.store import keys
from mteja.store.table import Table

ENTRIES = 50
"""So many of the newest entries of a timeline are looked at, and for the first visit of the oldest.
"""
SCALE = "scale"
"""On which scale one was asked whether one would recommend: the two are never counted together."""


def segments(person: Person, business: Business, table: Table) -> dict[str, str]:
    """Return, as far as known: `customer` new or returning; `order_channel`, `product` and
    `country` of the last order; `source`, by which way the earliest visit came."""
    found = {"customer": "returning" if rules.orders(person).count > 1 else "new"}
    newest = [entry for member in person.members for entry in member.latest.items]
    orders = [one for one in newest if one.kind in {"order", "sale"}]
    if orders:
        found |= _of_order(max(orders, key=_at), business)
    visits = [*_visits(_oldest(person, table))]
    if visits:
        found["source"] = str(min(visits, key=_at).data["source"])
    return found


def _oldest(person: Person, table: Table) -> Iterator[InteractionItem]:
    """Yield the oldest entries of each member: those that were read, or where there are more, one
    Query's."""
    for member in person.members:
        if not member.latest.older:
            yield from member.latest.items
            continue
        partition = keys.customer_partition(member.id)
        for raw in islice(
            table.query(partition, prefix=keys.INTERACTION_PREFIX, limit=ENTRIES), ENTRIES
        ):
            yield InteractionItem.model_validate(raw)


def _visits(entries: Iterable[InteractionItem]) -> Iterator[InteractionItem]:
    return (one for one in entries if one.kind == "session" and one.data.get("source"))


def _at(entry: InteractionItem) -> int:
    return entry.at


def _of_order(order: InteractionItem, business: Business) -> dict[str, str]:
    found: dict[str, str] = {}
    if order.data.get("channel"):
        found["order_channel"] = str(order.data["channel"])
    lines = order.data.get("lines")
    first = lines[0] if isinstance(lines, list) and lines else {}
    if isinstance(first, dict) and first.get("product_id"):
        found["product"] = str(first["product_id"])
    if order.kind == "sale":  # at the till, where nobody asks for an address
        found["country"] = business.country
    elif order.data.get("country"):
        found["country"] = str(order.data["country"])
    return found
