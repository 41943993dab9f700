"""What a delivery does to an order: versions, owner and refunds, so that any number of deliveries
in any order give one result. Pure but for the shapes of items.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mteja.customers.items import InteractionItem
from mteja.errors import Unreadable
from mteja.ids import derived_id
from mteja.orders import counting
from mteja.orders.items import OrderItem, OrderLinesItem, RefundEntry, TenderEntry
from mteja.orders.model import IMPORTED_REFUND, WHOLE_REFUND, Order, OrderNews
from mteja.recording.facts import Json
from mteja.store import index_keys, keys
from mteja.store.keys import Key
from mteja.store.table import Delete, Put, State, TransactionLost, Write
from mteja.store.wire import size
from mteja.times import business_day

_COUNTRY = re.compile("[A-Z]{2}")
_SEEN = 40
_MAX_REFUNDS = 40
_LINES_BYTES = 300_000


@dataclass(frozen=True)
class Merged:
    """An order after a delivery. `fresh`: the delivery's state is the newest known."""

    before: OrderItem | None
    after: OrderItem
    fresh: bool


def order_number(number: str) -> str:
    """Return a number as it is looked up: `#1001 ` and `1001` are one."""
    return number.strip().lstrip("#").upper()


def merge(stored: OrderItem | None, source: str, news: OrderNews, owner: str | None) -> Merged:
    """Return the order after a delivery. `owner` is whose it is by this delivery's own identifiers.

    The state is that of the highest version, the owner that of the highest version which named
    anybody; of each refund the newest knowledge. Raises Unreadable for refunds that can't be right.
    """
    key = keys.order(source, news.order_id)
    item = stored or OrderItem(pk=key.pk, sk=key.sk, v=0)
    changes: dict[str, Any] = {"v": item.v + 1, "seen": [*item.seen, news.digest][-_SEEN:]}
    state = news.state
    fresh = state is not None and (item.version is None or state.version > item.version)
    if state is not None and fresh:
        changes |= {
            "version": state.version,
            "currency": state.currency,
            "total": state.total,
            "status": counting.standing(state),
            "test": state.test,
            "counts": counting.counts(state) and not news.attached,
            "lookup_pk": index_keys.order_number(order_number(state.number)),
        }
    changes["placed_at"] = _placed_at(item, state, fresh)
    said = None if state is None or owner is None else state.version
    if said is not None and (item.owner_version is None or said > item.owner_version):
        changes |= {
            "customer": owner,
            "owner_version": said,
            "loose": None,
            "loose_scope": None,
            "loose_version": None,
            "loose_at": None,
        }
    if news.tenders or item.tenders:
        changes |= _tendered(item.model_copy(update=changes), news)
    changes["refunds"] = _refunds(item, news, changes.get("currency", item.currency))
    changes["gone"] = max(item.gone or "", news.gone or "") or None
    after = item.model_copy(update=changes)
    if after.gone is not None and after.gone > (after.version or ""):
        after = after.model_copy(update={"status": "cancelled", "counts": False})
    if (
        len(after.refunds.keys() - {WHOLE_REFUND}) > _MAX_REFUNDS
        or len(after.tenders or {}) > _MAX_REFUNDS
    ):
        raise Unreadable("order:too many refunds or payments")
    others = {one.currency for one in (after.tenders or {}).values()}
    if after.currency and others - {after.currency}:
        raise Unreadable("order:payment in another currency")
    return Merged(stored, after, fresh)


def _placed_at(item: OrderItem, state: Order | None, fresh: bool) -> int | None:
    if state is None:
        return item.placed_at
    if state.placed_by_then and item.placed_at is not None:
        return min(item.placed_at, state.placed_at)
    return state.placed_at if fresh else item.placed_at


def _tendered(item: OrderItem, news: OrderNews) -> dict[str, Any]:
    """Return what an order is by its payments: of each the highest version, together the total."""
    tenders = dict(item.tenders or {})
    for one in news.tenders:
        known = tenders.get(one.id)
        if known is None or one.version > known.version:
            tenders[one.id] = TenderEntry(
                version=one.version, total=one.total, currency=one.currency, paid=one.paid
            )
    paid = [one for one in tenders.values() if one.paid]
    live = item.status not in {None, "cancelled"}
    return {
        "tenders": dict(sorted(tenders.items())),
        "total": sum(one.total for one in paid),
        "status": ("paid" if paid else "pending") if live else item.status,
        "counts": bool(paid) and live and not news.attached and not item.test,
    }


