"""What is said of somebody by nothing but how long ago they bought: the rule of thumb that a model
must beat. Managers' rules of this kind often do as well as models: Wübben, von Wangenheim, "Instant
customer base analysis: managerial heuristics often get it right", Journal of Marketing 72 (2008).
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mteja.predictions.rhythm import rhythm_of_numbers

_GROUPS = 10
# With fewer persons, shares are chance.
MIN_PEOPLE = 50

type DaysOf = Mapping[str, Sequence[int]]
"""By customer: the days on which they bought, counted from anywhere, in order."""


@dataclass(frozen=True)
class Share:
    """Of persons who bought last `least` to `most` days ago (None: or longer), `returned` of
    `people` bought again within the horizon."""

    least: int
    most: int | None
    returned: int
    people: int

    @property
    def chance(self) -> float:
        """The share, drawn a little to one half where few are known (Laplace)."""
        return (self.returned + 1) / (self.people + 2)


@dataclass(frozen=True)
class Recency:
    """Shares by days since the last purchase, in ten groups of about equally many persons."""

    shares: tuple[Share, ...]

    def of(self, silence: int) -> Share:
        """Return what is known of persons who bought so many days ago."""
        ends = [one.most for one in self.shares if one.most is not None]
        return self.shares[sum(silence > most for most in ends)]


def learnt(days_of: DaysOf, at: int, horizon: int) -> Recency | None:
    """Return what became, within `horizon` days after the day `at`, of those who had bought by
    then. None where there are fewer than MIN_PEOPLE."""
    seen = [
        (known.silence, returned(days, at, horizon))
        for days in days_of.values()
        if (known := rhythm_of_numbers(days, at)) is not None
    ]
    if len(seen) < MIN_PEOPLE:
        return None
    ends = _ends([silence for silence, _ in seen])
    least = (0, *(end + 1 for end in ends))
    shares = []
    for low, high in zip(least, (*ends, None), strict=True):
        there = [came for silence, came in seen
                 if low <= silence and (high is None or silence <= high)]  # fmt: skip
        shares.append(Share(low, high, sum(there), len(there)))
    return Recency(tuple(shares))


def returned(days: Sequence[int], at: int, horizon: int) -> bool:
    """Whether somebody bought within so many days after a day."""
    after = bisect_right(days, at)
    return after < len(days) and days[after] <= at + horizon


def _ends(silences: Collection[int]) -> list[int]:
    """Return the greatest silence of each group but the last."""
    ordered = sorted(silences)
    cuts = {ordered[len(ordered) * group // _GROUPS - 1] for group in range(1, _GROUPS)}
    return sorted(cuts - {ordered[-1]})
