"""Entries of the timeline as people see them: opened, with the zeros that writers leave out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mteja.customers import tasks
from mteja.customers.items import ConsentItem, InteractionItem, LinkItem, TraitEntry
from mteja.customers.opening import Opener
from mteja.customers.reading import other_end
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id, ulid_ms
from mteja.mail.items import MessageItem
from mteja.offers.items import OfferItem
from mteja.offers.standing import redeemed
from mteja.orders.items import OrderLinesItem
from mteja.sources.own import MAIL, OWN, STAFF
from mteja.store import keys
from mteja.store.table import Table
from mteja.times import rfc3339
from mteja.tracking import timeline

if TYPE_CHECKING:
    from mteja.rewards.items import PointsItem

# What an order or payment and its lines say where writers leave it out (mteja.recording.orders).
_ORDER: dict[str, Any] = {
    "order_id": None,
    "number": None,
    "updated_at": None,
    "channel": None,
    "country": None,
    "currency": None,
    "total": 0,
    "tax": 0,
    "shipping": 0,
    "discount": 0,
    "net": 0,
    "refunded": 0,
    "status": None,
    "counts": False,
    "test": False,
    "presentment": None,
    "belongs_to": None,
    "discount_codes": [],
    "lines": [],
}
_LINE: dict[str, Any] = {
    "product_id": None,
    "sku": None,
    "title": "",
    "quantity": 0,
    "total": 0,
}
_TASK: dict[str, Any] = {"done_at": None, "done_by": None}
_FORM = "form"
_TIMES = frozenset({"updated_at", "done_at", "status_at", "ends"})


@dataclass(frozen=True)
class Entry:
    """One entry, opened. `customer` is the member whose it is; times inside `data` are RFC 3339."""

    customer: str
    id: str
    kind: str
    at: int
    source: str
    trust: str
    data: dict[str, Any]


class EntryMaker:
    """Makes entries of stored interactions: reads an order's further items, opens what is
    sealed.
    """

    def __init__(self, table: Table, opener: Opener) -> None:
        self._table = table
        self._opener = opener

    def entry(self, customer: str, item: InteractionItem) -> Entry:
        match item.kind:
            case "trait":
                data = self._trait(customer, item)
            case "order" | "payment" | "sale":
                data = self._order(item)
            case tasks.KIND:
                data = _TASK | item.data
            case timeline.KIND:
                data = {name: told for name, told in item.data.items() if name != "shard"}
            case _:
                data = dict(item.data)
        data = _with_times(data)
        if item.sealed is not None:
            opened = self._opener.personal(customer, item)
            if not opened.readable:
                data |= {"unreadable": True}
            elif item.kind == _FORM:
                # What was answered in clear and what is sealed, under the fields' names.
                data["answers"] = data.get("answers", {}) | opened.value
            else:
                data |= opened.value
        if item.apart is not None:
            told = self._opener.apart(customer, item)
            texts = {name: one.value for name, one in told.items() if one.readable}
            data["answers"] = data.get("answers", {}) | texts
            if len(texts) < len(told):
                data |= {"unreadable": True}
        shown = tasks.task_id(customer, item.id) if item.kind == tasks.KIND else item.id
        return Entry(customer, shown, item.kind, item.at, item.source, item.trust, data)

    def _trait(self, customer: str, item: InteractionItem) -> dict[str, Any]:
        """`new` is the value that stood after this, `old` the one that gave way; `late` where the
        old one was learnt of after the new one."""
        field = str(item.data["field"])
        new = self._opener.trait(customer, field, TraitEntry.model_validate(item.data["current"]))
        old = self._opener.trait(customer, field, TraitEntry.model_validate(item.data["other"]))
        data = {
            "field": field,
            "old": old.value,
            "new": new.value,
            "late": bool(item.data.get("late")),
        }
        return data if old.readable and new.readable else data | {"unreadable": True}

    def _order(self, item: InteractionItem) -> dict[str, Any]:
        lines = [_LINE | line for line in order_lines(item, self._table)]
        return _ORDER | item.data | {"lines": lines}


def order_lines(entry: InteractionItem, table: Table) -> list[dict[str, Any]]:
    """Return the lines of an order's entry as they are stored, also where they don't fit it."""
    if not entry.parts:
        lines: Any = entry.data.get("lines", [])
        return list(lines)
    order_id = str(entry.data["order_id"])
    wanted = [keys.order_lines(entry.source, order_id, number) for number in range(entry.parts)]
    stored = table.get_many(wanted)
    items = [OrderLinesItem.model_validate(stored[key]) for key in wanted if key in stored]
    return [line for item in items for line in item.lines]


def consent_entry(customer: str, row: ConsentItem) -> Entry:
    """Return a statement of consent as an entry."""
    entry_id = derived_id("con", customer, row.purpose, row.source, str(row.at))
    data = {
        "purpose": row.purpose,
        "status": row.status,
        "channel": row.channel,
        "text_version": row.text_version,
    }
    return Entry(customer, entry_id, "consent", row.at, row.source, row.trust, data)


def message_entry(message: MessageItem) -> Entry:
    """Return a message as an entry: what became of it, never where it went."""
    data = {
        "template": message.template,
        "purpose": message.purpose,
        "channel": message.channel,
        "status": message.status,
        "reason": message.reason,
        "status_at": message.at,
    }
    at = ulid_ms(message.id.partition("_")[2])
    trust = Trust.VERIFIED.value
    return Entry(message.customer, message.id, "message", at, MAIL, trust, _with_times(data))


def offer_entries(offer: OfferItem) -> Iterator[Entry]:
    """Yield an offer as entries: what was made or held back, and that it was redeemed."""
    known = {
        "offer": offer.id,
        "rule": offer.rule,
        "step": offer.step,
        "per_cent": offer.per_cent,
        "code": offer.code,
    }
    trust = Trust.VERIFIED.value
    made = known | {"action": "made", "status": offer.standing.value, "reason": offer.reason}
    made |= {"ends": offer.ends, "order": None}
    yield Entry(offer.customer, offer.id, "offer", offer.at, OWN, trust, _with_times(made))
    use = redeemed(offer)
    if use is not None:
        told = made | {"action": "redeemed", "order": None if use.source == STAFF else use.id}
        entry_id = derived_id("off", offer.id, "redeemed")
        yield Entry(offer.customer, entry_id, "offer", use.at, use.source, trust, _with_times(told))


def points_entry(customer: str, item: "PointsItem", opener: Opener) -> Entry:
    """Return an entry of the ledger of points and stamps as an entry."""
    data: dict[str, Any] = {
        name: getattr(item, name)
        for name in ("unit", "kind", "amount", "rule", "gift", "about", "expires_on", "by")
    } | {"reason": None}
    if item.sealed is not None:
        opened = opener.reason(customer, item)
        data |= {"reason": opened.value} if opened.readable else {"unreadable": True}
    return Entry(customer, item.id, "points", item.at, item.source, item.trust, data)


def link_entry(customer: str, link: LinkItem) -> Entry | None:
    """Return a link as an entry; None for the mirror, which says the same, and for a link that was
    undone: every reading is then as if it had never been. The audit trail knows.
    """
    other = other_end(link)
    if link.status != "linked" or customer > other:
        return None
    data = {"customers": sorted((customer, other)), "status": link.status}
    entry_id = derived_id("lnk", customer, other)
    return Entry(customer, entry_id, "link", link.at, link.by, Trust.VERIFIED.value, data)


def _with_times(data: dict[str, Any]) -> dict[str, Any]:
    return {
        name: rfc3339(value) if name in _TIMES and isinstance(value, int) else value
        for name, value in data.items()
    }
