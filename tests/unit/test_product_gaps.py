"""The shop's median gap between purchases, and up to where it stands for a customer's own."""

from datetime import date, timedelta
from itertools import pairwise
from statistics import median as middle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.inactivity.lapse import lapse_day
from mteja.products.gaps import gap_item

FIRST = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("days_of", "median", "gaps"),
    [
        ([], None, 0),
        ([[5], [9]], None, 0),
        ([[1, 8]], 7.0, 1),
        ([[1, 8], [1, 11]], 8.5, 2),
        # Who buys often counts most: each gap is one.
        ([[0, 3, 6, 9, 12], [0, 90]], 3.0, 5),
    ],
)
def test_each_gap_that_has_ended_counts_once(
    days_of: list[list[int]], median: float | None, gaps: int
) -> None:
    (told,) = gap_item(days_of).values()
    assert told == {"median": median, "gaps": gaps}


@given(st.lists(st.sets(st.integers(0, 60), min_size=1).map(sorted)))
def test_it_is_the_median_of_all_gaps_of_all_customers(days_of: list[list[int]]) -> None:
    gaps = [later - earlier for days in days_of for earlier, later in pairwise(days)]
    (told,) = gap_item(days_of).values()
    assert told == {"median": middle(gaps) if gaps else None, "gaps": len(gaps)}


def test_from_three_days_of_purchase_on_a_customer_is_measured_by_itself() -> None:
    days = [FIRST, FIRST + timedelta(days=12), FIRST + timedelta(days=24)]
    assert lapse_day(days, 40) == FIRST + timedelta(days=24 + 12)
    assert lapse_day(days[:2], 40) == FIRST + timedelta(days=12 + 40)
    assert lapse_day([*days[:2], days[1]], 40) == FIRST + timedelta(days=12 + 40)  # two on one day
