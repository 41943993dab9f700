"""Texts that people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.texts import one_line, paragraphs


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
def test_what_has_no_control_character_stays_as_it_is(text: str) -> None:
    assert one_line(text) == paragraphs(text) == text.strip()


@given(st.text(), st.characters(categories=["Cc", "Cs", "Zl", "Zp"]), st.text())
def test_a_control_character_anywhere_inside_is_refused(before: str, it: str, after: str) -> None:
    text = f"a{before}{it}{after}z"
    with pytest.raises(ValueError, match="control characters"):
        one_line(text)
    if it not in "\r\n\t":
        with pytest.raises(ValueError, match="control characters"):
            paragraphs(text)


def test_paragraphs_have_one_kind_of_line_end() -> None:
    assert paragraphs(" a\r\nb\rc\n\td ") == "a\nb\nc\n\td"


@given(st.text())
def test_taken_again_nothing_changes(text: str) -> None:
    try:
        once = paragraphs(text)
    except ValueError:
        return
    assert paragraphs(once) == once
