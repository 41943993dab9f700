"""What the staff's one box takes a text for; and dates, numbers and money on pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.customers.find import FIELDS
from mteja.pages.formats import Formats
from mteja.staff.pages.recognise import recognise


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", []),
        ("   ", []),
        ("asha@example.com", ["email"]),
        ("  Asha@Example.com ", ["email"]),
        ("+255 754 000 111", ["phone"]),
        ("0754 000 111", ["phone", "order", "loyalty"]),
        ("1234", ["phone", "order", "loyalty"]),
        ("12", ["order", "loyalty"]),
        ("#1001", ["order"]),
        ("4020 1234 5678 9012", ["order", "loyalty"]),
        ("WC-77", ["order", "loyalty", "card"]),
    ],
)
def test_a_text_is_recognised(text: str, fields: list[str]) -> None:
    assert list(recognise(text)) == fields


@given(st.text())
def test_whatever_is_typed_is_looked_for_somewhere(text: str) -> None:
    found = recognise(text)
    assert set(found) <= set(FIELDS)
    assert bool(found) == bool(text.strip())
    assert set(found.values()) <= {text.strip()}


@pytest.mark.parametrize(
    ("language", "minor", "currency", "shown"),
    [
        ("en", 1990, "USD", "$19.90"),
        ("en", 1_250_000, "TZS", "TZS\N{NO-BREAK SPACE}12,500.00"),
        ("sw", 1_250_000, "TZS", "TSh\N{NO-BREAK SPACE}12,500.00"),
        ("ca", 123_450, "EUR", "1.234,50\N{NO-BREAK SPACE}€"),
        ("en", -500, "JPY", "-¥500"),
        ("en", 1, "KWD", "KWD\N{NO-BREAK SPACE}0.001"),
        ("en", 0, "USD", "$0.00"),
    ],
)
def test_money_is_shown_as_people_write_it(
    language: str, minor: int, currency: str, shown: str
) -> None:
    assert Formats(language, "Etc/UTC").money(minor, currency) == shown


@given(st.integers(min_value=-(10**15), max_value=10**15), st.sampled_from(["USD", "JPY", "KWD"]))
def test_no_unit_is_lost(minor: int, currency: str) -> None:
    shown = Formats("en", "Etc/UTC").money(minor, currency)
    digits = "".join(character for character in shown if character.isdigit())
    assert int(digits) == abs(minor)
    assert shown.startswith("-") == (minor < 0)


def test_a_moment_is_shown_in_the_time_zone_of_the_business() -> None:
    at = "2026-11-22T22:30:00.000Z"
    assert Formats("en", "Africa/Dar_es_Salaam").moment(at) == "Nov 23, 2026, 01:30"
    assert Formats("sw", "Africa/Dar_es_Salaam").day_of(at) == "23 Nov 2026"
    assert Formats("ca", "Etc/UTC").day_of(at) == "22 de nov. 2026"
    assert Formats("en", "America/New_York").day("2026-11-22") == "Nov 22, 2026"


@pytest.mark.parametrize(
    ("tag", "language", "shown"),
    [
        ("sw", "en", "Swahili"),
        ("sw-TZ", "en", "Swahili (Tanzania)"),
        ("ca-ES", "ca", "català (Espanya)"),
        ("pt-br", "sw", "Kireno (Brazil)"),
        ("zh-Hant-TW", "en", "Chinese (Taiwan)"),
        ("de-1996", "en", "German"),
        ("qqq", "en", "qqq"),
        ("qqq-TZ", "en", "qqq-TZ"),
    ],
)
def test_a_language_is_named_in_that_of_the_page(tag: str, language: str, shown: str) -> None:
    assert Formats(language, "Etc/UTC").language_named(tag) == shown
