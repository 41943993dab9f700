"""The Net Promoter Score, how sure it is, and whether two of them differ.

The score is the share of promoters (9 and 10) less the share of detractors (6 and less), in points
from -100 to 100; 7 and 8 are passive, and whoever skipped the question is in none of them and not
in the number of answers either (Reichheld, "The One Number You Need to Grow", Harvard Business
Review, December 2003).

Each answer counts +1, 0 or -1, so that the variance of one is p + d - (p - d)², and that of the
score this over n. The interval is score ± z √(variance/n) (Wald's), cut at -100 and 100. It is too
narrow for few answers, and has no width at all where everybody is in one group; there, and below
FEW answers, 3/4 of a promoter, 3/4 of a detractor and 1 1/2 passives are added first (the adjusted
Wald interval of Rocks, "Interval Estimation for the Net Promoter Score", The American Statistician
70(4), 2016, which he found best).

Two scores of different people differ where the 95 % interval of their difference is without zero;
both are adjusted for that, whatever their n. Overlapping intervals of their own would say less: two
that overlap may well differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from mteja.intervals import Z

LEAST_PROMOTER = 9
LEAST_PASSIVE = 7
MOST = 10
FEW = 10
"""Below so many answers an interval is adjusted, and no change is told."""

_PSEUDO, _PSEUDO_ANSWERS = 0.75, 3
_ROUNDED = 2


@dataclass(frozen=True)
class Score:
    """How many answered in each group. The same whatever the order of answers."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def nps(self) -> float | None:
        """The score, -100 to 100, to two decimals; None of no answer."""
        return round(100 * self._net, _ROUNDED) if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the score, within -100 to 100, which is what no answer tells."""
        if not self.n:
            return -100.0, 100.0
        unanimous = self.n in (self.promoters, self.passives, self.detractors)
        net, variance = self._adjusted if unanimous or self.n < FEW else self._plain
        spread = Z * sqrt(variance)
        return (
            round(max(-100.0, 100 * (min(net - spread, self._net))), _ROUNDED),
            round(min(100.0, 100 * (max(net + spread, self._net))), _ROUNDED),
        )

    @property
    def ratio(self) -> float | None:
        """Detractors for each promoter, None without promoters: it is not zero then."""
        return round(self.detractors / self.promoters, 4) if self.promoters else None

    @property
    def _net(self) -> float:
        return (self.promoters - self.detractors) / self.n

    @property
    def _plain(self) -> tuple[float, float]:
        return _mean(self.promoters, self.detractors, self.n)

    @property
    def _adjusted(self) -> tuple[float, float]:
        return _mean(self.promoters + _PSEUDO, self.detractors + _PSEUDO, self.n + _PSEUDO_ANSWERS)

    def with_more(self, other: "Score") -> "Score":
        """Return the score of these answers and of others."""
        return Score(
            self.promoters + other.promoters,
            self.passives + other.passives,
            self.detractors + other.detractors,
        )

    @property
    def without_groups(self) -> "Score":
        """Return what has the same score of as many answers, and says nothing else of them: were
        nobody passive, or one. Its interval is the widest that the score leaves."""
        passives = (self.n - self.promoters + self.detractors) % 2
        most = self.n - passives + self.promoters - self.detractors
        return Score(most // 2, passives, self.n - passives - most // 2)

    def differs(self, other: "Score") -> bool:
        """Whether the score of other people differs from this one by more than chance. Not said
        where either has fewer than FEW answers."""
        if min(self.n, other.n) < FEW:
            return False
        net, variance = self._adjusted
        its_net, its_variance = other._adjusted
        return abs(net - its_net) > Z * sqrt(variance + its_variance)


def score(values: Iterable[int | None]) -> Score:
    """Return the score of answers from 0 or 1 to 10, None for one that was skipped."""
    promoters = passives = detractors = 0
    for value in values:
        if value is None:
            continue
        if value >= LEAST_PROMOTER:
            promoters += 1
        elif value >= LEAST_PASSIVE:
            passives += 1
        else:
            detractors += 1
    return Score(promoters, passives, detractors)


def is_detractor(value: int | None) -> bool:
    """Whether somebody would not recommend us: an answer of 6 or less."""
    return value is not None and value < LEAST_PASSIVE


def _mean(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """Return the mean of +1, 0 and -1, and its variance."""
    p, d = promoters / n, detractors / n
    return p - d, (p + d - (p - d) ** 2) / n