def _refunds(item: OrderItem, news: OrderNews, currency: str | None) -> dict[str, RefundEntry]:
    """Return each refund by the newest knowledge of it."""

    def rank(entry: RefundEntry) -> tuple[bool, int, int, int]:
        # One in the order's own currency before any other, which can't be subtracted from it.
        return entry.currency == currency, entry.as_of, entry.total, entry.at

    refunds = dict(item.refunds)
    for refund in news.refunds:
        entry = RefundEntry(
            at=refund.at,
            total=refund.total,
            currency=refund.currency,
            as_of=refund.as_of,
            payment=refund.payment,
        )
        known = refunds.get(refund.id)
        if known is None or rank(entry) > rank(known):
            refunds[refund.id] = entry
    imported = refunds.get(IMPORTED_REFUND)
    if imported is not None:
        told = sum(one.total for name, one in refunds.items() if name != IMPORTED_REFUND)
        if told >= imported.total:
            del refunds[IMPORTED_REFUND]  # the same money, told better
    return dict(sorted(refunds.items()))


def entry_key(item: OrderItem, source: str, order_id: str, at: int, entry: str) -> Key:
    """Return where an entry of an order stands: with its customer, or by itself."""
    if item.customer is not None:
        return keys.interaction(item.customer, at, entry)
    return keys.order_interaction(source, order_id, at, entry)


def order_entry_key(item: OrderItem, source: str, order_id: str) -> Key | None:
    """Return where the order's own timeline entry stands, None while only refunds are known."""
    if item.placed_at is None:
        return None
    return entry_key(item, source, order_id, item.placed_at, order_entry_id(source, order_id))


def order_entry_id(source: str, order_id: str) -> str:
    return derived_id("ord", source, order_id)


def timeline(
    merged: Merged,
    *,
    source: str,
    trust: str,
    zone: str,
    news: OrderNews,
    country: str | None,
    standing: InteractionItem | None,
) -> tuple[OrderItem, list[Write]]:
    """Return the order's item and what its timeline entries become. `country`: the ISO code of the
    address that the order names.

    `standing` is the order's present entry. Nothing is written that stays as it is. Raises
    TransactionLost where order and entry were not read as of one moment.
    """
    before, after = merged.before, merged.after
    if before is not None and before.entry_v != (standing.v if standing is not None else None):
        raise TransactionLost  # read while another transaction was being applied
    old_key = order_entry_key(before, source, news.order_id) if before is not None else None
    new_key = order_entry_key(after, source, news.order_id)
    if new_key is None or (at := after.placed_at) is None:
        return after, []
    writes: list[Write] = []
    if merged.fresh and news.state is not None:
        data, parts = _order_data(news.state, news.order_id, country)
        writes += _line_writes(source, news.order_id, parts, after.parts)
        after = after.model_copy(update={"parts": len(parts)})
    elif standing is not None:
        data = dict(standing.data)
    else:
        raise Unreadable("order:its entry is missing")
    data |= _money(after)
    kind = "payment" if news.attached else "sale" if news.at_the_till else "order"
    entry_id = order_entry_id(source, news.order_id)
    make = _Entries(source, trust, zone)
    entry = make.entry(new_key, entry_id, kind, at, data, after.parts)
    if standing is None or old_key != new_key or entry.data != standing.data:
        entry = entry.model_copy(update={"v": after.v})
        after = after.model_copy(update={"entry_v": after.v})
        writes.append(Put(entry.model_dump(exclude_none=True)))
    if old_key is not None and old_key != new_key:
        writes.append(Delete(old_key))
    writes += _refund_entries(before, after, old_key is not None, news.order_id, make)
    return after, writes


