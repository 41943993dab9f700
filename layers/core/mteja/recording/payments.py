"""A payment that came before its order and names nobody: it waits for the order to say whose it is.

The payment leaves a note under the order's id or number. The order's next delivery, be it one that
was taken before, finds the note and takes the payment's entries to the customer's timeline; amounts
are not touched, for a payment beside a shop adds nothing to totals.
"""

from mteja.customers.items import InteractionItem, PendingPaymentsItem
from mteja.orders.items import OrderItem
from mteja.recording.facts import Fact
from mteja.recording.orders import entry_key, order_number
from mteja.recording.reading import Stored
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import Check, Delete, Put, State, Table, TransactionLost, Write

_ATTEMPTS = 3
_MOST = 20
_WAITS_DAYS = 90  # by then no shop sends that order's first delivery any more


def awaited_by(fact: Fact) -> list[str]:
    """Return under which names payments may wait for a fact's order: its id and its number."""
    news = fact.order
    if news is None or news.attached:
        return []
    number = [] if news.state is None else [order_number(news.state.number)]
    return list(dict.fromkeys([order_number(news.order_id), *number]))


def wait_for_order(fact: Fact, table: Table) -> list[Write]:
    """Return the note of a payment that names nobody."""
    news = fact.order
    if news is None or not news.attached or news.state is None or not news.state.belongs_to:
        return []
    key = keys.pending_payments(order_number(news.state.belongs_to))
    raw = table.get(key)
    known = None if raw is None else PendingPaymentsItem.model_validate(raw)
    payments = [] if known is None else list(known.payments)
    payment = (fact.source, news.order_id)
    if payment in payments or len(payments) >= _MOST:
        return []
    v = 0 if known is None else known.v
    item = PendingPaymentsItem(
        pk=key.pk,
        sk=key.sk,
        v=v + 1,
        payments=[*payments, payment],
        expires_at=fact.received_at // 1000 + _WAITS_DAYS * 86_400,
    )
    return [Put(item.model_dump(), State.ABSENT if known is None else v)]


def adopt(fact: Fact, stored: Stored, customer: str | None, table: Table) -> None:
    """Give payments that waited for an order to its customer, after the order is written.

    What does not succeed stays noted, and the order's next delivery tries again, also the same one.
    Raises errors of AWS as they are, of which the shop learns and sends it again.
    """
    if customer is None:
        return
    for name in awaited_by(fact):
        pending = stored.pending(name)
        if pending is None:
            continue
        done = [_adopted(*payment, customer, table) for payment in pending.payments]
        if all(done):
            try:
                table.transact([Delete(keys.pending_payments(name), pending.v)])
            except TransactionLost:
                continue  # another payment came to wait meanwhile


def _adopted(source: str, payment_id: str, customer: str, table: Table) -> bool:
    for _ in range(_ATTEMPTS):
        raw = table.get(keys.order(source, payment_id))
        profile = table.get(keys.profile(customer))
        if raw is None or profile is None or "erased_at" in profile:
            return True  # nothing left to give, or nobody to give it to
        payment = OrderItem.model_validate(raw)
        if payment.customer is not None or payment.tombstone_until is not None:
            return True
        known = payment.model_copy(update={"customer": customer, "v": payment.v + 1})
        writes: list[Write] = [
            Put(known.model_dump(exclude_none=True), payment.v),
            Check(keys.profile(customer), int(str(profile["v"]))),
        ]
        for found in table.query(payment.pk, prefix=keys.INTERACTION_PREFIX):
            entry = InteractionItem.model_validate(found)
            to = entry_key(known, source, payment_id, entry.at, entry.id)
            moved = entry.model_copy(update={"pk": to.pk, "sk": to.sk})
            writes.append(Put(moved.model_dump(exclude_none=True)))
            writes.append(Delete(Key(entry.pk, entry.sk)))
        try:
            table.transact(writes)
        except TransactionLost:
            continue
        return True
    return False
