"""Whether two things go together by more than chance: Dunning's log-likelihood ratio ("Accurate
methods for the statistics of surprise and coincidence", Computational Linguistics 19, 1993)."""

from math import log


def log_likelihood_ratio(both: int, one: int, other: int, neither: int) -> float:
    """Return the ratio (G²), at least 0, of a two-by-two table: how many have both, only the one,
    only the other, neither. By chance alone it is 3.84 or more once in twenty times, 6.63 once in a
    hundred (chi-square of one degree of freedom)."""
    rows = _entropy(both + one, other + neither)
    columns = _entropy(both + other, one + neither)
    return max(0.0, 2 * (rows + columns - _entropy(both, one, other, neither)))


def _entropy(*counts: int) -> float:
    """Return N log N less the sum of n log n: Shannon's entropy times N, in nats."""
    return _x_log_x(sum(counts)) - sum(map(_x_log_x, counts))


def _x_log_x(x: int) -> float:
    return x * log(x) if x else 0.0
