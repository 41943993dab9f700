"""The mean of numbers, such as ratings, with its 95 % interval: mean ± z s/√n, of the normal
distribution, and none for fewer than FEW, of whom it would say too much."""

from collections import Counter
from dataclasses import dataclass
from math import sqrt

from mteja.intervals import Z
from mteja.surveys.answers import Value
from mteja.surveys.scoring.nps import FEW

_ROUNDED = 4


@dataclass(frozen=True)
class Mean:
    n: int
    mean: float | None
    interval: tuple[float, float] | None


def mean(values: Counter[Value]) -> Mean:
    """Return the mean of what was answered how often; what is no number is passed over."""
    numbers = {value: count for value, count in values.items() if isinstance(value, int)}
    n = sum(numbers.values())
    if not n:
        return Mean(0, None, None)
    middle = sum(value * count for value, count in numbers.items()) / n
    if n < FEW:
        return Mean(n, round(middle, _ROUNDED), None)
    squares = sum(count * (value - middle) ** 2 for value, count in numbers.items())
    spread = Z * sqrt(squares / (n - 1) / n)
    interval = round(middle - spread, _ROUNDED), round(middle + spread, _ROUNDED)
    return Mean(n, round(middle, _ROUNDED), interval)
