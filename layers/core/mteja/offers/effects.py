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
    one, other = (_moments(*group) for group in groups)
    return welch(one, other)


@dataclass(frozen=True)
class Moments:
    """How many, their mean, and how far that may be off: the variance of the mean."""

    people: int
    mean: float
    spread: float


def welch(one: Moments, other: Moments) -> Difference:
    """Return the difference of two means with Welch's interval."""
    spread, difference = one.spread + other.spread, one.mean - other.mean
    half = 0.0
    if spread:
        own = (group.spread**2 / (group.people - 1) for group in (one, other))
        half = student(spread**2 / sum(own)) * math.sqrt(spread)
    return Difference(one.mean, other.mean, difference, (difference - half, difference + half))


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


def _moments(people: int, money: Money) -> Moments:
    variance = (money.squares - money.net**2 / people) / (people - 1)
    return Moments(people, money.net / people, max(variance, 0.0) / people)
