"""How often each option was chosen, and whether two ways of knowing a thing agree."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.heard_from import CHANNELS
from mteja.surveys.scoring.agreement import Cell, agreement, observed_and_kappa
from mteja.surveys.scoring.shares import shares
from mteja.tracking import referrers

MEASURED = [
    referrers.SEARCH,
    referrers.SOCIAL,
    referrers.PAID,
    referrers.DIRECT,
    referrers.REFERRAL,
]
PAIRS = st.lists(st.tuples(st.sampled_from(CHANNELS), st.sampled_from(MEASURED)), max_size=60)


def test_shares_are_of_those_who_answered() -> None:
    made = shares(["friend", None, "search", "friend", None], CHANNELS)
    assert made.n == 3
    assert [(one.option, one.count, one.share) for one in made.items[:3]] == [
        ("friend", 2, 0.6667), ("search", 1, 0.3333), ("advert", 0, 0.0),
    ]  # fmt: skip


def test_a_share_has_wilsons_interval() -> None:
    # R. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
    # Medicine 17, 1998, table I, method 3: 15 of 148.
    made = shares(["yes"] * 15 + ["no"] * 133)
    assert made.items[1].interval == (0.0624, 0.1605)


def test_of_several_choices_each_counts_once_a_person() -> None:
    made = shares([("lamps", "kitchen"), ("lamps", "lamps"), ()], ("lamps", "kitchen", "other"))
    assert made.n == 3
    assert [(one.option, one.count) for one in made.items] == [
        ("lamps", 2), ("kitchen", 1), ("other", 0),
    ]  # fmt: skip


def test_numbers_are_options_too() -> None:
    assert [(one.option, one.count) for one in shares([4, 5, 4]).items] == [("4", 2), ("5", 1)]


@pytest.mark.parametrize(
    ("table", "same", "kappa"),
    [
        # Wikipedia, "Cohen's kappa": 50 grant proposals; then same percentage, other numbers.
        ([[20, 5], [10, 15]], 0.7, 0.4),
        ([[45, 15], [25, 15]], 0.6, 0.1304),
        ([[25, 35], [5, 35]], 0.6, 0.2593),
        # scikit-learn, test_cohen_kappa, after Artstein and Poesio 2008, table 1
        ([[20, 20], [10, 50]], 0.7, 0.3478),
        # Fleiss, "Statistical Methods for Rates and Proportions", 1981, table 13.1: .68
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.89, 0.6765),
        ([[10, 0], [0, 0]], 1.0, None),  # both always say one and the same
        ([[0, 5], [5, 0]], 0.0, -1.0),
    ],
    ids=["grants", "grants-2", "grants-3", "artstein-poesio", "fleiss", "constant", "opposite"],
)
def test_kappa_is_that_of_its_sources(
    table: list[list[int]], same: float, kappa: float | None
) -> None:
    counts = Counter(
        {(str(one), str(other)): count for one, row in enumerate(table)
         for other, count in enumerate(row) if count}
    )  # fmt: skip
    assert observed_and_kappa(counts) == (same, kappa)


def test_who_says_what_was_measured_agrees() -> None:
    made = agreement(
        [("search", "search"), ("advert", "paid"), ("advert", "campaign"), ("friend", "search")]
    )
    assert (made.compared, made.share) == (4, 0.75)
    assert made.matrix[0] == Cell("advert", "campaign", 1)


def test_who_knows_nothing_can_not_agree_but_is_told_of() -> None:
    made = agreement([("dont-remember", "search"), ("friend", "direct"), ("social", "internal")])
    assert (made.compared, made.share, made.kappa) == (0, None, None)
    assert sum(cell.count for cell in made.matrix) == 3


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_answers_says_nothing(pairs: list[tuple[str, str]], chance: Random) -> None:
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert agreement(shuffled) == agreement(pairs)


@given(PAIRS)
def test_agreement_stays_within_its_bounds(pairs: list[tuple[str, str]]) -> None:
    made = agreement(pairs)
    assert sum(cell.count for cell in made.matrix) == len(pairs)
    assert made.share is None or 0 <= made.share <= 1
    assert made.kappa is None or (made.share is not None and -1 <= made.kappa <= made.share)
