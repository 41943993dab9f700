"""Points and stamps by orders, forms and visits: whatever comes first, and however often."""

import hashlib
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from mteja.audit import Viewer
from mteja.business.load import rewards as declared_rewards
from mteja.business.model import Business
from mteja.business.rewards import Rewards
from mteja.customers.linking import link, unlink
from mteja.customers.reading import read_person
from mteja.identity.identifiers import EMAIL, Identifier, Trust
from mteja.orders.model import OrderNews
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.rewards import earning
from mteja.rewards.earning import with_earning
from mteja.rewards.expiring import settle
from mteja.rewards.ledger import Standing
from mteja.rewards.reading import Ledger, ledger
from mteja.staff.bodies import Redemption
from mteja.staff.rewards import Till
from mteja.store import keys
from mteja.times import DAY_MS, business_day
from tests import facts, kit
from tests.conftest import forget
from tests.fakes.memory import memory_recorder, memory_vault

ASHA, JUMA = Identifier(EMAIL, "asha@example.com"), Identifier(EMAIL, "juma@example.com")
LATER = kit.NOW_MS + 20 * DAY_MS
ZONE = "Africa/Dar_es_Salaam"
LIMITED = {
    "id": "purchase", "after": "order", "unit": "points", "each": {"USD": 100}, "most_a_day": 120,
}  # fmt: skip


def told(customer: str, within: Recorder, at: int = LATER) -> Ledger:
    person = read_person(within.table, customer)
    return ledger(person, ("points", "stamps"), business_day(at, ZONE), ZONE)


def points(customer: str, within: Recorder, at: int = LATER) -> Standing:
    stands = told(customer, within, at).stands["points"]
    assert sum(one.amount for one in told(customer, within, at).of("points")) == stands.balance
    return stands


def delivery(version: int, *named: Identifier, refunds: Any = (), **changes: Any) -> Fact:
    made = facts.order_fact(*named, order_id="1", refunds=refunds)
    assert made.order is not None
    state = facts.state(version, **changes)
    digest = hashlib.sha256(f"{version} {named} {refunds} {changes}".encode()).digest()[:8]
    news = OrderNews("1", digest, state, tuple(refunds))
    return replace(made, order=news, received_at=kit.NOW_MS + version)


def take(fact: Fact, within: Recorder) -> str | None:
    return record(with_earning(fact, within), within).customer


def customer_of(fact: Fact, within: Recorder) -> str:
    customer = take(fact, within)
    assert customer is not None
    return customer


@pytest.fixture
def recorder(business_layer: Path, the_business: Business) -> Recorder:
    forget()
    return memory_recorder(the_business, memory_vault())


