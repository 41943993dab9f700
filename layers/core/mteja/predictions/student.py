"""Student's t distribution, its location and scale free: what is needed of it, without a library
that is larger than all of our code."""

import math
from collections.abc import Callable
from dataclasses import dataclass

_TINY = 1e-300
_EXACT = 1e-9
_MOST_TERMS = 300
_HALVINGS = 40


@dataclass(frozen=True)
class Student:
    """A t distribution with `freedom` degrees of freedom around `middle`, as wide as `scale`."""

    freedom: float
    middle: float
    scale: float

    def above(self, value: float) -> float:
        """Return the probability of more than a value."""
        t = (value - self.middle) / self.scale
        square = self.freedom / (self.freedom + t * t)
        tail = 0.5 * incomplete_beta(self.freedom / 2, 0.5, square)
        return tail if t >= 0 else 1.0 - tail

    def where_above(self, probability: float) -> float:
        """Return the value that is passed with a probability between 0 and 1."""
        low, high = self.middle - self.scale, self.middle + self.scale
        while self.above(low) < probability:
            low = self.middle - 2 * (self.middle - low)
        while self.above(high) > probability:
            high = self.middle + 2 * (high - self.middle)
        return _halved(lambda value: self.above(value) > probability, low, high)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction (NIST
    Digital Library of Mathematical Functions, 8.17.22), evaluated by Lentz's method."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    logarithm = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    return math.exp(logarithm) / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    f = c = 1.0
    d = 0.0
    for term in range(1, _MOST_TERMS):
        half = term // 2
        if term % 2:
            part = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            part = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        d = 1.0 / _not_zero(1.0 + part * d)
        c = _not_zero(1.0 + part / c)
        f *= c * d
        if abs(c * d - 1.0) < _EXACT:
            break
    return f


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY


def _halved(is_low: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if is_low(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2
