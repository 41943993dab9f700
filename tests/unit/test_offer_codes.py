"""Codes: hard to guess, easy to type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.offers.codes import ALPHABET, LENGTH, MOST, new_code, typed


def test_a_code_is_sixty_random_bits_in_groups_that_can_be_read_out() -> None:
    codes = {new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    places = [{code.replace("-", "")[place] for code in codes} for place in range(LENGTH)]
    assert all(place == set(ALPHABET) for place in places)
    assert len(ALPHABET) ** LENGTH == 2**60
    assert all([len(part) for part in code.split("-")] == [4, 4, 4] for code in codes)
    assert not set("ILOU") & set(ALPHABET)


@given(st.binary(min_size=8, max_size=8))
def test_however_it_is_typed_it_is_the_same_code(raw: bytes) -> None:
    plain = "".join(ALPHABET[one % 32] for one in raw)
    swapped = plain.replace("0", "o").replace("1", "l").lower()
    for text in (
        plain,
        plain.lower(),
        swapped,
        " ".join(plain),
        f" {plain[:4]}\N{EN DASH}{plain[4:]} ",
    ):
        assert typed(text) == plain


@pytest.mark.parametrize(
    "text", ["", " ", "---", "A" * (MOST + 1), "A\nB", "A\x00B", "A\u200bB", "x" * 10_000]
)
def test_what_nobody_types_is_no_code(text: str) -> None:
    assert typed(text) is None


def test_codes_of_shops_are_told_from_one_another() -> None:
    several = ["TEN-0001", "TEN-0002", "REGAL·ÀVIA", "20%", "FRIEND#7"]
    assert len({typed(one) for one in several}) == len(several)
    assert typed("ten 0001") == typed("TEN0OO1") == typed("TEN-0001")


@given(st.text(max_size=200))
def test_typing_what_was_typed_changes_nothing(text: str) -> None:
    once = typed(text)
    assert once is None or typed(once) == once
