"""The Net Promoter Score: what it is, how sure, and whether two of them differ."""

from math import exp, lgamma, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.surveys.scoring.nps import FEW, Score, is_detractor, score

VALUES = st.lists(st.none() | st.integers(0, 10), max_size=60)
COUNTS = st.integers(0, 400)
SCORES = st.builds(Score, COUNTS, COUNTS, COUNTS)


def test_each_answer_is_in_one_group_and_a_skip_in_none() -> None:
    assert score([*range(11), None, None]) == Score(promoters=2, passives=2, detractors=7)


@pytest.mark.parametrize(
    ("told", "nps", "interval"),
    [
        # W. Huber, Cross Validated 18602: shares 1/2, 1/3, 1/6 have the score 1/3 and the variance
        # 5/9; of n = 324 the standard error is 4.1 points.
        (Score(162, 108, 54), 33.33, (25.22, 41.45)),
        # The R script nps_stats of L. Davis (github.com/sivadivel/nps_stats): Wald, cut at 100.
        (Score(9, 0, 2), 63.64, (18.05, 100.0)),
        # By hand: p = .5, d = .2, variance .7 - .09 = .61; 1.96 √(.61 / 100) = 15.31.
        (Score(50, 30, 20), 30.0, (14.69, 45.31)),
        # The adjusted interval of nine, by hand after Rocks 2016: p = 4.75 / 12, d = 2.75 / 12, net
        # 1/6, variance (7.5 / 12 - 1/36) / 12 = .04977.
        (Score(4, 3, 2), 22.22, (-27.06, 60.39)),
        # Everybody in one group, the same way: net 20/23, variance (21.5/23 - (20/23)²) / 23.
        (Score(20, 0, 0), 100.0, (69.68, 100.0)),
        (Score(0, 0, 20), -100.0, (-100.0, -69.68)),
        (Score(0, 20, 0), 0.0, (-10.44, 10.44)),
    ],
)
def test_the_interval_is_that_of_its_sources(
    told: Score, nps: float, interval: tuple[float, float]
) -> None:
    assert told.nps == nps
    assert told.interval == pytest.approx(interval, abs=0.011)


def test_of_no_answer_nothing_is_known() -> None:
    assert (Score().nps, Score().interval, Score().ratio) == (None, (-100.0, 100.0), None)


def test_the_ratio_is_undefined_without_promoters_and_zero_without_detractors() -> None:
    assert Score(0, 3, 5).ratio is None
    assert Score(5, 3, 0).ratio == 0.0
    assert Score(4, 0, 6).ratio == 1.5


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        # Each interval reaches into the other (14.69 to 45.31, -5.31 to 25.31 of the same width):
        # overlap would say no; the difference of 20 points is less than 1.96 √(2 · .0061) = 21.6.
        (Score(50, 30, 20), Score(40, 30, 30), False),
        # They still overlap; the difference of 24 points is more than 22.
        (Score(50, 30, 20), Score(38, 30, 32), True),
        (Score(500, 300, 200), Score(450, 300, 250), True),
        (Score(9, 0, 0), Score(0, 0, 900), False),  # nine are too few to tell
        (Score(10, 0, 0), Score(0, 0, 10), True),
        (Score(10, 0, 0), Score(8, 2, 0), False),  # no width of nothing: adjusted
    ],
)
def test_two_scores_differ_by_the_interval_of_their_difference(
    one: Score, other: Score, differs: bool
) -> None:
    assert one.differs(other) is differs
    assert other.differs(one) is differs


@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_answers_says_nothing(values: list[int | None], chance: Random) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert score(shuffled) == score(values)


@given(VALUES, st.integers(0, 20))
def test_skips_never_change_a_score(values: list[int | None], skips: int) -> None:
    assert score([*values, *[None] * skips]) == score(values)


@given(SCORES)
def test_a_score_and_its_interval_lie_between_the_bounds(told: Score) -> None:
    low, high = told.interval
    assert -100 <= low <= high <= 100
    if told.nps is not None:
        assert low <= told.nps <= high


@given(SCORES)
def test_promoters_and_detractors_mirror_each_other(told: Score) -> None:
    mirrored = Score(told.detractors, told.passives, told.promoters)
    low, high = told.interval
    assert mirrored.interval == pytest.approx((-high, -low))
    assert mirrored.nps is None or mirrored.nps == pytest.approx(-(told.nps or 0.0))


@given(SCORES)
def test_nothing_differs_from_itself(told: Score) -> None:
    assert not told.differs(told)


def test_a_detractor_is_who_answers_six_or_less() -> None:
    assert [value for value in [None, *range(11)] if is_detractor(value)] == list(range(7))


@pytest.mark.parametrize(("p", "d"), [(0.5, 0.2), (0.4, 0.4), (0.2, 0.5), (0.7, 0.1)])
def test_the_interval_holds_the_true_score_about_as_often_as_it_says(p: float, d: float) -> None:
    """Exactly, over all outcomes: of few it would be far from 95 % without the adjustment."""
    assert _coverage(FEW - 1, p, d) > 0.9
    assert _coverage(50, p, d) > 0.925


def _coverage(n: int, p: float, d: float) -> float:
    truth, held = 100 * (p - d), 0.0
    for promoters in range(n + 1):
        for detractors in range(n + 1 - promoters):
            passives = n - promoters - detractors
            low, high = Score(promoters, passives, detractors).interval
            if low <= truth <= high:
                held += _chance((promoters, passives, detractors), (p, 1 - p - d, d))
    return held


def _chance(counts: tuple[int, ...], shares: tuple[float, ...]) -> float:
    ways = lgamma(sum(counts) + 1) - sum(lgamma(count + 1) for count in counts)
    return exp(ways + sum(count * log(share) for count, share in zip(counts, shares, strict=True)))
