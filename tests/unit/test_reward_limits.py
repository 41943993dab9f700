"""A day's limit of an order's rule: whatever comes of several orders, in whatever order, of whoever
and by whichever terms, a day gives what it may."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.business.compile import read
from mteja.business.rewards import Rewards
from mteja.customers.reading import read_person
from mteja.identity.identifiers import EMAIL, Identifier
from mteja.orders import counting
from mteja.orders.items import EarnedEntry, OrderItem
from mteja.orders.model import OrderNews
from mteja.recording.record import Recorder, record
from mteja.rewards.earning import EarningRider
from mteja.rewards.reading import ledger
from mteja.store import keys
from mteja.times import DAY_MS, business_day
from tests import facts, kit
from tests.fakes.memory import memory_recorder, memory_vault

BUSINESS = read(kit.ROOT / "layers/business/business.yaml")
VAULT = memory_vault()  # shared: its index remembers, which makes examples fast
ZONE = BUSINESS.time_zone
ORDERS = "xyz"

deliveries = st.fixed_dictionaries(
    {
        "order": st.sampled_from(ORDERS),
        "version": st.integers(1, 4),
        "who": st.sampled_from([Identifier(EMAIL, f"{one}@example.com") for one in "ab"]),
        "days_ago": st.integers(0, 2),
        "total": st.integers(0, 25_000),
        "cancelled": st.booleans(),
        "back": st.integers(0, 9_000),
        "limit": st.sampled_from([50, 120, None]),
    }
)

type Days = dict[tuple[str | None, str | None], int]
"""By customer and day."""


def rewards(limit: int | None) -> Rewards:
    rule = {"id": "purchase", "after": "order", "unit": "points", "each": {"USD": 100}}
    return Rewards.model_validate({"points": {}, "earn": [rule | {"most_a_day": limit}]})


def take(number: int, told: dict[str, Any], within: Recorder) -> None:
    made = facts.order_fact(told["who"], order_id=told["order"])
    state = facts.state(
        number,
        version=f"{told['version']:04d}.{number:04d}",
        placed_at=kit.NOW_MS - told["days_ago"] * DAY_MS,
        total=told["total"],
        cancelled=told["cancelled"],
    )
    refunds = (facts.refund(total=told["back"], as_of=number),) if told["back"] else ()
    news = OrderNews(told["order"], number.to_bytes(8), state, refunds)
    fact = replace(made, received_at=kit.NOW_MS + number, order=news)
    rider = EarningRider(fact, rewards(told["limit"]), within.table, ZONE)
    record(replace(fact, riders=(rider,)), within)


def given_by_day(within: Recorder) -> tuple[Days, dict[tuple[str | None, str | None], Any]]:
    """Return what customers were given, and the terms of the orders for it."""
    terms: dict[tuple[str | None, str | None], list[EarnedEntry]] = {}
    for number in ORDERS:
        raw = within.table.get(keys.order("shopify-demo", number))
        order = None if raw is None else OrderItem.model_validate(raw)
        for one in () if order is None or order.earned is None else order.earned.values():
            assert order is not None
            assert one.earned == counting.net(order) // 100
            terms.setdefault((order.customer, one.on), []).append(one)
    has: Days = {}
    for customer in {customer for customer, _ in terms if customer is not None}:
        told = ledger(read_person(within.table, customer), (), business_day(kit.NOW_MS, ZONE), ZONE)
        for lot in told.stands["points"].lots:
            assert lot.amount >= 0
            day = lot.member, lot.span.earned_on.isoformat()
            has[day] = has.get(day, 0) + lot.amount
    return {day: amount for day, amount in has.items() if amount}, terms


@given(st.lists(deliveries, min_size=1, max_size=14))
@settings(max_examples=80)
def test_a_day_gives_its_limit_or_what_its_orders_are_worth(told: list[dict[str, Any]]) -> None:
    within = memory_recorder(BUSINESS, VAULT)
    for number, one in enumerate(told):
        take(number, one, within)
    has, terms = given_by_day(within)
    for day, orders in terms.items():
        free = sum(one.earned for one in orders if one.most_a_day is None)
        limited = [(one.earned, one.most_a_day) for one in orders if one.most_a_day is not None]
        most = max((limit for _, limit in limited), default=0)
        worth = sum(amount for amount, _ in limited)
        # Where the file changed within a day, what the greater limit let it give is given still.
        least = min(most, sum(amount for amount, limit in limited if limit == most))
        assert least <= has.pop(day, 0) - free <= min(most, worth)
        assert least == min(most, worth) or len({limit for _, limit in limited}) > 1
    assert has == {}
