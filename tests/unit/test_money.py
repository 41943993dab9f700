"""Money: exact, in minor units, or refused."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from mteja.money import exponent, minor_units


@pytest.mark.parametrize("currency", [one for one in Currency if one.exponent is not None])
def test_every_currency_of_iso_4217_has_its_own_number_of_decimals(currency: Currency) -> None:
    assert exponent(currency.code) == currency.exponent


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("19.90", "USD", 1990),
        ("19.9", "USD", 1990),
        ("19", "USD", 1900),
        ("2.000", "USD", 200),
        ("0.00", "USD", 0),
        ("1500", "JPY", 1500),
        ("1500.00", "JPY", 1500),
        ("1.234", "KWD", 1234),
        ("1.2", "KWD", 1200),
        ("1.2345", "CLF", 12345),
        ("-3.50", "EUR", -350),
        (7, "USD", 700),
        (Decimal("0.07"), "USD", 7),
        ("999999999999.99", "USD", 99_999_999_999_999),
    ],
)
def test_an_amount_becomes_minor_units(amount: str, currency: str, minor: int) -> None:
    assert minor_units(amount, currency) == minor


@pytest.mark.parametrize(
    "amount",
    [
        *("", " ", "abc", "1,50", "1.2.3", "NaN", "sNaN", "-NaN", "Infinity", "-inf", "$5", "0x10"),
        *("1e999999999", "1e400", "9" * 25, "1.005", "0.001"),
    ],
)
def test_what_is_no_amount_of_dollars_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        minor_units(amount, "USD")


@pytest.mark.parametrize(
    "amount", ["1." + "0" * 27 + "1", "1e-999999999", "0." + "0" * 60 + "1", "1e-30"]
)
def test_no_fraction_is_so_small_that_it_is_rounded_away(amount: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        minor_units(amount, "USD")


@pytest.mark.parametrize(("amount", "currency"), [("1.5", "JPY"), ("1.0001", "KWD")])
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=currency):
        minor_units(amount, currency)


@pytest.mark.parametrize("currency", ["", "US", "usd", "USDX", "U5D", "ÜSD", "US ", "Usd"])
def test_what_is_no_currency_code_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="currency"):
        minor_units("1.00", currency)


@given(st.integers(-(10**13), 10**13), st.sampled_from(["JPY", "USD", "KWD", "CLF"]))
def test_minor_units_written_as_an_amount_come_back(minor: int, currency: str) -> None:
    amount = Decimal(minor).scaleb(-exponent(currency))
    assert minor_units(f"{amount:f}", currency) == minor


@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(minor_units(text, "USD"), int)
