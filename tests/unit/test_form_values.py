"""From what was typed into a field to its value, or to what is wrong with it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.business.forms import FormField
from mteja.errors import InvalidInput
from mteja.forms import values
from mteja.forms.values import NOT_TOLD, Setting, is_not_told, read_value
from tests import blanks

TODAY = date(2026, 11, 22)
SETTING = Setting("TZ", TODAY, blanks.form("warranty"))
TYPES = (
    "text email phone name address date number choice choices range consent product quantity"
    " serial hidden"
).split()
FIELDS = {kind: blanks.field(kind) for kind in TYPES}


def read(kind: str, raw: object, **more: Any) -> Any:
    return read_value(blanks.field(kind, **more), raw, SETTING)


def fault(field: FormField, raw: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_value(field, raw, SETTING)
    return caught.value


GOOD: list[tuple[str, object, object]] = [
    ("text", "  tea, please ", "tea, please"),
    ("text", "Zoe\u0308", "Zo\u00eb"),  # composed: one character, not two
    ("text", "علي 👩‍🌾", "علي 👩‍🌾"),
    ("text", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("email", " Asha@Example.COM ", "asha@example.com"),
    ("email", "jörg@exämple.de", "jörg@exämple.de"),
    ("phone", "+255 754 123 456", "+255754123456"),
    ("phone", "0754 123456", "+255754123456"),
    ("name", "Asha Juma", {"full": "Asha Juma"}),
    ("name", {"first": "Asha", "last": "Juma"},
     {"first": "Asha", "last": "Juma", "full": "Asha Juma"}),
    ("name", {"last": "Juma", "first": None}, {"last": "Juma", "full": "Juma"}),
    ("name", {"full": "A. Juma", "first": "Asha"}, {"first": "Asha", "full": "A. Juma"}),
    ("name", {"first": "", "last": " "}, None),
    ("address", "1 Uhuru Street", {"line1": "1 Uhuru Street"}),
    ("address", {"line1": "1 Uhuru Street", "city": " Dar es Salaam", "country": "tz"},
     {"line1": "1 Uhuru Street", "city": "Dar es Salaam", "country": "TZ"}),
    ("address", {"country": "TZ"}, None),  # a country alone is a page's default
    ("date", "2026-11-22", "2026-11-22"),
    ("date", "2026-11-23", "2026-11-23"),  # has begun elsewhere
    ("date", "1900-01-01", "1900-01-01"),
    ("date", "2024-02-29", "2024-02-29"),
    ("number", 0, 0),
    ("number", " 12 ", 12),
    ("choice", "two", "two"),
    ("range", "three", "three"),
    ("choices", "two", ["two"]),
    ("choices", ["three", "one", "one"], ["one", "three"]),
    ("choices", [], None),
    ("consent", True, True),
    ("consent", False, False),
    ("consent", "on", True),
    ("consent", "FALSE", False),
    ("consent", 1, True),
    ("consent", "0", False),
    ("product", "demo-lamp", "demo-lamp"),
    ("quantity", "3", 3),
    ("quantity", 10_000, 10_000),
    ("serial", " sn-00 42 ", "SN-0042"),
    ("serial", 356938035643809, "356938035643809"),
    ("hidden", "spring", "spring"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw", "expected"), GOOD, ids=lambda one: str(one)[:30])
def test_a_good_value_is_read(kind: str, raw: object, expected: object) -> None:
    assert read(kind, raw) == expected


BAD: list[tuple[str, object, str]] = [
    ("text", "a" * 201, values.TOO_LONG),
    ("text", "a" * 10_000, values.TOO_LONG),
    ("text", "a\nb", values.CONTROLS),
    ("text", "a\x00b", values.CONTROLS),
    ("text", "\ud800", values.CONTROLS),
    ("text", "a\u2028b", values.CONTROLS),
    ("text", 5, values.NOT_TEXT),
    ("text", 1.5, values.NOT_TEXT),
    ("text", True, values.NOT_TEXT),
    ("text", ["a"], values.NOT_TEXT),
    ("text", {"a": {"b": [1]}}, values.NOT_TEXT),
    ("text", 10**4000, values.NOT_TEXT),
    ("email", "asha", values.NOT_EMAIL),
    ("email", "test@test.com", values.NOT_EMAIL),
    ("email", "a@b@c.example", values.NOT_EMAIL),
    ("email", "a" * 250 + "@example.com", values.TOO_LONG),
    ("email", ["asha@example.com", "ben@example.com"], values.NOT_TEXT),
    ("phone", "123", values.NOT_PHONE),
    ("phone", "+1 111 111 1111", values.NOT_PHONE),
    ("phone", 255754123456, values.NOT_TEXT),
    ("name", "A" * 10_000, values.TOO_LONG),
    ("name", "A" * 201, values.TOO_LONG),
    ("name", "Asha\x07", values.CONTROLS),
    ("name", 7, values.NOT_TEXT),
    ("name", ["Asha"], values.NOT_TEXT),
    ("name", {"middle": "x"}, values.NOT_NAME),
    ("address", ["1 Uhuru Street"], values.NOT_ADDRESS),
    ("address", 7, values.NOT_ADDRESS),
    ("address", {"street": "x"}, values.NOT_ADDRESS),
    ("address", {"postal_code": "14111", "country": "TZ"}, values.NO_PLACE),
    ("address", {"region": "Mwanza"}, values.NO_PLACE),
    ("address", {"line2": "3rd floor"}, values.NO_PLACE),
    ("date", "22.11.2026", values.NOT_DATE),
    ("date", "2026-W47-7", values.NOT_DATE),
    ("date", "20261122", values.NOT_DATE),
    ("date", "2026-02-29", values.NOT_DATE),
    ("date", "\uff12026-11-22", values.NOT_DATE),
    ("date", 20261122, values.NOT_TEXT),
    ("date", "2026-11-24", values.NOT_NEAR),
    ("date", "1899-12-31", values.NOT_NEAR),
    ("date", "0000-01-01", values.NOT_DATE),
    ("number", "1.5", values.NOT_NUMBER),
    ("number", 1.0, values.NOT_NUMBER),
    ("number", True, values.NOT_NUMBER),
    ("number", "٣", values.NOT_NUMBER),
    ("number", "1e3", values.NOT_NUMBER),
    ("number", -1, values.TOO_SMALL),
    ("number", 10**100, values.TOO_GREAT),
    ("number", "9" * 5_000, values.NOT_NUMBER),
    ("choice", "four", values.NOT_OPTION),
    ("choice", "One", values.NOT_OPTION),
    ("choice", ["one"], values.NOT_OPTION),
    ("choice", {"one": 1}, values.NOT_OPTION),
    ("choices", ["one", "four"], values.NOT_OPTION),
    ("choices", ["one", ["two"]], values.NOT_OPTION),
    ("choices", {"one": True}, values.NOT_OPTION),
    ("range", NOT_TOLD + "!", values.NOT_OPTION),
    ("consent", "maybe", values.NOT_YES_OR_NO),
    ("consent", 2, values.NOT_YES_OR_NO),
    ("consent", [True], values.NOT_YES_OR_NO),
    ("consent", ["true", "true"], values.NOT_YES_OR_NO),
    ("product", "demo-table", values.NOT_OPTION),
    ("product", ["demo-lamp"], values.NOT_OPTION),
    ("product", 1, values.NOT_OPTION),
    ("quantity", 0, values.TOO_SMALL),
    ("quantity", "-1", values.TOO_SMALL),
    ("quantity", 10_001, values.TOO_GREAT),
    ("quantity", True, values.NOT_NUMBER),
    ("quantity", "two", values.NOT_NUMBER),
    ("serial", "SN_42", values.NOT_SERIAL),
    ("serial", "-42", values.NOT_SERIAL),
    ("serial", "A" * 61, values.NOT_SERIAL),
    ("serial", "SN#42", values.NOT_SERIAL),
    ("serial", True, values.NOT_TEXT),
    ("hidden", {"$ne": ""}, values.NOT_TEXT),
]


@pytest.mark.parametrize(("kind", "raw", "expected"), BAD, ids=lambda one: str(one)[:30])
def test_a_bad_value_is_refused_and_never_repeated(kind: str, raw: object, expected: str) -> None:
    refused = fault(FIELDS[kind], raw)
    assert refused.field == FIELDS[kind].name
    assert refused.template == expected
    if isinstance(raw, str) and len(raw) > 3:
        assert raw not in str(refused)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("raw", [None, "", "   ", "\t"])
def test_what_is_blank_was_not_given(kind: str, raw: object) -> None:
    assert read_value(FIELDS[kind], raw, SETTING) is None


@pytest.mark.parametrize("part", ["line1", "line2", "city", "region", "postal_code"])
@pytest.mark.parametrize(
    ("raw", "expected"),
    [("a" * 101, values.TOO_LONG), ("a\x1bb", values.CONTROLS), (5, values.NOT_TEXT)],
)
def test_the_part_of_an_address_that_is_wrong_is_named(
    part: str, raw: object, expected: str
) -> None:
    refused = fault(FIELDS["address"], {"line1": "x", part: raw})
    assert (refused.field, refused.template) == (f"address.{part}", expected)


def test_a_country_is_a_code() -> None:
    refused = fault(FIELDS["address"], {"line1": "x", "country": "Tanzania"})
    assert (refused.field, refused.template) == ("address.country", values.NOT_COUNTRY)


def test_a_long_text_keeps_its_lines() -> None:
    assert read("text", "one\r\ntwo\n", most=2_000) == "one\ntwo"
    assert read("text", "x" * 2_000, most=2_000) == "x" * 2_000
    assert fault(blanks.field("text", most=2_000), "x" * 2_001).values == {"most": 2_000}


def test_a_number_keeps_within_its_bounds() -> None:
    children = blanks.field("number", least=-5, most=30)
    assert read_value(children, -5, SETTING) == -5
    assert fault(children, -6).values == {"least": -5}
    assert fault(children, 31).message == "at most 30"


def test_any_range_and_what_is_sensitive_need_not_be_told() -> None:
    profession = blanks.field("text", sensitive=True, trait=True)
    assert is_not_told(profession, NOT_TOLD)
    assert is_not_told(FIELDS["range"], NOT_TOLD)
    assert not is_not_told(FIELDS["text"], NOT_TOLD)
    assert not is_not_told(FIELDS["choice"], NOT_TOLD)


def test_of_several_choices_nothing_need_be_told() -> None:
    interests = blanks.field("choices", sensitive=True, trait=True)
    for alone in (NOT_TOLD, [NOT_TOLD]):
        assert is_not_told(interests, alone)
        assert not is_not_told(FIELDS["choices"], alone)
        assert fault(FIELDS["choices"], alone).template == values.NOT_OPTION
    for mixed in (["one", NOT_TOLD], [NOT_TOLD, "one", "two"], [NOT_TOLD, NOT_TOLD, "four"]):
        assert not is_not_told(interests, mixed)
        assert fault(interests, mixed).template == values.NOT_BOTH
    assert not is_not_told(blanks.field("range"), [NOT_TOLD])


def test_where_customers_heard_of_us_has_options_of_its_own() -> None:
    heard_from = blanks.field("choice", "heard_from", options=())
    assert read_value(heard_from, "passing-by", SETTING) == "passing-by"
    assert fault(heard_from, "tv").template == values.NOT_OPTION


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(categories=None), max_size=300),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", TYPES)
@given(raw=JUNK)
def test_whatever_is_sent_is_read_or_refused(kind: str, raw: object) -> None:
    """No other error, and a value that was read is read again as it is."""
    try:
        value = read_value(FIELDS[kind], raw, SETTING)
    except InvalidInput:
        return
    assert value is None or read_value(FIELDS[kind], value, SETTING) == value
