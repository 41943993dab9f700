"""A score over time."""

from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.surveys.scoring.nps import FEW, score
from mteja.surveys.scoring.series import PERIODS, Per, period_of, series, usual_period

WEEK = partial(period_of, per="week")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST, LAST)
VALUES = st.lists(st.tuples(DAYS, st.none() | st.integers(1, 10)), max_size=60)


@pytest.mark.parametrize(
    ("day", "per", "period"),
    [
        (date(2026, 11, 24), "day", (date(2026, 11, 24), date(2026, 11, 24))),
        (date(2026, 11, 22), "week", (date(2026, 11, 16), date(2026, 11, 22))),
        (date(2026, 11, 23), "week", (date(2026, 11, 23), date(2026, 11, 29))),
        (date(2027, 1, 1), "week", (date(2026, 12, 28), date(2027, 1, 3))),
        (date(2024, 2, 29), "month", (date(2024, 2, 1), date(2024, 2, 29))),
        (date(2026, 12, 31), "month", (date(2026, 12, 1), date(2026, 12, 31))),
    ],
    ids=["a-day", "sunday", "monday", "over-new-year", "leap", "december"],
)
def test_periods_are_those_of_the_calendar(day: date, per: Per, period: tuple[date, date]) -> None:
    assert period_of(day, per) == period


@given(DAYS, st.sampled_from(PERIODS))
def test_periods_join_without_gap(day: date, per: Per) -> None:
    begin, end = period_of(day, per)
    assert begin <= day <= end
    assert period_of(end + timedelta(days=1), per)[0] == end + timedelta(days=1)


def weeks(*scores: tuple[int, int, int]) -> list[tuple[date, int | None]]:
    """Return answers of weeks that follow each other: promoters, passives, detractors."""
    monday = date(2026, 3, 2)
    return [
        (monday + timedelta(weeks=number, days=at % 7), value)
        for number, groups in enumerate(scores)
        for value, people in zip((10, 8, 2), groups, strict=True)
        for at in range(people)
    ]


def test_a_change_is_marked_only_where_it_is_more_than_chance() -> None:
    made = series(weeks((50, 30, 20), (40, 30, 30), (10, 20, 70), (12, 20, 68)), WEEK, FIRST, LAST)
    assert [point.score.nps for point in made] == [30, 10, -60, -56]
    assert [point.changed for point in made] == [False, False, True, False]


def test_a_week_of_few_is_neither_a_change_nor_compared_with() -> None:
    made = series(weeks((50, 30, 20), (0, 0, FEW - 1), (10, 20, 70)), WEEK, FIRST, LAST)
    assert [point.changed for point in made] == [False, False, True]


def test_periods_without_answers_are_left_out_and_those_at_the_ends_are_cut() -> None:
    answers = [(date(2026, 3, 4), 10), (date(2026, 3, 10), None), (date(2026, 3, 18), 3)]
    made = series(answers, WEEK, date(2026, 3, 3), date(2026, 3, 19))
    assert [(point.first, point.last) for point in made] == [
        (date(2026, 3, 3), date(2026, 3, 8)),
        (date(2026, 3, 16), date(2026, 3, 19)),
    ]


@given(VALUES, st.sampled_from(PERIODS), st.randoms(use_true_random=False))
def test_the_order_of_answers_says_nothing(
    values: list[tuple[date, int | None]], per: Per, chance: Random
) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert series(shuffled, partial(period_of, per=per), FIRST, LAST) == series(
        values, partial(period_of, per=per), FIRST, LAST
    )


@given(VALUES, st.sampled_from(PERIODS))
def test_periods_add_up_to_the_whole(values: list[tuple[date, int | None]], per: Per) -> None:
    made = series(values, partial(period_of, per=per), FIRST, LAST)
    assert sum(point.score.n for point in made) == score(value for _, value in values).n
    assert all(one.last < other.first for one, other in pairwise(made))


def test_half_a_year_is_shown_by_week_and_more_by_month() -> None:
    assert usual_period(FIRST, FIRST + timedelta(days=29)) == "week"
    assert usual_period(FIRST, LAST) == "month"
