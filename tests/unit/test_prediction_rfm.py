"""Groups by recency, frequency and money."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.predictions import rfm
from mteja.predictions.rfm import GROUPS, Bought, Measures, Scores

TODAY = date(2026, 11, 30)


def bought(days_ago: int, net: int = 1_000, currency: str = "USD") -> Bought:
    return Bought((TODAY - timedelta(days=days_ago)).toordinal(), currency, net)


def test_what_is_measured_is_the_year_that_ends_with_the_day() -> None:
    several = [bought(400, 9), bought(364, 5), bought(10, 7), bought(10, 1, "TZS"), bought(-1, 3)]
    assert rfm.measures(several, TODAY, "USD") == Measures(10, 3, 12)
    assert rfm.measures(several, TODAY - timedelta(days=11), "USD") == Measures(353, 1, 5)
    assert rfm.measures([bought(365)], TODAY, "USD") is None


def test_fifths_of_a_hundred_different_customers_are_twenty_each() -> None:
    of = [Measures(n, n, n) for n in range(1, 101)]
    bounds = rfm.bounds(of, "USD")
    assert bounds is not None
    assert bounds.recency == (20, 40, 60, 80)
    scores = [bounds.scores(one) for one in of]
    for column in range(3):
        assert [sum(one[column] == fifth for one in scores) for fifth in range(1, 6)] == [20] * 5
    assert bounds.scores(Measures(1, 1, 1)) == Scores(5, 1, 1)
    assert bounds.scores(Measures(100, 100, 100)) == Scores(1, 5, 5)


def test_equal_customers_are_not_split_over_fifths() -> None:
    of = [Measures(n, 1, 100) for n in range(80)] + [Measures(n, 4, 900) for n in range(20)]
    bounds = rfm.bounds(of, "USD")
    assert bounds is not None
    assert {bounds.scores(one).frequency for one in of[:80]} == {1}
    assert {bounds.scores(one).frequency for one in of[80:]} == {5}


def test_too_few_customers_have_no_fifths() -> None:
    assert rfm.bounds([Measures(n, n, n) for n in range(rfm.MIN_PEOPLE - 1)], "USD") is None


@pytest.mark.parametrize(
    ("recency", "frequency", "name"),
    [
        # CleverTap's grid of recency and frequency.
        (5, 5, "champions"),
        (5, 4, "champions"),
        (4, 4, "loyal"),
        (3, 5, "loyal"),
        (5, 2, "potential-loyalists"),
        (4, 3, "potential-loyalists"),
        (5, 1, "new"),
        (4, 1, "promising"),
        (3, 3, "need-attention"),
        (3, 1, "about-to-sleep"),
        (1, 3, "at-risk"),
        (2, 4, "at-risk"),
        (1, 5, "cannot-lose"),
        (2, 2, "hibernating"),
    ],
)
def test_groups_are_those_of_the_grid(recency: int, frequency: int, name: str) -> None:
    assert rfm.group(Scores(recency, frequency, 1)) == name


@given(st.lists(st.builds(Measures, *[st.integers(0, 400)] * 3), min_size=20, max_size=200))
def test_everybody_is_in_one_group(of: list[Measures]) -> None:
    bounds = rfm.bounds(of, "USD")
    assert bounds is not None
    counted = rfm.counts(of, bounds)
    assert sum(counted.values()) == len(of)
    assert set(counted) == set(GROUPS)


def test_months_that_are_over_end_with_their_last_day() -> None:
    assert rfm.month_ends(date(2026, 3, 1), 3) == [
        date(2026, 2, 28), date(2026, 1, 31), date(2025, 12, 31),
    ]  # fmt: skip
    assert rfm.month_ends(TODAY, 1) == [date(2026, 10, 31)]


def test_the_main_currency_is_that_of_most_purchases() -> None:
    purchases = {"a": [bought(1), bought(2, 1, "TZS")], "b": [bought(3, 1, "TZS")]}
    assert rfm.main_currency(purchases) == "TZS"
    assert rfm.main_currency({}) == ""
