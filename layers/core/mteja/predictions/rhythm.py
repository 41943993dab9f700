"""How often somebody buys: the days between their orders, and how long they have been silent."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True)
class Rhythm:
    """The gaps between the days on which somebody bought. Two orders of one day are one purchase.

    `gaps`: how many; `mean`: of their natural logarithms, in log days; `spread`: the sum of squared
    deviations from it, and of what whole days leave unknown of each gap: its ends lie anywhere in
    their days, so that even who comes each Friday is not as regular as a clock. `silence`: days
    since the last purchase. It does not matter in which order the gaps came.
    """

    gaps: int
    mean: float
    spread: float
    silence: int

    @property
    def usual(self) -> float | None:
        """The days that usually lie between two purchases: the geometric mean of the gaps."""
        return math.exp(self.mean) if self.gaps else None


def rhythm(days: Iterable[date], today: date) -> Rhythm | None:
    """Return the rhythm of the purchases of some days, None where there are none by `today`."""
    return rhythm_of_numbers((day.toordinal() for day in days), today.toordinal())


def rhythm_of_numbers(days: Iterable[int], today: int) -> Rhythm | None:
    """Return the same of days that are counted from anywhere."""
    ordered = sorted({day for day in days if day <= today})
    if not ordered:
        return None
    gaps = [after - before for before, after in pairwise(ordered)]
    logs = [math.log(gap) for gap in gaps]
    mean = math.fsum(logs) / len(logs) if logs else 0.0
    spread = math.fsum((log - mean) ** 2 for log in logs)
    # The variance of two moments each anywhere in a day, of the logarithm (the delta method).
    spread += math.fsum(1 / (6 * gap**2) for gap in gaps)
    return Rhythm(len(logs), mean, spread, today - ordered[-1])
