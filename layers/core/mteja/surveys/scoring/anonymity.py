"""What may be told of an anonymous survey: nothing of fewer than FEWEST answers.

- **Cells.** A count below FEWEST is not told, none included. What is not told must not follow from
  what is: the smallest cells are left out until those that are make FEWEST together, and are two
  at least. So neither a sum nor a remainder says more.
- **Time.** Answers are of a week. Whole weeks are taken together, from the year's first answer on,
  until they hold FEWEST; what is asked for is answered with the blocks that lie within it. A report
  that begins a week later, or is read again tomorrow, differs from this one by FEWEST answers or by
  none. What a year ends with, too few for a block, is never told.

That is what statistical offices do with tables: a threshold and secondary suppression (Hundepool
and others, "Statistical Disclosure Control", Wiley 2012). Ten is our threshold.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

FEWEST = 10
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Block:
    """Whole weeks with FEWEST answers or more: from a Monday to a Sunday."""

    first: date
    last: date

    @property
    def weeks(self) -> Iterator[date]:
        """The Mondays."""
        return (
            self.first + timedelta(days=day) for day in range(0, (self.last - self.first).days, 7)
        )


def told(counts: Mapping[str, int]) -> frozenset[str]:
    """Return the cells that may be told of those that together are all answers, each in one."""
    hidden: list[str] = []
    for name in sorted(counts, key=lambda name: (counts[name], name)):
        of_hidden = sum(counts[one] for one in hidden)
        if counts[name] >= FEWEST and (not hidden or (len(hidden) > 1 and of_hidden >= FEWEST)):
            break
        hidden.append(name)
    return frozenset(counts) - frozenset(hidden)


def told_of_several(counts: Mapping[str, int], n: int) -> frozenset[str]:
    """Return the cells that may be told where each of n people may be in several: those which
    FEWEST are in, and FEWEST are not."""
    return frozenset(name for name, count in counts.items() if FEWEST <= count <= n - FEWEST)


def blocks(weeks: Iterable[date], before: date) -> tuple[Block, ...]:
    """Return the blocks of whole years. `weeks`: of each answer ever given in them, the Monday,
    which says of which year it is; answers of the week in which the day `before` is, and of later
    ones, are not counted yet."""
    counts = Counter(week for week in weeks if week + _WEEK <= before)
    found: list[Block] = []
    for _, of_year in groupby(sorted(counts), lambda week: week.year):
        begin, held = None, 0
        for week in of_year:
            begin = begin or week
            held += counts[week]
            if held >= FEWEST:
                found.append(Block(begin, week + _WEEK - timedelta(days=1)))
                begin, held = None, 0
    return tuple(found)


def within(every: Sequence[Block], first: date, last: date) -> tuple[Block, ...]:
    """Return the blocks that lie within a time as a whole."""
    return tuple(block for block in every if first <= block.first and block.last <= last)