@dataclass(frozen=True)
class _Entries:
    """Makes timeline entries of one source."""

    source: str
    trust: str
    zone: str

    def entry(
        self, key: Key, entry_id: str, kind: str, at: int, data: dict[str, Any], parts: int = 0
    ) -> InteractionItem:
        return InteractionItem(
            pk=key.pk,
            sk=key.sk,
            id=entry_id,
            kind=kind,
            at=at,
            source=self.source,
            trust=self.trust,
            data=data,
            parts=parts,
            log_pk=index_keys.log(kind, business_day(at, self.zone), entry_id),
            log_sk=index_keys.log_position(at, self.source, entry_id),
        )


def _refund_entries(
    before: OrderItem | None, after: OrderItem, were_shown: bool, order_id: str, make: _Entries
) -> list[Write]:
    writes: list[Write] = []
    shown, were = counting.shown_refunds(after), counting.shown_refunds(before)
    for gone in sorted(were.keys() - shown.keys()):
        if before is not None and were_shown:
            entry_id = derived_id("rfd", make.source, order_id, gone)
            key = entry_key(before, make.source, order_id, were[gone].at, entry_id)
            writes.append(Delete(key))
    for refund_id, refund in shown.items():
        entry_id = derived_id("rfd", make.source, order_id, refund_id)
        key = entry_key(after, make.source, order_id, refund.at, entry_id)
        known = were.get(refund_id)
        old = None
        if known is not None and before is not None and were_shown:
            old = entry_key(before, make.source, order_id, known.at, entry_id)
        if refund == known and key == old:
            continue
        data = {
            "order_id": order_id,
            "refund_id": refund_id,
            "total": refund.total,
            "currency": refund.currency,
        }
        writes.append(
            Put(make.entry(key, entry_id, "refund", refund.at, data).model_dump(exclude_none=True))
        )
        if old is not None and old != key:
            writes.append(Delete(old))
    return writes


def _money(item: OrderItem) -> dict[str, Any]:
    return {
        "counts": item.counts,
        "status": counting.shown_status(item),
        "total": item.total,
        "net": counting.net(item),
        "refunded": counting.refunded(item),
    }


def country_of(traits: Mapping[str, Json]) -> str | None:
    """Return the ISO code of the country of an address, None where none is told, or in words."""
    address = traits.get("address")
    country = address.get("country") if isinstance(address, Mapping) else None
    return country if isinstance(country, str) and _COUNTRY.fullmatch(country) else None


def _order_data(
    order: Order, order_id: str, country: str | None
) -> tuple[dict[str, Any], list[list[dict[str, Any]]]]:
    """Return the entry's data, and the order's lines in parts where they don't fit one item."""
    lines = [_without_empty(asdict(line)) for line in order.lines]
    data = _without_empty(
        {
            "order_id": order_id,
            "number": order.number,
            "updated_at": order.updated_at,
            "channel": order.channel,
            "country": country,
            "currency": order.currency,
            "total": order.total,
            "tax": order.tax,
            "shipping": order.shipping,
            "discount": order.discount,
            "test": order.test,
            "discount_codes": list(order.discount_codes),
            "belongs_to": order.belongs_to,
            "lines": lines,
        }
    )
    if order.presentment is not None:
        data["presentment"] = {"currency": order.presentment[0], "total": order.presentment[1]}
    if size(data) <= _LINES_BYTES:
        return data, []
    del data["lines"]
    parts: list[list[dict[str, Any]]] = [[]]
    room = _LINES_BYTES
    for line in lines:
        needed = size(line) + 8
        if needed > room:
            parts.append([])
            room = _LINES_BYTES
        parts[-1].append(line)
        room -= needed
    return data, parts


def _line_writes(
    source: str, order_id: str, parts: list[list[dict[str, Any]]], before: int
) -> list[Write]:
    writes: list[Write] = []
    for number, lines in enumerate(parts):
        key = keys.order_lines(source, order_id, number)
        item = OrderLinesItem(pk=key.pk, sk=key.sk, lines=lines)
        writes.append(Put(item.model_dump()))
    for number in range(len(parts), before):
        writes.append(Delete(keys.order_lines(source, order_id, number), State.ANY))
    return writes


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: a stored kilobyte is a write unit."""
    return {name: value for name, value in data.items() if value not in (None, [], 0, False, "")}
