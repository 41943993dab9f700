"""How sure it is that offers did anything: those who were offered something against those who were
held out by chance. Pure rules.

All who were drawn for an offer count, also whom no message reached: so both groups differ in
nothing but the draw (Hollis and Campbell, What is meant by intention to treat analysis?, BMJ 1999).
"""

import math
from dataclasses import dataclass

from mteja.intervals import Z, wilson
from mteja.offers.tallies import Money, Tally

LEAST_PEOPLE, LEAST_BUYERS = 30, 10
"""In each group. With fewer, what one of them buys decides; in simulations of spending (a tenth to
a third buy, log-normal with a deviation up to 1) the interval held 90 % of the time or more from
here on, and less below."""


@dataclass(frozen=True)
class Difference:
    """Of two groups: of each its mean or share, how much more the first has, and between what that
    lies with 95 %."""

    offered: float
    held_out: float
    difference: float
    interval: tuple[float, float]


def enough(offered: Tally, held_out: Tally) -> bool:
    """Whether there are enough people to tell anything."""
    return all(
        one.people >= LEAST_PEOPLE and one.bought >= LEAST_BUYERS for one in (offered, held_out)
    )


def spending(offered: Tally, held_out: Tally, currency: str) -> Difference | None:
    """Return what a person spent on average, minor units, those who bought nothing too. The
    interval is Welch's, whose groups need not vary alike (Welch, The generalization of Student's
    problem when several different population variances are involved, Biometrika 1947). None where
    too few bought in the currency to tell."""
    groups = [(one.people, one.money.get(currency, Money())) for one in (offered, held_out)]
    if any(n < LEAST_PEOPLE or money.buyers < LEAST_BUYERS for n, money in groups):
        return None
    (n, mean, spread), (m, other, others_spread) = (_moments(*one) for one in groups)
    error = spread + others_spread
    difference = mean - other
    if error == 0:
        return Difference(mean, other, difference, (difference, difference))
    freedom = error**2 / (spread**2 / (n - 1) + others_spread**2 / (m - 1))
    half = student(freedom) * math.sqrt(error)
    return Difference(mean, other, difference, (difference - half, difference + half))


def coming_back(offered: Tally, held_out: Tally) -> Difference:
    """Return the shares of those who bought anything. The interval is made of each share's own
    (Newcombe, Interval estimation for the difference between independent proportions, Statistics in
    Medicine 1998, method 10)."""
    one, other = (_share(group) for group in (offered, held_out))
    low, high = wilson(offered.bought, offered.people)
    low_other, high_other = wilson(held_out.bought, held_out.people)
    difference = one - other
    return Difference(
        one,
        other,
        difference,
        (
            difference - math.hypot(one - low, high_other - other),
            difference + math.hypot(high - one, other - low_other),
        ),
    )


def student(freedom: float) -> float:
    """Return the 97.5 % point of Student's distribution, for five degrees of freedom or more right
    to the third decimal (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5)."""
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92_160,
    )
    return Z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def _share(one: Tally) -> float:
    return one.bought / one.people if one.people else 0.0


def _moments(people: int, money: Money) -> tuple[int, float, float]:
    """Return how many, their mean, and how far the mean may be off (its variance)."""
    squares = money.squares - money.net**2 / people
    return people, money.net / people, max(squares, 0.0) / (people - 1) / people
