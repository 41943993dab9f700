"""Recency, frequency, money: groups of customers by when they bought last, how often and for how
much, each in fifths of the shop's customers (Hughes, "Strategic Database Marketing", 1994).

The groups and their names are those that marketing tools share, ten over the fifths of recency and
frequency; CleverTap's guide to RFM analysis has this very grid. Fifths of equal values are not
split: where most bought once, all of them are in the lowest fifth of frequency.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal, NamedTuple, get_args

WINDOW = 365
# With fewer customers, fifths say nothing.
MIN_PEOPLE = 20
_FIFTHS = 5

Group = Literal[
    "champions",
    "loyal",
    "potential-loyalists",
    "new",
    "promising",
    "need-attention",
    "about-to-sleep",
    "at-risk",
    "cannot-lose",
    "hibernating",
]
GROUPS: tuple[Group, ...] = get_args(Group)
LEAVING = ("about-to-sleep", "at-risk", "cannot-lose")
"""Who came, and may be about to stay away."""


class Bought(NamedTuple):
    """A purchase. `day` is an ordinal; `net`: minor units."""

    day: int
    currency: str
    net: int


class Measures(NamedTuple):
    """Of one customer on a day: days since the last purchase, purchases and net minor units of the
    days before."""

    recency: int
    frequency: int
    money: int


class Scores(NamedTuple):
    """1, the lowest fifth, to 5."""

    recency: int
    frequency: int
    money: int


@dataclass(frozen=True)
class Bounds:
    """Where the fifths of the shop's customers end on a day: four bounds of each measure. `days`:
    of how many days orders are counted; `people`: how many customers these are."""

    currency: str
    days: int
    people: int
    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    money: tuple[int, ...]

    def scores(self, of: Measures) -> Scores:
        """Return in which fifths somebody is."""
        return Scores(
            _FIFTHS - sum(bound < of.recency for bound in self.recency),
            1 + sum(bound < of.frequency for bound in self.frequency),
            1 + sum(bound < of.money for bound in self.money),
        )


def measures(
    purchases: Iterable[Bought], on: date, currency: str, days: int = WINDOW
) -> Measures | None:
    """Return the measures of somebody at the end of a day, None for whom has not bought in the
    `days` until then. Money is of one currency."""
    end = on.toordinal()
    these = [one for one in purchases if end - days < one.day <= end]
    if not these:
        return None
    last = max(one.day for one in these)
    money = sum(one.net for one in these if one.currency == currency)
    return Measures(end - last, len(these), money)


def bounds(of: Collection[Measures], currency: str, days: int = WINDOW) -> Bounds | None:
    """Return where the fifths end, None of fewer than MIN_PEOPLE customers."""
    if len(of) < MIN_PEOPLE:
        return None
    recency, frequency, money = (_ends(column) for column in zip(*of, strict=True))
    return Bounds(currency, days, len(of), recency, frequency, money)


def group(scores: Scores) -> str:
    """Return the name of a group: one of GROUPS."""
    match scores.recency, scores.frequency:
        case 1 | 2, 1 | 2:
            return "hibernating"
        case 1 | 2, 3 | 4:
            return "at-risk"
        case 1 | 2, _:
            return "cannot-lose"
        case 3, 1 | 2:
            return "about-to-sleep"
        case 3, 3:
            return "need-attention"
        case 4, 1:
            return "promising"
        case 5, 1:
            return "new"
        case 4 | 5, 2 | 3:
            return "potential-loyalists"
        case 5, _:
            return "champions"
    return "loyal"


def counts(of: Iterable[Measures], within: Bounds) -> dict[str, int]:
    """Return how many customers are in each group."""
    found = Counter(group(within.scores(one)) for one in of)
    return {name: found[name] for name in GROUPS}


def main_currency(purchases: Mapping[str, Sequence[Bought]]) -> str:
    """Return the currency of most purchases, "" where there are none."""
    found = Counter(one.currency for several in purchases.values() for one in several)
    return max(sorted(found), key=lambda name: found[name], default="")


def month_ends(today: date, most: int) -> list[date]:
    """Return the last days of the months that are over, the latest first."""
    firsts = accumulate(range(most - 1), _month_before, initial=today.replace(day=1))
    return [first - timedelta(days=1) for first in firsts]


def _month_before(first: date, _: int) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _ends(values: Sequence[int]) -> tuple[int, ...]:
    ordered = sorted(values)
    return tuple(ordered[-(-len(ordered) * fifth // _FIFTHS) - 1] for fifth in range(1, _FIFTHS))
