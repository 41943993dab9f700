"""Warranty cards: when a warranty ends, and in which order serial numbers stand."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.forms.items import OwnsItem, WarrantyItem
from mteja.forms.serials import serial_number
from mteja.forms.warranty import ends_on, standing
from mteja.store import product_keys
from tests import blanks

LAMP, CHAIR = blanks.ASKING.products


@pytest.mark.parametrize(
    ("bought", "months", "ends"),
    [
        ("2026-11-22", 24, "2028-11-22"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-15", 12, "2027-12-15"),
        ("2026-03-31", 1_200, "2126-03-31"),
    ],
)
def test_a_warranty_ends_on_the_same_day_of_a_later_month(
    bought: str, months: int, ends: str
) -> None:
    assert ends_on(date.fromisoformat(bought), months) == date.fromisoformat(ends)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 1_200))
def test_a_warranty_is_as_long_as_it_says(bought: date, months: int) -> None:
    end = ends_on(bought, months)
    assert (end.year - bought.year) * 12 + end.month - bought.month == months
    assert end.day == bought.day or (end.day < bought.day and (end + timedelta(1)).day == 1)
    assert ends_on(bought + timedelta(1), months) >= end


def registered(product: str = "demo-lamp") -> tuple[WarrantyItem, OwnsItem]:
    key, mine = product_keys.warranty(product, "SN-1"), product_keys.owns("cus_1", product, "SN-1")
    both = {"serial": "SN-1", "bought_on": "2024-02-29", "at": 1}
    return (
        WarrantyItem(pk=key.pk, sk=key.sk, v=1, customer="cus_1", trust="claimed", **both),
        OwnsItem(pk=mine.pk, sk=mine.sk, product=product, **both),
    )


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(("today", "valid"), [("2026-02-28", True), ("2026-03-01", False)])
def test_a_warranty_holds_to_its_last_day(which: int, today: str, valid: bool) -> None:
    found = standing(registered()[which], blanks.ASKING.products, date.fromisoformat(today))
    assert (found.product, found.serial) == ("demo-lamp", "SN-1")
    assert found.ends_on == date(2026, 2, 28)
    assert found.valid is valid


@pytest.mark.parametrize("products", [(), (LAMP.model_copy(update={"warranty_months": None}),)])
def test_a_product_without_warranty_has_no_end(products: tuple[object, ...]) -> None:
    found = standing(registered()[0], products, date(2024, 3, 1))  # type: ignore[arg-type]
    assert (found.ends_on, found.valid) == (None, False)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (" sn-0042 ", "SN-0042"),
        ("SN 00 42", "SN0042"),
        ("a/b.c-d", "A/B.C-D"),
        ("7", "7"),
        ("A" * 60, "A" * 60),
        ("A" * 61, None),
        ("", None),
        ("-7", None),
        ("7-", None),
        ("SN#42", None),
        ("SN_42", None),
        ("SN~42", None),
        ("ДН-42", None),
        ("٤٢", None),
    ],
)
def test_a_serial_number_is_written_in_one_way(typed: str, number: str | None) -> None:
    assert serial_number(typed) == number


IN_ORDER = [
    *("7", "007", "9", "10", "99999999999999999999", "100000000000000000000"),
    *("A", "A0", "A9", "A09", "A10", "A-1", "A-1-2", "A-1-10", "A-2", "A.5", "AB"),
    *("SN-9", "SN-09", "SN-9A", "SN-10", "SN-356938035643809", "SN-1000000000000000"),
]  # fmt: skip


def counted(serial: str) -> list[tuple[int, int | str]]:
    """Return a serial number as people count: a number stands before any other character."""
    parts = re.findall(r"[0-9]+|[^0-9]", serial)
    return [(0, int(one)) if one.isdigit() else (1, one) for one in parts]


@given(st.lists(st.from_regex(r"[A-Z0-9]([A-Z0-9./-]{0,10}[A-Z0-9])?", fullmatch=True), min_size=2))
def test_serial_numbers_stand_in_the_order_in_which_people_count(drawn: list[str]) -> None:
    numbers = [*drawn, *IN_ORDER]
    by_key = sorted(set(numbers), key=product_keys.warranty_position)
    values = [_comparable(one) for one in by_key]
    assert values == sorted(values)


def _comparable(serial: str) -> list[tuple[int, int | str]]:
    # Between a number and another character, the character's own place decides: "-" and "." stand
    # before digits, letters behind them.
    return [
        (0, str(part)) if kind and str(part) < "0" else (1, part) if not kind else (2, part)
        for kind, part in counted(serial)
    ]


@given(st.lists(st.from_regex(r"[A-Z0-9]([A-Z0-9./-]{0,8}[A-Z0-9])?", fullmatch=True), min_size=2))
def test_two_numbers_never_share_a_place(drawn: list[str]) -> None:
    numbers = {*drawn, *IN_ORDER}
    assert len({product_keys.warranty("demo-lamp", one) for one in numbers}) == len(numbers)


@given(*[st.from_regex(r"([A-Z]{1,2}-?)?[0-9]{1,14}", fullmatch=True).map(serial_number)] * 3)
def test_a_range_holds_what_counts_between_its_ends(
    one: str | None, serial: str | None, other: str | None
) -> None:
    assert one is not None
    assert serial is not None
    assert other is not None
    first, last = sorted((one, other), key=_comparable)
    low, high = product_keys.warranty_range(first, last)
    inside = _comparable(first) <= _comparable(serial) <= _comparable(last)
    assert (low <= product_keys.warranty_position(serial) <= high) is inside


def test_the_key_of_a_serial_number_stays_short() -> None:
    worst = "1A" * 30
    assert len(product_keys.warranty_position(worst)) < 1_024
