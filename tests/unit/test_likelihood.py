"""Whether two things go together by more than chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.likelihood import log_likelihood_ratio


@pytest.mark.parametrize(
    ("table", "ratio"),
    [
        # Dunning 1993, table 2: counts of words in a text of 31,777 words, and their -2 log lambda.
        ((110, 2442, 111, 29114), 270.72),  # the swiss
        ((29, 13, 123, 31612), 263.90),  # can be
        ((31, 23, 139, 31584), 256.84),  # previous year
        ((10, 0, 3, 31764), 167.23),  # mineral water
        # Dunning on the list Corpora, 29 and 30 August 1996 (icame.uib.no/corpora/1996-3/0028.html)
        ((1, 999, 1, 999_999), 11.05),
        ((150, 1_000_000, 1000, 10_000_000), 19.40),
        # UCREL, Lancaster: 52 of 50,000 words against 57 of 75,000 (there to two decimals: 2.65)
        ((52, 49_948, 57, 74_943), 2.654),
        # Apache Mahout, LogLikelihoodTest
        ((1, 0, 0, 1), 2.772589),
        ((10, 0, 0, 10), 27.72589),
        ((5, 1995, 0, 100_000), 39.33052),
        ((1000, 1995, 1000, 100_000), 4730.737),
        ((1000, 1000, 1000, 100_000), 5734.343),
        ((1000, 1000, 1000, 99_000), 5714.932),
    ],
)
def test_the_ratio_is_that_of_its_sources(table: tuple[int, int, int, int], ratio: float) -> None:
    assert log_likelihood_ratio(*table) == pytest.approx(ratio, rel=5e-4)


COUNTS = st.integers(0, 10_000)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_ratio_is_symmetric_and_never_below_nothing(
    both: int, one: int, other: int, neither: int
) -> None:
    ratio = log_likelihood_ratio(both, one, other, neither)

    assert ratio >= 0
    assert ratio == pytest.approx(log_likelihood_ratio(both, other, one, neither), abs=1e-6)
    assert ratio == pytest.approx(log_likelihood_ratio(neither, one, other, both), abs=1e-6)
