"""What sets those who would not recommend us apart by what they write."""

from random import Random
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.likelihood import log_likelihood_ratio
from mteja.surveys.scoring.themes import (
    DETRACTOR,
    MIN_PEOPLE,
    PROMOTER,
    TOP,
    Theme,
    Themes,
    terms,
    themes,
)

WORDS = ("delivery", "late", "friendly", "quality", "price", "queue")
TEXTS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), max_size=4).map(", ".join),
        st.sampled_from((DETRACTOR, PROMOTER, "passive")),
    ),
    max_size=80,
)


def said(text: str, group: str, people: int) -> list[tuple[str, str]]:
    return [(text, group)] * people


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The delivery was late, and nobody answered!", {"delivery", "late", "answered"}),
        ("Late delivery.", {"late", "delivery", "late delivery"}),
        ("L\N{RIGHT SINGLE QUOTATION MARK}entrega va ser lenta", {"entrega", "lenta"}),
        ("La cel\u00b7la", {"cel\u00b7la"}),
        ("Huduma mbaya sana, ng'ombe", {"huduma", "mbaya", "huduma mbaya", "ng'ombe"}),
        ("Write to asha@example.com or https://x.example/?who=asha", {"write"}),
        ("queue 0712345678 or A1234", {"queue"}),
        ("FRIENDLY friendly Friendly", {"friendly", "friendly friendly"}),
        ("", set()),
        ("🙂 !!! ??", set()),
    ],
    ids=["en", "pair", "ca", "middle-dot", "sw", "address", "number", "case", "none", "no-word"],
)
def test_terms_are_words_that_say_something(text: str, found: set[str]) -> None:
    assert terms(text) >= found
    assert not any(character.isdigit() or character == "@" for term in terms(text)
                   for character in term)  # fmt: skip


def test_a_text_takes_a_time_that_grows_with_its_length_alone() -> None:
    """However hostile: one word so long takes minutes where an address is looked for from each of
    its letters on."""
    word = "x" * 400_000
    began = perf_counter()
    assert terms(f"{word}@x\nlate {word}") == {"late", word, f"late {word}"}
    assert perf_counter() - began < 5


def test_what_one_group_writes_more_often_is_a_theme_of_it() -> None:
    made = themes(
        said("late late delivery", DETRACTOR, 30)
        + said("fair price", DETRACTOR, 20)
        + said("fair price", PROMOTER, 20)
        + said("friendly", PROMOTER, 30)
    )
    assert (made.detractors, made.promoters) == (50, 50)
    by_term = {theme.term: theme for theme in made.of_detractors}
    assert set(by_term) == {"late", "delivery", "late delivery", "late late"}
    # People and not words: thirty of fifty against none of fifty.
    ratio = round(log_likelihood_ratio(30, 0, 20, 50), 2)
    assert by_term["late"] == Theme("late", 30, 0, ratio)
    assert [theme.term for theme in made.of_promoters] == ["friendly"]


def test_what_few_used_is_never_told() -> None:
    few = said("Juma", DETRACTOR, MIN_PEOPLE - 1)
    many = said("late", DETRACTOR, 40) + said("friendly", PROMOTER, 40)
    assert "juma" not in {theme.term for theme in themes(few + many).of_detractors}
    assert "juma" in {
        theme.term for theme in themes(few + said("juma", DETRACTOR, 1) + many).of_detractors
    }


def test_of_a_group_only_what_enough_of_it_used_is_told_where_that_is_asked() -> None:
    others = said("fair price", PROMOTER, 30)
    for people, found in ((9, set()), (10, {"late"})):
        texts = [*said("late", DETRACTOR, people), *said("late", PROMOTER, 1), *others]
        texts += said("rude", DETRACTOR, 2)
        told = themes(texts, least_of_group=10)
        assert {one.term for one in told.of_detractors} == found
        assert "late" in {one.term for one in themes(texts).of_detractors}


@pytest.mark.parametrize("lacking", [DETRACTOR, PROMOTER])
def test_nothing_is_told_where_few_of_a_group_wrote(lacking: str) -> None:
    other = PROMOTER if lacking == DETRACTOR else DETRACTOR
    some = said("late", lacking, MIN_PEOPLE - 1) + said("friendly", other, 100)
    assert themes(some) == Themes()


def test_the_strongest_are_told() -> None:
    words = [f"{one}{other}word" for one in "abcdefgh" for other in "abcdefgh"]
    texts = said(". ".join(words), DETRACTOR, 20) + said("friendly", PROMOTER, 20)
    assert len(themes(texts).of_detractors) == TOP


@given(TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_answers_says_nothing(texts: list[tuple[str, str]], chance: Random) -> None:
    shuffled = list(texts)
    chance.shuffle(shuffled)
    assert themes(shuffled) == themes(texts)


@given(TEXTS)
def test_swapping_the_groups_swaps_the_themes(texts: list[tuple[str, str]]) -> None:
    swap = {DETRACTOR: PROMOTER, PROMOTER: DETRACTOR}
    made, swapped = themes(texts), themes((text, swap.get(group, group)) for text, group in texts)
    assert [one.term for one in made.of_detractors] == [one.term for one in swapped.of_promoters]
    assert [one.term for one in made.of_promoters] == [one.term for one in swapped.of_detractors]


@given(TEXTS)
def test_no_term_is_of_few(texts: list[tuple[str, str]]) -> None:
    made = themes(texts)
    for theme in (*made.of_detractors, *made.of_promoters):
        assert theme.detractors + theme.promoters >= MIN_PEOPLE
