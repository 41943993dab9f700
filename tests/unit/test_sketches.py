"""Counts and quantiles that merge: against exact values, and in any order."""

import math
import random
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.summaries.sketches import QUANTILE_ERROR, Distinct, Quantiles

# Relative standard error of a HyperLogLog of 4,096 registers.
DISTINCT_ERROR = 1.04 / math.sqrt(4_096)
NUMBERS = st.lists(st.integers(0, 10**7), max_size=200)
# Long enough that some are sketches and some are exact.
NAMES = st.lists(st.integers(0, 600).map(str), max_size=400)


def distinct_of(*parts: list[str]) -> Distinct:
    whole = Distinct()
    for part in parts:
        whole.take(Distinct(part))
    return whole


def quantiles_of(*parts: list[int]) -> Quantiles:
    whole = Quantiles()
    for part in parts:
        whole.take(Quantiles(part))
    return whole


@pytest.mark.parametrize("number", [0, 1, 2, 20, 255, 256])
def test_few_are_counted_exactly(number: int) -> None:
    assert Distinct(str(one) for one in range(number)).count == number


@pytest.mark.parametrize("number", [257, 1_000, 4_000, 20_000, 200_000])
def test_many_are_counted_within_three_standard_errors(number: int) -> None:
    counted = Distinct(f"visitor-{one}" for one in range(number)).count
    assert abs(counted - number) <= 3 * DISTINCT_ERROR * number


def test_the_stated_error_is_the_error_that_is_met() -> None:
    """Root mean square over 40 sets of 5,000, each of other names."""
    number, sets = 5_000, 40
    errors = [
        Distinct(f"{one}-{which}" for one in range(number)).count / number - 1
        for which in range(sets)
    ]
    met = math.sqrt(sum(error**2 for error in errors) / sets)
    assert 0.5 * DISTINCT_ERROR < met < 1.3 * DISTINCT_ERROR


@given(NAMES, NAMES, NAMES)
def test_distinct_counts_merge_in_any_order_to_the_same(
    one: list[str], two: list[str], three: list[str]
) -> None:
    at_once = Distinct(one + two + three).packed()
    assert distinct_of(three, one, two).packed() == at_once
    left, right = distinct_of(one, two), distinct_of(two, three)
    left.take(Distinct(three))
    nested = Distinct(one)
    nested.take(right)
    assert left.packed() == nested.packed() == at_once


@given(NAMES)
def test_a_distinct_count_survives_being_stored(names: list[str]) -> None:
    counted = Distinct(names)
    again = Distinct.unpacked(counted.packed())
    assert (again.packed(), again.count) == (counted.packed(), counted.count)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_quantiles_merge_in_any_order_to_the_same(
    one: list[int], two: list[int], three: list[int]
) -> None:
    at_once = Quantiles(one + two + three).packed()
    assert quantiles_of(three, one, two).packed() == at_once
    nested = Quantiles(one)
    nested.take(quantiles_of(two, three))
    assert nested.packed() == at_once


@given(
    st.lists(st.integers(0, 10**7), min_size=1, max_size=400),
    st.sampled_from([0, 0.5, 0.75, 0.95, 1]),
)
def test_a_quantile_is_within_its_error_of_the_true_one(numbers: list[int], share: float) -> None:
    ordered = sorted(numbers)
    place = share * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    told = Quantiles(numbers).at(share)
    assert told is not None
    assert low * (1 - QUANTILE_ERROR) - 1 <= told <= high * (1 + QUANTILE_ERROR) + 1


def test_few_numbers_give_exact_quantiles() -> None:
    assert Quantiles([100, 300, 200]).at(0.5) == 200
    assert Quantiles([1, 2, 3, 4]).at(0.5) == 2  # 2.5, and to the even one
    assert Quantiles([]).at(0.5) is None


def test_many_numbers_give_quantiles_near_the_true_ones() -> None:
    chance = random.Random(7)  # noqa: S311 - the same numbers each time
    numbers = [round(chance.lognormvariate(7, 1)) for _ in range(20_000)]
    true = quantiles(numbers, n=100, method="inclusive")
    for percent in (50, 75, 95):
        told = Quantiles(numbers).at(percent / 100)
        assert told == pytest.approx(true[percent - 1], rel=QUANTILE_ERROR + 0.001)


@given(NUMBERS)
def test_quantiles_survive_being_stored(numbers: list[int]) -> None:
    kept = Quantiles(numbers)
    again = Quantiles.unpacked(kept.packed())  # type: ignore[arg-type]
    assert again.packed() == kept.packed()
    assert again.at(0.75) == kept.at(0.75)
