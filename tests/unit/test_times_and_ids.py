"""Times, and the ids of our own records."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.ids import derived_id, new_customer_id, ulid, ulid_ms
from mteja.times import (
    business_day,
    day_begins,
    from_ms,
    parse_rfc3339,
    rfc3339,
    to_ms,
)

LATEST = to_ms(datetime(9999, 12, 30, tzinfo=UTC))
moments = st.integers(0, LATEST)


@given(moments)
def test_a_time_written_as_text_comes_back(ms: int) -> None:
    assert parse_rfc3339(rfc3339(ms)) == ms
    assert to_ms(from_ms(ms)) == ms


@given(moments, moments)
def test_times_sort_as_text_as_they_do_as_numbers(one: int, two: int) -> None:
    assert (one < two) == (rfc3339(one) < rfc3339(two))


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2025-04-02T11:31:05-05:00", 1_743_611_465_000),
        ("2025-04-02T16:31:05.1239Z", 1_743_611_465_123),
        ("2016-05-17T04:14:36-00:00", 1_463_458_476_000),
    ],
)
def test_a_time_with_its_offset_is_read(text: str, ms: int) -> None:
    assert parse_rfc3339(text) == ms


@pytest.mark.parametrize(
    "text",
    ["2025-04-02T11:31:05", "2025-04-02", "1969-12-31T23:59:59Z", "9999-12-31T00:00:00Z", "x", ""],
)
def test_a_time_without_offset_or_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the class is the contract, not the text
        parse_rfc3339(text)


def test_the_business_day_is_that_of_its_time_zone() -> None:
    late = parse_rfc3339("2026-11-22T22:30:00Z")
    assert business_day(late, "Africa/Dar_es_Salaam") == date(2026, 11, 23)
    assert business_day(late, "America/New_York") == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Africa/Dar_es_Salaam", "2026-11-21T21:00:00.000Z"),
        ("America/New_York", "2026-11-22T05:00:00.000Z"),
    ],
)
def test_a_day_begins_in_its_time_zone(zone: str, begins: str) -> None:
    first = day_begins(date(2026, 11, 22), zone)
    assert rfc3339(first) == begins
    assert business_day(first - 1, zone) == date(2026, 11, 21)


@given(moments)
def test_an_id_tells_when_it_was_made(ms: int) -> None:
    assert ulid_ms(ulid(ms)) == ms


@pytest.mark.parametrize("text", ["I" * 26, "Z" * 26, "7" * 26, "é" * 26])
def test_what_is_no_id_tells_no_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the class is the contract, not the text
        ulid_ms(text)


@given(moments, moments)
def test_ids_sort_by_the_time_they_were_made(one: int, two: int) -> None:
    if one < two:
        assert new_customer_id(one) < new_customer_id(two)


@pytest.mark.parametrize(
    ("at", "random", "text"),
    [
        (0, bytes(10), "0" * 26),
        (1_469_918_176_385, bytes(10), "01ARYZ6S41" + "0" * 16),  # the time of ULID's own README
        (2**48 - 1, b"\xff" * 10, "7ZZZZZZZZZ" + "Z" * 16),
    ],
)
def test_a_ulid_is_written_as_its_specification_says(at: int, random: bytes, text: str) -> None:
    assert ulid(at, random) == text


def test_two_customers_of_one_moment_have_different_ids() -> None:
    assert len({new_customer_id(5) for _ in range(1000)}) == 1000


def test_a_derived_id_depends_on_where_its_parts_end() -> None:
    assert derived_id("ord", "ab", "c") == derived_id("ord", "ab", "c")
    assert derived_id("ord", "ab", "c") != derived_id("ord", "a", "bc")
    assert derived_id("ord", "a").startswith("ord_")
