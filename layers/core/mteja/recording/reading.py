"""What a fact touches, read strongly consistent: first what it names, then what that leads to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from mteja.customers.items import (
    CandidateItem,
    IdentifierItem,
    InteractionItem,
    LinkItem,
    PendingPaymentsItem,
    ProfileItem,
    ReceiptItem,
    TraitsItem,
)
from mteja.identity.identifiers import Identifier
from mteja.identity.resolve import Attachment, Known
from mteja.inventory import StoredItem
from mteja.orders.items import OrderItem
from mteja.recording.facts import Fact
from mteja.recording.orders import Merged, order_entry_key, order_number
from mteja.store import index_keys, keys
from mteja.store.keys import Apart, Key
from mteja.store.table import Table
from mteja.store.wire import Item
from mteja.times import from_ms

_MOST_NUMBERED = 20  # entries of a number that are looked at; they fit half a read unit


def loose_scope(fact: Fact) -> str:
    """Return the scope to which orders and requests of nobody are sealed: `orders-2026-11`,
    `requests-2026-11`."""
    kind = "requests" if fact.order is None else "orders"
    return f"{kind}-{from_ms(fact.received_at):%Y-%m}"


@dataclass
class Stored:
    """Items as they were read. What is not here did not exist."""

    items: dict[Any, Item] = field(default_factory=dict)

    def profile(self, customer: str) -> ProfileItem | None:
        return self._as(ProfileItem, keys.profile(customer))

    def traits(self, customer: str) -> TraitsItem | None:
        return self._as(TraitsItem, keys.traits(customer))

    def identifier(self, kind: str, index: str) -> IdentifierItem | None:
        return self._as(IdentifierItem, keys.identifier(kind, index))

    def order(self, source: str, order_id: str) -> OrderItem | None:
        return self._as(OrderItem, keys.order(source, order_id))

    def link(self, customer: str, other: str) -> LinkItem | None:
        return self._as(LinkItem, keys.link(customer, other))

    def candidate(self, customer: str, other: str) -> CandidateItem | None:
        return self._as(CandidateItem, keys.candidate(customer, other))

    def receipt(self, fact: Fact) -> ReceiptItem | None:
        """Return the receipt that says that a fact was taken, None where it was not, or where it
        was so long ago that it is a new one."""
        found = self.stale_receipt(fact)
        asked = fact.receipt
        if found is None or asked is None or asked.for_ms is None:
            return found
        return found if fact.received_at - found.at < asked.for_ms else None

    def stale_receipt(self, fact: Fact) -> ReceiptItem | None:
        """Return the receipt of a fact, however old."""
        if fact.order is not None or fact.receipt is None:
            return None  # an order is its own receipt
        return self._as(ReceiptItem, keys.receipt(fact.source, fact.receipt.digest))

    def pending(self, order: str) -> PendingPaymentsItem | None:
        return self._as(PendingPaymentsItem, keys.pending_payments(order))

    def entry(self, key: Key | None) -> InteractionItem | None:
        return None if key is None else self._as(InteractionItem, key)

    def public_key(self, pk: str) -> bytes | None:
        public = self.items.get(pk, {}).get("public")
        return public if isinstance(public, bytes) else None

    def known(self, identifier: Identifier, index: str) -> Known:
        item = self.identifier(identifier.kind, index)
        if item is None:
            return Known(identifier, index, None, {})
        return Known(identifier, index, item.v, dict(item.holders))

    def item[T: StoredItem](self, shape: type[T], key: Key | Apart) -> T | None:
        """Return an item that a rider asked for."""
        return self._as(shape, key)

    def _as[T: StoredItem](self, shape: type[T], key: Key | Apart) -> T | None:
        raw = self.items.get(key)
        return None if raw is None else shape.model_validate(raw)


def read_named(
    table: Table,
    fact: Fact,
    indexes: dict[Identifier, str],
    shops: Iterable[str],
    awaited_by: Iterable[str],
) -> Stored:
    """Read what the fact names: its identifiers, its order or its receipt, and of a payment the
    order that it pays, in any of the shops (sources of orders); and what waits for that order."""
    wanted: list[Key | Apart] = [keys.identifier(one.kind, index) for one, index in indexes.items()]
    if fact.order is not None:
        wanted.append(keys.order(fact.source, fact.order.order_id))
    if fact.receipt is not None:
        wanted.append(keys.receipt(fact.source, fact.receipt.digest))
    if fact.customer is not None:
        wanted += [keys.profile(one) for one in (fact.customer, *fact.if_versions)]
    wanted += [key for rider in fact.riders for key in rider.reads()]
    wanted += [keys.order(shop, number) for shop, number in _paid_orders(fact, shops)]
    wanted += [keys.pending_payments(name) for name in awaited_by]
    scopes = [keys.scope_key(one) for one in fact.scopes]
    return Stored(table.get_many(wanted, scopes))


def paid_orders_customer(
    table: Table, fact: Fact, stored: Stored, shops: Iterable[str]
) -> str | None:
    """Return whose the order is that a payment pays, as far as that is known.

    What no shop has by its id is looked for by the number that people see.
    """
    named = _paid_orders(fact, shops)
    orders = [order for shop, number in named if (order := stored.order(shop, number)) is not None]
    if named and not orders:
        orders = _numbered(table, order_number(named[0][1]), [shop for shop, _ in named])
    return next((order.customer for order in orders if order.customer is not None), None)


def _numbered(table: Table, number: str, shops: Iterable[str]) -> list[OrderItem]:
    """Return the order of a number, none where several shops gave it out: nobody is guessed.

    The index lags behind: an order of this moment may not be in it, or no longer have the number.
    """
    named = index_keys.order_number(number)
    pointers = islice(table.query(named, index="lookup", limit=_MOST_NUMBERED), _MOST_NUMBERED)
    of_shops = tuple(keys.order_partition(shop, "") for shop in shops)
    found = [one for one in pointers if str(one["pk"]).startswith(of_shops)]
    if len(found) != 1:
        return []
    raw = table.get(Key(str(found[0]["pk"]), str(found[0]["sk"])))
    order = None if raw is None else OrderItem.model_validate(raw)
    return [order] if order is not None and order.lookup_pk == named else []


def _paid_orders(fact: Fact, shops: Iterable[str]) -> list[tuple[str, str]]:
    news = fact.order
    if news is None or not news.attached or news.state is None or not news.state.belongs_to:
        return []
    return [(shop, news.state.belongs_to) for shop in shops]


def read_touched(
    table: Table,
    fact: Fact,
    stored: Stored,
    attachment: Attachment | None,
    customer: str | None,
    merged: Merged | None,
) -> None:
    """Add what the attachment and the order's change will touch."""
    wanted: list[Key] = []
    if customer is None:
        owners = [keys.scope_key(loose_scope(fact))]
    else:
        owners = [keys.customer_key(customer)]
        wanted += [keys.profile(customer), keys.traits(customer)]
    if attachment is not None and customer is not None:
        wanted += [keys.profile(loser) for _, loser in attachment.take]
        for other in attachment.link:
            wanted += [keys.link(customer, other), keys.profile(other)]
        wanted += [keys.candidate(customer, other) for other, _ in attachment.candidates]
    if merged is not None and merged.before is not None and fact.order is not None:
        if merged.before.customer is not None:
            wanted.append(keys.profile(merged.before.customer))
        entry = order_entry_key(merged.before, fact.source, fact.order.order_id)
        if entry is not None:
            wanted.append(entry)
    stored.items |= table.get_many(wanted, owners)
    profile = stored.profile(customer) if customer is not None else None
    if attachment is not None and attachment.promote and profile is not None:
        stored.items |= table.get_many(
            keys.identifier(held.kind, held.index) for held in profile.identifiers
        )


def other_purchases(table: Table, customer: str, but_not: str) -> list[int]:
    """Return when a customer's other orders that count were placed. Reads the whole timeline, and
    is needed only when the first or the last order stops counting or goes elsewhere."""
    placed: list[int] = []
    for raw in table.query(keys.customer_partition(customer), prefix=keys.INTERACTION_PREFIX):
        entry = InteractionItem.model_validate(raw)
        if entry.kind in {"order", "sale"} and entry.id != but_not and entry.data.get("counts"):
            placed.append(entry.at)
    return placed
