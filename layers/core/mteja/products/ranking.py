"""Which products sell best now, and whether one sells more or less than before."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from math import comb, erfc, sqrt

# A piece sold so many days ago counts half of one sold today.
HALF_LIFE_DAYS = 14
# A change is shown as one where chance alone would make it, or a greater one, in less than this
# part of all cases.
_CHANCE = 0.05
UP, DOWN, STEADY = "up", "down", "steady"
# Of more pieces than this the normal approximation is as good, and quick.
_EXACT_TO = 1_000


def best_seller_score(sold: Mapping[date, int], today: date) -> float:
    """Return pieces sold, weighted by how long ago: 2 to the power of -age/half-life."""
    return sum(
        pieces * 2 ** (-max((today - day).days, 0) / HALF_LIFE_DAYS)
        for day, pieces in sorted(sold.items())
    )


def trend(before: int, recent: int) -> str:
    """Return `up`, `down` or `steady` for pieces sold in two times of equal length.

    Where nothing has changed, each of the pieces falls into either time with equal chance. The
    two-sided exact test of that (Przyborowski and Wilenski, Biometrika 31, 1940) says whether the
    difference is more than chance.
    """
    if before == recent or _by_chance(before, recent) >= _CHANCE:
        return STEADY
    return UP if recent > before else DOWN


@cache
def _by_chance(one: int, other: int) -> float:
    """Return the chance that two times differ by at least so much while nothing has changed."""
    n, less = one + other, min(one, other)
    if n > _EXACT_TO:
        return erfc((abs(one - other) - 1) / sqrt(2 * n))  # with continuity correction
    return min(1.0, 2 * sum(comb(n, k) for k in range(less + 1)) / (1 << n))
