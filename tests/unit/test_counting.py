"""What counts, and totals that equal a recount."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.customers.items import OrderTotals
from mteja.orders import counting
from mteja.orders.counting import Share, moves_an_end, totals_after
from mteja.orders.items import OrderItem, RefundEntry
from mteja.recording.orders import merge
from tests import facts


def item(*refunds: int, **changes: Any) -> OrderItem:
    state = facts.state(**changes)
    given_back = tuple(facts.refund(f"r{number}", one) for number, one in enumerate(refunds))
    news = facts.order_fact(order=state, refunds=given_back).order
    assert news is not None
    return merge(None, "shop", news, None).after


@dataclass(frozen=True)
class Case:
    name: str
    item: OrderItem
    net: int | None
    status: str


CASES = [
    Case("paid", item(), 10_000, "paid"),
    Case("authorised", item(payment="authorised"), 10_000, "authorised"),
    Case("unpaid", item(payment="unpaid"), None, "pending"),
    Case("cancelled", item(cancelled=True), None, "cancelled"),
    Case("cancelled and paid back", item(10_000, cancelled=True), None, "cancelled"),
    Case("a test", item(test=True), None, "paid"),
    Case(
        "an unpaid test that is cancelled",
        item(payment="unpaid", test=True, cancelled=True),
        None,
        "cancelled",
    ),
    Case("partly refunded", item(2_500), 7_500, "paid"),
    Case("refunded in parts", item(2_500, 2_500, 1), 4_999, "paid"),
    Case("fully refunded stays in the count", item(4_000, 6_000), 0, "refunded"),
    Case("refunded beyond its total", item(12_000), 0, "refunded"),
    Case("free of charge", item(total=0), 0, "paid"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_an_order_brings(case: Case) -> None:
    share = counting.share(case.item)
    assert (None if share is None else share.net) == case.net
    assert counting.shown_status(case.item) == case.status
    assert counting.net(case.item) == (case.net or 0)


def test_an_order_of_which_only_refunds_are_known_brings_nothing() -> None:
    assert counting.share(None) is None
    refunds = {"r": RefundEntry(at=1, total=5, currency="USD", as_of=1)}
    assert counting.share(OrderItem(pk="p", sk="s", v=1, refunds=refunds)) is None


shares = st.builds(Share, st.sampled_from(["USD", "TZS"]), st.integers(0, 500), st.integers(1, 6))
histories = st.lists(
    st.tuples(st.sampled_from("abcde"), st.none() | shares), min_size=1, max_size=25
)


@settings(max_examples=400, deadline=None)
@given(histories)
def test_totals_equal_a_recount_after_any_changes(
    history: list[tuple[str, Share | None]],
) -> None:
    """Each step gives one order a new share; the orders' own shares are the truth."""
    orders: dict[str, Share] = {}
    totals = OrderTotals()
    for order, share in history:
        before = orders.get(order)
        others = [one.placed_at for name, one in orders.items() if name != order]
        known = others if moves_an_end(totals, before, share) else []
        totals = totals_after(totals, before, share, known)
        orders.pop(order, None)
        if share is not None:
            orders[order] = share
        assert totals == recount(list(orders.values()))


def recount(orders: list[Share]) -> OrderTotals:
    net: dict[str, tuple[int, int]] = {}
    for currency in sorted({one.currency for one in orders}):
        amounts = [one.net for one in orders if one.currency == currency]
        net[currency] = (len(amounts), sum(amounts))
    placed = [one.placed_at for one in orders]
    return OrderTotals(
        count=len(orders),
        net=net,
        first=min(placed, default=None),
        last=max(placed, default=None),
    )
