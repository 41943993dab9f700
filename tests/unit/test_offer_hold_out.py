"""Who is held out: as many as the rule says, drawn by what a person is and not by when."""

import pytest

from mteja.business.winning_back import Step, WinBackRule
from mteja.customers.items import ProfileItem
from mteja.customers.reading import Member, Person
from mteja.ids import ulid
from mteja.offers.making import Act, held_out
from mteja.times import DAY_MS
from tests.kit import NOW_MS

PEOPLE = 10_000
STEPS = (Step(days=30), Step(days=45, per_cent=10))


def somebody(number: int) -> Person:
    customer = f"cus_{ulid(NOW_MS + number, number.to_bytes(10))}"
    profile = ProfileItem(
        pk=f"CUSTOMER#{customer}", sk="PROFILE", v=1, created_at=NOW_MS, trust="verified"
    )
    return Person((Member(customer, profile, None, (), (), ()),))


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return [somebody(number) for number in range(PEOPLE)]


def drawn(people: list[Person], rule: WinBackRule, step: int = 0, cycle: int = NOW_MS) -> set[str]:
    """Return the persons whom a rule holds out."""
    return {one.id for one in people if held_out(Act(one, one.id, rule, step, cycle))}


@pytest.mark.parametrize(
    ("said", "per_cent"), [({}, 10), ({"hold_out_per_cent": 0}, 0), ({"hold_out_per_cent": 50}, 50)]
)
def test_as_many_are_held_out_as_the_rule_says_and_one_in_ten_where_it_says_nothing(
    said: dict[str, int], per_cent: int, people: list[Person]
) -> None:
    rule = WinBackRule.model_validate({"id": "quiet"} | said)
    expected = PEOPLE * per_cent / 100
    spread = (expected * (1 - per_cent / 100)) ** 0.5  # of a binomial distribution
    assert abs(len(drawn(people, rule)) - expected) <= 4 * spread


def test_it_stays_so_at_each_step_in_each_silence_and_when_steps_change(
    people: list[Person],
) -> None:
    rule = WinBackRule(id="quiet", steps=STEPS)
    first = drawn(people, rule)
    assert drawn(people, rule, 1) == drawn(people, rule, 0, NOW_MS - 400 * DAY_MS) == first
    assert drawn(people, rule.model_copy(update={"steps": STEPS[:1]})) == first


def test_more_are_held_out_in_addition_and_each_rule_draws_by_itself(people: list[Person]) -> None:
    tenth, fifth = (WinBackRule(id="quiet", hold_out_per_cent=share) for share in (10, 20))
    assert drawn(people, tenth) < drawn(people, fifth)
    both = drawn(people, tenth) & drawn(people, WinBackRule(id="late"))
    assert 0.5 <= len(both) / (PEOPLE / 100) <= 1.5