@pytest.fixture
def declared(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Declare other rewards than the demonstration's."""

    def use(**changes: Any) -> None:
        rewards = declared_rewards()
        assert rewards is not None
        told = rewards.model_dump(mode="json", exclude_none=True) | changes
        changed = Rewards.model_validate(told)
        monkeypatch.setattr(earning, "declared_rewards", lambda: changed)

    return use


def test_an_order_earns_what_was_paid_and_can_be_spent_after_the_return_window(
    recorder: Recorder,
) -> None:
    asha = customer_of(delivery(1, ASHA, total=12_345), recorder)
    now = points(asha, recorder, kit.NOW_MS)
    assert (now.active, now.pending) == (0, 123)
    assert (points(asha, recorder).active, points(asha, recorder).pending) == (123, 0)
    profile = read_person(recorder.table, asha).members[0].profile
    assert profile.lots_expire_on == str(now.lots[0].span.expires_on)


def test_every_order_of_arrival_gives_the_same(recorder: Recorder) -> None:
    refund = facts.refund(total=2_500)
    deliveries = [
        delivery(1, total=10_000),
        delivery(2, total=10_000),
        delivery(3, total=8_000, refunds=(refund,)),
        delivery(2, total=10_000, refunds=(refund,)),
    ]
    outcomes = set()
    for number, order in enumerate(permutations(deliveries)):
        who = Identifier(EMAIL, f"p{number}@example.com")
        customer = None
        for one in order:
            assert one.order is not None
            named = replace(
                one, identifiers=(who,), order=replace(one.order, order_id=f"o{number}")
            )
            for _ in range(2):
                customer = take(named, recorder) or customer
        assert customer is not None
        stands = points(customer, recorder)
        outcomes.add((stands.active, stands.pending, stands.debt))
    assert outcomes == {(55, 0, 0)}


def test_what_an_order_does_not_bring_it_does_not_earn(recorder: Recorder) -> None:
    asha = customer_of(delivery(1, ASHA, total=10_000), recorder)
    undone: list[dict[str, Any]] = [{"cancelled": True}, {"test": True}, {"payment": "unpaid"}]
    for number, changes in enumerate(undone, start=1):
        take(delivery(2 * number, ASHA, total=10_000, **changes), recorder)
        assert points(asha, recorder).balance == 0
        take(delivery(2 * number + 1, ASHA, total=10_000), recorder)
        assert points(asha, recorder).active == 100


def test_an_order_that_goes_to_somebody_else_takes_its_points_along(recorder: Recorder) -> None:
    asha = customer_of(delivery(1, ASHA, total=10_000), recorder)
    juma = customer_of(delivery(2, JUMA, total=10_000), recorder)
    assert asha != juma
    assert points(asha, recorder).balance == 0
    assert points(juma, recorder).active == 100


def test_other_currencies_and_parts_earn_nothing(recorder: Recorder) -> None:
    euros = customer_of(delivery(1, ASHA, total=10_000, currency="EUR"), recorder)
    assert told(euros, recorder).entries == ()
    item = recorder.table.get(keys.order("shopify-demo", "1"))
    assert item is not None
    assert "earned" not in item


def test_the_terms_of_the_first_time_hold_for_refunds(recorder: Recorder, declared: Any) -> None:
    asha = customer_of(delivery(1, ASHA, total=10_000), recorder)
    rule = {"id": "purchase", "after": "order", "unit": "points", "each": {"USD": 10}}
    declared(earn=[rule], gifts=[])
    take(delivery(2, ASHA, total=10_000, refunds=(facts.refund(total=5_000),)), recorder)
    assert points(asha, recorder).active == 50


def test_an_order_before_the_beginning_earns_nothing(recorder: Recorder, declared: Any) -> None:
    declared(since="2027-01-01")
    asha = customer_of(delivery(1, ASHA, total=10_000), recorder)
    assert told(asha, recorder).entries == ()


def test_a_day_s_limit_holds_whatever_comes_first(recorder: Recorder, declared: Any) -> None:
    declared(earn=[LIMITED], gifts=[])
    refund = facts.refund(total=7_000)
    steps: list[tuple[str, int, Any]] = [("a", 1, ()), ("b", 1, ()), ("a", 2, (refund,))]
    for number, order in enumerate(permutations(steps)):
        who = Identifier(EMAIL, f"q{number}@example.com")
        customer = ""
        for order_id, version, refunds in order:
            made = delivery(version, who, total=10_000, refunds=refunds)
            assert made.order is not None
            of_order = replace(made.order, order_id=f"{number}{order_id}")
            customer = customer_of(replace(made, order=of_order), recorder)
        # 30 of the one and 100 of the other, of which a day gives 120.
        assert points(customer, recorder).active == 120, order


def ordered(number: str, version: int, within: Recorder, refunds: Any = (), **changes: Any) -> str:
    made = delivery(version, ASHA, refunds=refunds, **{"total": 10_000} | changes)
    assert made.order is not None
    return customer_of(replace(made, order=replace(made.order, order_id=number)), within)


def test_a_limit_that_comes_later_takes_nothing_of_what_was_given(
    recorder: Recorder, declared: Any
) -> None:
    for number in ("a", "b"):
        ordered(number, 1, recorder)
    declared(earn=[LIMITED], gifts=[])
    asha = ordered("c", 1, recorder)
    assert points(asha, recorder).active == 300
    ordered("a", 2, recorder, (facts.refund(total=5_000),))
    assert points(asha, recorder).active == 250
    ordered("d", 1, recorder)
    assert points(asha, recorder).active == 270


def test_a_limit_that_goes_later_still_holds_for_its_lots(
    recorder: Recorder, declared: Any
) -> None:
    declared(earn=[LIMITED], gifts=[])
    ordered("a", 1, recorder)
    asha = ordered("b", 1, recorder)
    assert points(asha, recorder).active == 120
    declared(earn=[LIMITED | {"most_a_day": None}], gifts=[])
    ordered("a", 2, recorder, (facts.refund(total=9_000),))
    assert points(asha, recorder).active == 110
    assert all(lot.amount >= 0 for lot in points(asha, recorder).lots)


def in_lots(customer: str, within: Recorder) -> dict[str, int]:
    """Return what was given on which day."""
    given: dict[str, int] = {}
    for lot in points(customer, within).lots:
        day = lot.span.earned_on.isoformat()
        given[day] = given.get(day, 0) + lot.amount
    return given


@pytest.mark.parametrize("other", [50, 1_000])
def test_another_limit_changes_nothing_of_the_days_that_were(
    other: int, recorder: Recorder, declared: Any
) -> None:
    declared(earn=[LIMITED], gifts=[])
    asha = ""
    for number in range(6):
        placed_at = kit.NOW_MS - (1 + number // 2) * DAY_MS
        asha = ordered(f"o{number}", 1, recorder, placed_at=placed_at)
    before = in_lots(asha, recorder)
    assert list(before.values()) == [120] * 3
    declared(earn=[LIMITED | {"most_a_day": other}], gifts=[])
    ordered("new", 1, recorder, placed_at=kit.NOW_MS)
    today = business_day(kit.NOW_MS, ZONE).isoformat()
    assert in_lots(asha, recorder) == before | {today: min(other, 100)}


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_a_limit_that_changes_within_a_day_takes_nothing_back(
    order: tuple[str, ...], recorder: Recorder, declared: Any
) -> None:
    asha = ""
    for number in order:
        most = 50 if number == order[-1] else 120
        declared(earn=[LIMITED | {"most_a_day": most}], gifts=[])
        asha = ordered(number, 1, recorder)
    assert points(asha, recorder).active == 120
    assert all(lot.amount >= 0 for lot in points(asha, recorder).lots)


def test_an_order_in_another_currency_of_which_the_rule_gives_stamps_by_now(
    recorder: Recorder, declared: Any
) -> None:
    asha = ordered("a", 1, recorder)
    rule = {"id": "purchase", "after": "order", "unit": "stamps", "each": {"EUR": 5_000}}
    declared(earn=[rule], gifts=[])
    ordered("a", 2, recorder, currency="EUR")
    stands = told(asha, recorder).stands
    assert (stands["points"].balance, stands["stamps"].active) == (0, 2)


def test_what_expired_makes_no_room_in_a_day_s_limit(recorder: Recorder, declared: Any) -> None:
    declared(earn=[LIMITED], gifts=[])
    asha = ordered("a", 1, recorder)
    later = kit.NOW_MS + 400 * DAY_MS
    settle(recorder.table, read_person(recorder.table, asha), later)
    ordered("b", 1, recorder)
    stands = told(asha, recorder, later).stands["points"]
    assert sum(lot.amount for lot in stands.lots) == 120


def test_what_is_owed_is_missing_for_a_gift_too(recorder: Recorder) -> None:
    asha = ordered("a", 1, recorder)
    till = Till(Viewer("staff-1", None), recorder, LATER)
    till.redeem(Redemption(customer=asha, amount=80))
    ordered("a", 2, recorder, (facts.refund(total=10_000),))
    has = till.read(asha).body
    assert has["points"] == {"active": 0, "pending": 0, "debt": 80}
    assert {one["id"]: one["missing"] for one in has["gifts"]}["five-off"] == 580


def test_a_business_without_rewards_writes_nothing_more(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earning, "declared_rewards", lambda: None)
    fact = delivery(1, ASHA, total=10_000)
    assert with_earning(fact, recorder) is fact


def test_claims_earn_nothing_by_orders(recorder: Recorder) -> None:
    fact = replace(delivery(1, ASHA), trust=Trust.CLAIMED)
    assert with_earning(fact, recorder) is fact


def test_members_of_one_person_have_one_balance(recorder: Recorder) -> None:
    asha = customer_of(delivery(1, ASHA, total=10_000), recorder)
    other = delivery(1, JUMA, total=5_000)
    assert other.order is not None
    juma = customer_of(replace(other, order=replace(other.order, order_id="2")), recorder)
    link(recorder.table, asha, juma, "staff", kit.NOW_MS)
    assert points(asha, recorder).active == points(juma, recorder).active == 150


def test_whose_link_is_undone_is_looked_at_before_its_own_points_expire(
    recorder: Recorder,
) -> None:
    """What they spent together was covered by the other's points, which then went back."""
    asha = ordered("a", 1, recorder)
    other = delivery(1, JUMA, total=5_000, placed_at=kit.NOW_MS - 30 * DAY_MS)
    assert other.order is not None
    juma = customer_of(replace(other, order=replace(other.order, order_id="b")), recorder)
    link(recorder.table, asha, juma, "staff", kit.NOW_MS)
    till = Till(Viewer("staff-1", None), recorder, LATER)
    till.redeem(Redemption(customer=asha, amount=50), "one")
    back = delivery(2, JUMA, total=5_000, placed_at=kit.NOW_MS - 30 * DAY_MS,
                    refunds=(facts.refund(total=5_000),))  # fmt: skip
    assert back.order is not None
    take(replace(back, order=replace(back.order, order_id="b")), recorder)
    till.redeem(Redemption(customer=asha, amount=50), "two")
    assert points(asha, recorder).balance == 0
    unlink(recorder.table, asha, juma, "staff", LATER)
    alone = read_person(recorder.table, asha).members[0].profile
    (lot,) = points(asha, recorder).lots
    assert (lot.left, points(juma, recorder).debt) == (50, 50)
    assert alone.lots_expire_on is not None
    assert alone.lots_expire_on <= str(lot.span.expires_on)
