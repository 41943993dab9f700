"""Identifiers: one spelling for one thing, and nothing that many people share."""

import unicodedata
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mteja.identity import identifiers
from mteja.identity.identifiers import Identifier, Parsed, Refused

ACCEPTED = [
    ("jane@example.com", "jane@example.com"),
    ("  Jane.Doe+Lamp@Example.COM ", "jane.doe+lamp@example.com"),
    ("o'brien@example.com", "o'brien@example.com"),
    ("a@bücher.example", "a@bücher.example"),
    ("a@BÜCHER.example", "a@bücher.example"),
    ("a@xn--bcher-kva.example", "a@bücher.example"),
    ("jose\u0301@example.com", "jos\u00e9@example.com"),
    ("用户@例子.example", "用户@例子.example"),
]


@pytest.mark.parametrize(("given_value", "normal"), ACCEPTED)
def test_an_email_address_has_one_spelling(given_value: str, normal: str) -> None:
    assert identifiers.email(given_value) == Identifier("email", normal)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("straße@example.com", "strasse@example.com"),
        ("mi\u017fter@example.com", "mister@example.com"),
        ("\ufb01ne@example.com", "fine@example.com"),
        ("p\u0430ypal@example.com", "paypal@example.com"),
        ("\uff41lice@example.com", "alice@example.com"),
        ("\u0131an@example.com", "ian@example.com"),
        ("j.doe@example.com", "jdoe@example.com"),
        ("jane+a@example.com", "jane@example.com"),
        ("a@faß.example", "a@fass.example"),
    ],
)
def test_look_alikes_are_somebody_else(one: str, other: str) -> None:
    assert identifiers.email(other) == Identifier("email", other)
    assert identifiers.email(one) != identifiers.email(other)


@given(st.text(alphabet=st.characters(categories=["L", "Nd"]), min_size=1, max_size=8))
@example("ß")
@example("\u017f")
@example("\u212a")
def test_only_ascii_spellings_become_an_ascii_address(local: str) -> None:
    parsed = identifiers.email(f"{local}@example.com")
    if isinstance(parsed, Identifier) and parsed.value.isascii():
        assert unicodedata.normalize("NFC", local).isascii()


NO_EMAIL = [
    *("", " ", "jane", "jane@", "@example.com", "jane@example", "a b@example.com", "a@b@c.com"),
    *("jane@localhost", "jane@[127.0.0.1]", '"jane doe"@example.com', "jane@shop.local"),
    *("test@test", "TEST@test.com", "null@null.com", "None@example.com", "undefined@example.com"),
    *("anonymous@anonymous.invalid", "noemail@example.com", "jane\n@example.com"),
    *("jane@exam\u200bple.com\u200b", "x" * 250 + "@example.com"),
]


@pytest.mark.parametrize("value", NO_EMAIL)
def test_what_is_no_address_of_one_person_is_refused(value: str) -> None:
    assert isinstance(identifiers.email(value), Refused)


E164 = [
    ("+1(502)-459-2181", "US", "+15024592181"),
    ("+557734881234", "US", "+557734881234"),
    ("0754 123 456", "TZ", "+255754123456"),
    ("(502) 459-2181", "US", "+15024592181"),
    ("011 255 754 123 456", "US", "+255754123456"),
    ("000 255 754 123 456", "TZ", "+255754123456"),
    (" +255 754 123 456 ", "US", "+255754123456"),
]


@pytest.mark.parametrize(("value", "region", "number"), E164)
def test_a_telephone_number_is_known_by_e164(value: str, region: str, number: str) -> None:
    assert identifiers.phone(value, region) == Identifier("phone", number)


@pytest.mark.parametrize(
    ("value", "region"),
    [
        *(("", "US"), (" ", "US"), ("1234", "US"), ("2181", "US"), ("459-2181", "US")),
        *(("555-625-1199", "US"), ("911", "US"), ("+1 234", "US"), ("+", "US"), ("none", "US")),
        *(("0000000000", "US"), ("9999999999", "US"), ("+19999999999", "US"), ("+0000", "US")),
        *(("0754123456", "XX"), ("0754123456", ""), ("5" * 60, "US"), ("+999123456789", "US")),
    ],
)
def test_national_digits_and_made_up_numbers_are_no_telephone(value: str, region: str) -> None:
    assert isinstance(identifiers.phone(value, region), Refused)


@pytest.mark.parametrize(
    "value",
    [
        *("", "  ", "0", "00", "0-0", "-1", "null", "NULL", "None", "nil", "undefined", "NaN"),
        *("anonymous", "guest", "unknown", "n/a", "{}", "[]", "[object Object]", "(not set)"),
        *("true", "id", "x" * 201, "a\x00b", "a\nb"),
    ],
)
@pytest.mark.parametrize(
    "parse",
    [
        partial(identifiers.platform_customer, "shop"),
        identifiers.loyalty,
        identifiers.card,
        identifiers.visitor,
    ],
)
def test_a_value_that_many_share_is_no_identifier(
    parse: Callable[[str], Parsed], value: str
) -> None:
    parsed = parse(value)
    assert isinstance(parsed, Refused)
    assert not value.strip() or value not in parsed.reason


@pytest.mark.parametrize("value", ["1", "11", "222", "207119551", "9" * 20, "cus_9s6XKzkNRiz8i3"])
def test_a_shop_may_number_its_customers_from_one(value: str) -> None:
    assert identifiers.platform_customer("shop", value) == Identifier("customer@shop", value)
    assert identifiers.loyalty(value) == Identifier("loyalty", value)


def test_two_shops_may_give_the_same_number_to_different_people() -> None:
    one, two = (identifiers.platform_customer(shop, "7") for shop in ("one", "two"))
    assert one != two


@pytest.mark.parametrize("value", ["1", "1111", "77777777"])
def test_a_repeated_digit_is_no_visitor(value: str) -> None:
    assert isinstance(identifiers.visitor(value), Refused)


@pytest.mark.parametrize("value", ["4242424242424242", "4242 4242 4242 4242", "378282-246310005"])
def test_a_card_number_is_never_taken_for_a_fingerprint(value: str) -> None:
    parsed = identifiers.card(value)
    assert isinstance(parsed, Refused)
    assert value not in parsed.reason


texts = st.text(max_size=30) | st.emails() | st.from_regex(r"\+?[0-9 ()-]{4,18}", fullmatch=True)


@given(texts)
@example("ΐ@example.com")
@example("İ@example.com")
@example("ŉ@example.com")
def test_normalising_again_changes_nothing(value: str) -> None:
    for parse in (
        identifiers.email,
        lambda text: identifiers.phone(text, "US"),
        lambda text: identifiers.platform_customer("shop", text),
        identifiers.visitor,
        identifiers.card,
    ):
        parsed = parse(value)
        if isinstance(parsed, Identifier):
            assert parse(parsed.value) == parsed


@given(st.emails())
def test_letter_case_and_spaces_around_an_address_mean_nothing(address: str) -> None:
    assert identifiers.email(f" {address.upper()}\t") == identifiers.email(address.lower())


def test_platform_ids_and_addresses_attach_and_the_rest_only_points() -> None:
    kinds = ["customer@shop", "email", "phone", "card", "visitor"]
    named = [Identifier(kind, "x") for kind in kinds]
    assert [one.attaches for one in named] == [True, True, False, False, False]
    assert sorted(named, key=lambda one: one.strength) == named


def test_the_ending_of_a_number_is_its_last_four_digits() -> None:
    assert identifiers.ending("+255754123456") == "3456"
