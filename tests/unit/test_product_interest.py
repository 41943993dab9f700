"""Favourites and ratings of one person: whatever the order and number of events, the latest
counts."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mteja.products.interest import (
    MAX_DAYS,
    NONE,
    Interest,
    interests,
    join,
    joined,
    over_claims,
)
from mteja.products.signals import Signal
from mteja.times import DAY_MS

ZONE = "Africa/Dar_es_Salaam"

SIGNALS = st.builds(
    Signal,
    kind=st.sampled_from(["viewed", "saved", "unsaved", "rated"]),
    product=st.sampled_from(["lamp", "shade"]),
    at=st.integers(0, 60 * DAY_MS),
    id=st.sampled_from(["m1", "m2", "m3"]),
    stars=st.integers(1, 5),
)


def test_the_latest_event_says_whether_it_is_saved() -> None:
    told = [Signal("saved", "lamp", 1, "m1"), Signal("unsaved", "lamp", 2, "m2")]

    assert not interests(told, ZONE)["lamp"].is_saved
    assert not interests(reversed(told), ZONE)["lamp"].is_saved
    assert interests([*told, Signal("saved", "lamp", 3, "m3")], ZONE)["lamp"].is_saved


def test_a_later_rating_takes_the_place_of_the_earlier() -> None:
    told = [Signal("rated", "lamp", 2, "m2", 3), Signal("rated", "lamp", 1, "m1", 5)]

    assert interests(told, ZONE)["lamp"].rating == 3


def test_whoever_looks_on_three_days_looks_often_and_on_one_day_a_hundred_times_does_not() -> None:
    one_day = [Signal("viewed", "lamp", at, str(at)) for at in range(100)]
    three = [Signal("viewed", "lamp", day * DAY_MS, str(day)) for day in range(3)]

    assert not interests(one_day, ZONE)["lamp"].looks_often
    assert interests(three, ZONE)["lamp"].looks_often


def test_a_claim_overrules_nothing_that_is_verified() -> None:
    verified = Interest(saved=(1, "m1", 1), days=frozenset({date(2026, 1, 1)}))
    claimed = Interest(saved=(9, "m9", 0), stars=(9, "m9", 5), days=frozenset({date(2026, 1, 2)}))

    together = over_claims(verified, claimed)

    assert together.is_saved
    assert together.rating == 5
    assert len(together.days) == 2


@given(st.lists(SIGNALS, max_size=30), st.randoms(use_true_random=False))
def test_the_order_and_number_of_events_change_nothing(told: list[Signal], random: Random) -> None:
    again = told + random.choices(told, k=5) if told else told

    assert interests(random.sample(again, len(again)), ZONE) == interests(told, ZONE)


@given(st.lists(SIGNALS, max_size=12), st.lists(SIGNALS, max_size=12))
def test_two_browsers_of_one_person_join_into_what_one_would_have_been(
    phone: list[Signal], laptop: list[Signal]
) -> None:
    one, two = interests(phone, ZONE), interests(laptop, ZONE)
    both = interests(phone + laptop, ZONE)

    assert {
        product: join(one.get(product, NONE), two.get(product, NONE)) for product in one | two
    } == both


@given(st.sets(st.dates(), max_size=80), st.randoms(use_true_random=False))
def test_of_many_days_the_latest_are_kept_however_they_come(
    days: set[date], random: Random
) -> None:
    single = [Interest(days=frozenset({day})) for day in days]

    expected = frozenset(sorted(days)[-MAX_DAYS:])
    assert joined(random.sample(single, len(single))).days == expected
    assert joined([*single, *single]).days == expected
