"""What counts (contract, "What counts"). Pure rules over the state of an order."""

from collections.abc import Iterable
from dataclasses import dataclass

from mteja.customers.items import OrderTotals
from mteja.orders.items import OrderItem, RefundEntry
from mteja.orders.model import IMPORTED_REFUND, WHOLE_REFUND, Order


def standing(order: Order) -> str:
    """Return `cancelled`, `pending`, `authorised` or `paid`: the status before refunds."""
    if order.cancelled:
        return "cancelled"
    return "pending" if order.payment == "unpaid" else order.payment


def shown_status(item: OrderItem) -> str | None:
    """Return the status as people see it: `refunded` when all was given back."""
    given_back = refunded(item)
    if item.status in {"paid", "authorised"} and given_back and given_back >= item.total:
        return "refunded"
    return item.status


def refunded(item: OrderItem) -> int:
    """Return how much was given back, in the order's own currency: what the platform told of each
    payment, one by one or as a sum, or what an import told in all where that is more."""
    told = 0
    sums: dict[str, int] = {}
    singles: dict[str, int] = {}
    for refund_id, refund in item.refunds.items():
        if refund_id == IMPORTED_REFUND or refund.currency != item.currency:
            continue
        if refund.payment is None:
            told += refund.total
        elif refund.payment == refund_id:
            sums[refund_id] = refund.total
        else:
            singles[refund.payment] = singles.get(refund.payment, 0) + refund.total
    told += sum(max(sums.get(one, 0), singles.get(one, 0)) for one in sums.keys() | singles.keys())
    imported = item.refunds.get(IMPORTED_REFUND)
    return max(told, imported.total if imported is not None else 0)


def shown_refunds(item: OrderItem | None) -> dict[str, RefundEntry]:
    """Return the refunds as people see them: a sum only where its single refunds are not known, and
    no whole refund of nothing."""
    if item is None:
        return {}
    of = {one.payment for name, one in item.refunds.items() if one.payment not in {None, name}}
    return {
        name: one
        for name, one in item.refunds.items()
        if (one.payment != name or one.payment not in of) and (name != WHOLE_REFUND or one.total)
    }


def counts(order: Order) -> bool:
    """Whether an order is in `count`: paid or authorised, neither cancelled nor a test. Fully
    refunded ones stay."""
    return order.payment != "unpaid" and not order.cancelled and not order.test


@dataclass(frozen=True)
class Share:
    """What one order adds to its customer's totals."""

    currency: str
    net: int
    placed_at: int


def share(item: OrderItem | None) -> Share | None:
    """Return what an order adds, or None when it does not count. Never below 0 per order."""
    if item is None or not item.counts or item.currency is None or item.placed_at is None:
        return None
    return Share(item.currency, net(item), item.placed_at)


def net(item: OrderItem) -> int:
    """Return what an order brought, in minor units, whether or not it counts."""
    return max(0, item.total - refunded(item)) if item.counts else 0


def moves_an_end(totals: OrderTotals, before: Share | None, after: Share | None) -> bool:
    """Whether taking `before` away may leave first or last unknown without looking at the
    others.
    """
    if before is None or (after is not None and after.placed_at == before.placed_at):
        return False
    return before.placed_at in (totals.first, totals.last)


def totals_after(
    totals: OrderTotals,
    before: Share | None,
    after: Share | None,
    others: Iterable[int] = (),
) -> OrderTotals:
    """Return the totals when an order's share changes.

    `others` are the times of the other orders that count; needed where `moves_an_end` says so.
    """
    by_currency = dict(totals.net)
    count, first, last = totals.count, totals.first, totals.last
    if before is not None:
        number, amount = by_currency[before.currency]
        by_currency[before.currency] = (number - 1, amount - before.net)
        if number == 1:
            del by_currency[before.currency]
        count -= 1
    if moves_an_end(totals, before, after):
        first = last = None
        for placed_at in others:
            first, last = _stretched(first, last, placed_at)
    if after is not None:
        number, amount = by_currency.get(after.currency, (0, 0))
        by_currency[after.currency] = (number + 1, amount + after.net)
        count += 1
        first, last = _stretched(first, last, after.placed_at)
    return OrderTotals(count=count, net=dict(sorted(by_currency.items())), first=first, last=last)


def _stretched(first: int | None, last: int | None, at: int) -> tuple[int, int]:
    return (
        at if first is None else min(first, at),
        at if last is None else max(last, at),
    )
