"""What the owner's file says of rewards: a fault is named by line and field, and rules give what
they say."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mteja.business import load
from mteja.business.compile import compile_to, read
from mteja.business.rewards import EarnRule, Rewards, Tier
from mteja.rewards import rules
from tests.unit.test_business_file import GOOD, errors, file

BEGIN, END = GOOD.index("rewards:\n  return"), GOOD.index("# Messages to customers: confirm")
WITHOUT = GOOD[:BEGIN] + GOOD[END:]
PURCHASE: dict[str, Any] = {"id": "purchase", "after": "order", "unit": "points"}
VISIT: dict[str, Any] = {"id": "visit", "after": "visit", "unit": "stamps"}
TIER: dict[str, Any] = {"title": "A", "points": 9}
GIFT: dict[str, Any] = {"id": "lamp", "title": "Lamp", "unit": "points"}
BOTH: dict[str, Any] = {"points": {}, "stamps": {}}


def declared(*earn: dict[str, Any], **more: Any) -> Rewards:
    return Rewards.model_validate(BOTH | {"earn": earn or [PURCHASE]} | more)


@pytest.mark.parametrize(
    ("earn", "more", "said"),
    [
        ([], {}, "at least 1"),
        ([PURCHASE | {"unit": "miles"}], {}, "points"),
        ([VISIT | {"each": {"USD": 100}}], {}, "of orders"),
        ([VISIT | {"most": 5}], {}, "of orders"),
        ([PURCHASE | {"each": {"usd": 100}}], {}, "pattern"),
        ([PURCHASE | {"each": {"USD": 0}}], {}, "greater than"),
        ([PURCHASE | {"form": "rewards"}], {}, "says which form"),
        ([{"id": "joined", "after": "form", "unit": "points"}], {}, "says which form"),
        ([PURCHASE | {"times": 2}], {}, "of forms"),
        ([PURCHASE | {"each": {"USD": 1}, "at_least": {"EUR": 1}}], {}, "the same currencies"),
        ([VISIT], {"points": None, "tiers": [TIER | {"id": "silver"}]}, "of which there are none"),
        ([PURCHASE, PURCHASE | {"unit": "stamps"}], {}, "same id"),
        ([PURCHASE, PURCHASE | {"id": "other"}], {}, "two rules after order"),
        ([VISIT, VISIT | {"id": "other"}], {}, "two rules after visit"),
        ([VISIT], {"stamps": None}, "how long they last"),
        ([PURCHASE], {"points": {"expire_after_days": 14}}, "before it can be spent"),
        (
            [PURCHASE],
            {"tiers": [TIER | {"id": "silver"}, TIER | {"id": "gold"}]},
            "tiers go up",
        ),
        ([PURCHASE], {"gifts": [GIFT | {"cost": 0}]}, "greater than"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    earn: list[dict[str, Any]], more: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        Rewards.model_validate(BOTH | {"earn": earn} | more)


def test_a_rule_after_a_form_names_one_that_is_there(tmp_path: Path) -> None:
    text = GOOD.replace("after: form, form: rewards", "after: form, form: raffle")
    (told,) = errors(file(tmp_path, text))
    assert told.endswith("rewards.earn.1.form: raffle is no form")


def test_a_business_without_rewards_reads_nothing_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read(file(tmp_path, WITHOUT)).rewards is None
    compile_to(file(tmp_path, WITHOUT), tmp_path / "made")
    raw = tmp_path.joinpath("made", "rewarding.json").read_bytes()
    monkeypatch.setattr(load, "_raw", lambda _: raw)
    load.rewards.cache_clear()
    assert load.rewards() is None
    load.rewards.cache_clear()


@pytest.mark.parametrize(
    ("rule", "net", "earned"),
    [
        ({"each": {"USD": 100}}, 12_345, 123),
        ({"each": {"USD": 100}}, 99, 0),
        ({"each": {"USD": 1_000}, "amount": 15}, 12_345, 185),
        ({"each": {"USD": 100}, "most": 50}, 12_345, 50),
        ({"each": {"USD": 100}, "at_least": {"USD": 5_000}}, 4_999, 0),
        ({"each": {"USD": 100}, "at_least": {"USD": 5_000}}, 5_000, 50),
        ({}, 1, 1),
        ({"amount": 3}, 10**9, 3),
        ({}, 0, 0),
        ({"each": {"EUR": 100}}, 12_345, None),
        ({"at_least": {"EUR": 100}}, 12_345, None),
    ],
)
def test_an_order_earns_what_its_rule_says(
    rule: dict[str, Any], net: int, earned: int | None
) -> None:
    by = rules.terms(EarnRule.model_validate(PURCHASE | rule), "USD")
    assert (None if by is None else rules.of_order(by, net)) == earned


def test_a_lot_waits_for_the_return_window_and_lasts_from_the_day_it_was_earned() -> None:
    rewards = declared(return_window_days=14, points={"expire_after_days": 365})
    bought = rules.span(rewards, "points", date(2026, 11, 1), returnable=True)
    assert (bought.active_from, bought.expires_on) == (date(2026, 11, 15), date(2027, 11, 1))
    visited = rules.span(rewards, "stamps", date(2026, 11, 1), returnable=False)
    assert (visited.active_from, visited.expires_on) == (date(2026, 11, 1), None)


@pytest.mark.parametrize(
    ("earned", "tier"), [(0, None), (99, None), (100, "silver"), (499, "silver"), (500, "gold")]
)
def test_the_highest_tier_that_is_reached_counts(earned: int, tier: str | None) -> None:
    tiers = (Tier(id="silver", title="S", points=100), Tier(id="gold", title="G", points=500))
    reached = rules.tier(tiers, earned)
    assert (None if reached is None else reached.id) == tier


days = st.integers(0, 3).map(lambda day: date(2026, 11, 1 + day))


lots = st.dictionaries(st.text("ab", max_size=4), st.tuples(days, st.integers(0, 200)))


def by_day(told: dict[str, rules.Told], of: dict[str, int]) -> dict[date, int]:
    days = dict.fromkeys((one.day for one in told.values()), 0)
    for lot, amount in of.items():
        days[told[lot].day] += amount
    return days


@given(lots)
def test_a_day_gives_its_limit_or_what_it_is_worth(found: dict[str, tuple[date, int]]) -> None:
    told = {lot: rules.Told(day, amount, 150) for lot, (day, amount) in found.items()}
    allowed = rules.limited(told)
    worth = by_day(told, {lot: one.amount for lot, one in told.items()})
    assert by_day(told, allowed) == {day: min(amount, 150) for day, amount in worth.items()}
    assert all(0 <= allowed[lot] <= one.amount for lot, one in told.items())


@given(lots, st.data())
def test_a_day_of_two_limits_gives_what_the_greater_gave_and_no_more(
    found: dict[str, tuple[date, int]], data: st.DataObject
) -> None:
    told = {
        lot: rules.Told(day, amount, data.draw(st.sampled_from([50, 150])))
        for lot, (day, amount) in found.items()
    }
    before = {lot: one for lot, one in told.items() if one.most_a_day == 150}
    gave, gives = by_day(told, rules.limited(before)), by_day(told, rules.limited(told))
    assert all(gave[day] <= gives[day] <= 150 for day in gives)
