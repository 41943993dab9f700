"""Whether offers did anything: intervals that are right, and nothing said of too few."""

import random
from statistics import mean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.offers import effects
from mteja.offers.effects import LEAST_BUYERS, LEAST_PEOPLE, Moments, student, welch
from mteja.offers.outcomes import Outcome
from mteja.offers.tallies import Day, Money, Tally, as_json, from_json, merged, of_outcomes

NETS = st.dictionaries(st.sampled_from(["TZS", "EUR"]), st.integers(0, 10**9), max_size=2)
OUTCOMES = st.lists(
    st.builds(
        Outcome,
        rule=st.sampled_from(["quiet", "lapsed"]),
        step=st.integers(0, 2),
        first=st.booleans(),
        held_out=st.booleans(),
        sent=st.booleans(),
        stopped=st.booleans(),
        redeemed=st.booleans(),
        handed_on=st.booleans(),
        net=NETS,
    ),
    max_size=30,
)


# Tables of Student's distribution, 97.5 %: National Institute of Standards and Technology,
# e-Handbook of Statistical Methods, 1.3.6.7.2.
@pytest.mark.parametrize(
    ("freedom", "point"),
    [(5, 2.571), (10, 2.228), (20, 2.086), (30, 2.042), (60, 2.000), (100, 1.984)],
)
def test_students_points_are_those_of_the_tables(freedom: int, point: float) -> None:
    assert student(freedom) == pytest.approx(point, abs=0.0015)


def _moments(values: list[float]) -> Moments:
    return Moments(len(values), mean(values), variance(values) / len(values))


def test_welchs_interval_is_that_of_a_worked_example() -> None:
    # Examples of Welch's test in Wikipedia, "Welch's t-test", example 1: t = -2.46 with 25.0
    # degrees of freedom.
    one = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
    two = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4]
    told = welch(_moments(one), _moments(two))
    half = (told.interval[1] - told.interval[0]) / 2
    assert told.difference / half * student(25.0) == pytest.approx(-2.46, abs=0.01)


def test_newcombes_interval_is_that_of_a_worked_example() -> None:
    # Newcombe 1998, table II (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    told = effects.coming_back(Tally(people=70, bought=56), Tally(people=80, bought=48))
    assert told.interval == pytest.approx((0.0524, 0.3339), abs=0.0001)


def _tally(people: int, spent: list[int]) -> Tally:
    money = Money(len(spent), sum(spent), sum(one * one for one in spent))
    return Tally(people=people, bought=len(spent), money={"TZS": money})


@pytest.mark.parametrize(
    ("people", "buyers"), [(LEAST_PEOPLE - 1, LEAST_BUYERS), (LEAST_PEOPLE, LEAST_BUYERS - 1)]
)
def test_of_too_few_nothing_is_told(people: int, buyers: int) -> None:
    many, few = _tally(900, [1000] * 90), _tally(people, [1000] * buyers)
    for pair in ((many, few), (few, many)):
        assert not effects.enough(*pair)
        assert effects.spending(*pair, "TZS") is None
    assert effects.spending(many, many, "EUR") is None


def test_the_interval_holds_as_often_as_it_says() -> None:
    chance = random.Random(7)  # noqa: S311 - a simulation
    held = tried = 0
    for _ in range(300):
        groups = [
            [int(1000 * chance.lognormvariate(0, 0.8)) for _ in range(n) if chance.random() < 0.2]
            for n in (900, 100)
        ]
        told = effects.spending(_tally(900, groups[0]), _tally(100, groups[1]), "TZS")
        if told is not None:
            tried += 1
            held += told.interval[0] <= 0 <= told.interval[1]
    assert tried > 250
    assert 0.9 <= held / tried <= 0.99


@given(OUTCOMES, st.integers(1, 4))
def test_days_add_up_whatever_their_order(outcomes: list[Outcome], parts: int) -> None:
    whole = of_outcomes(outcomes)
    days = [of_outcomes(outcomes[part::parts]) for part in range(parts)]
    assert merged(days) == merged(reversed(days)) == merged([whole])
    assert from_json(as_json(whole)) == whole
    assert as_json(of_outcomes(reversed(outcomes))) == as_json(whole)


@given(OUTCOMES)
def test_a_person_counts_once_for_a_rule_and_once_for_each_step(outcomes: list[Outcome]) -> None:
    def people(day: Day, *, of_steps: bool) -> int:
        return sum(
            one.offered.people + one.held_out.people
            for (_, step), one in day.items()
            if (step is not None) == of_steps
        )

    day = of_outcomes(outcomes)
    assert people(day, of_steps=True) == len(outcomes)
    assert people(day, of_steps=False) == sum(one.first for one in outcomes)


@given(st.lists(st.integers(0, 10**7), min_size=10, max_size=40), st.integers(0, 300))
def test_the_interval_surrounds_the_difference(spent: list[int], others: int) -> None:
    one = _tally(len(spent) + 30 + others, spent)
    told = effects.spending(one, _tally(400, [5_000] * 30), "TZS")
    assert told is not None
    assert told.interval[0] <= told.difference <= told.interval[1]
