"""What may be told of an anonymous survey: nothing of fewer than FEWEST answers.

- **Blocks.** Answers are of a week. Whole weeks are taken together, from the year's first answer
  on, until they hold FEWEST: a block. What a year ends with, too few for one, is never told.
- **Cells.** A count below FEWEST is not told, none included. What is not told must not follow from
  what is: the smallest cells are left out until those that are make FEWEST together, and are two
  at least. So neither a sum nor a remainder says more.
- **Steps.** What is said of a time, less what is said of a part of it, is said of the rest. So each
  distribution is told in steps: of the year's blocks up to one, then up to a later one, as soon as
  what came in between could be told by itself, by the cells that were told before. A step may tell
  more cells of the whole than the one before; it never tells them of what came in between. A report
  of some days is made of the steps that lie within them.

The rows of such a table are cells and its columns steps, and told are its margins alone, each of
FEWEST or more. So a cell of it may be anything in a range as wide as the smallest margin.

That is what statistical offices do with tables: a threshold and secondary suppression (Hundepool
and others, "Statistical Disclosure Control", Wiley 2012). Ten is our threshold.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Protocol

from mteja.surveys.answers import OPEN_DAYS
from mteja.surveys.scoring.nps import Score

FEWEST = 10
_WEEK = timedelta(days=7)

type Cells = frozenset[str]
type Counts = Mapping[str, int]


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


def blocks(weeks: Iterable[date], before: date) -> tuple[Block, ...]:
    """Return the blocks of whole years. `weeks`: of each answer ever given in them, the Monday,
    which says of which year it is. Those that may still be changed on the day `before` are not
    counted yet."""
    counts = Counter(week for week in weeks if week + timedelta(days=OPEN_DAYS) <= before)
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


def told(counts: Counts) -> Cells:
    """Return the cells that may be told of those that together are all answers, each in one."""
    hidden: list[str] = []
    for name in sorted(counts, key=lambda name: (counts[name], name)):
        of_hidden = [counts[one] for one in hidden]
        if counts[name] >= FEWEST and (not hidden or _is_open(of_hidden, counts[name])):
            break
        hidden.append(name)
    return frozenset(counts) - frozenset(hidden)


def _is_open(hidden: Sequence[int], least_told: int) -> bool:
    """Whether it is open how large hidden cells are, for who knows their sum, and that none is
    larger than the least that is told: all but one of them could hold all answers."""
    room = (len(hidden) - 1) * (least_told - 1) - sum(hidden)
    return len(hidden) > 1 and sum(hidden) >= FEWEST and room >= 0


class Rule(Protocol):
    """How one kind of distribution is told. Counts are of every cell that there can be."""

    def told(self, whole: Counts, cells: Cells) -> Cells:
        """Return what may be told of a whole of which `cells` are told in any case."""
        ...

    def again(self, more: Counts, cells: Cells) -> bool:
        """Whether what has come since may be told by `cells`."""
        ...


class EachInOne:
    """Each answer is in one cell: a choice, a rating."""

    def told(self, whole: Counts, cells: Cells) -> Cells:
        return cells | told({name: whole[name] for name in whole if name not in cells})

    def again(self, more: Counts, cells: Cells) -> bool:
        rest = [more[name] for name in more if name not in cells]
        return all(more[name] >= FEWEST for name in cells) and (not rest or sum(rest) >= FEWEST)


class WholeOrNot:
    """Told as a whole, every cell of FEWEST or more, or not at all: what figures are made of that
    tell all cells at once, such as mean ranks."""

    def told(self, whole: Counts, cells: Cells) -> Cells:
        return frozenset(whole) if self.again(whole, cells) else frozenset()

    def again(self, more: Counts, cells: Cells) -> bool:  # noqa: ARG002 - it is all of them
        return bool(more) and min(more.values()) >= FEWEST


class NoneOrEnough:
    """Cells that say nothing of what was answered, such as who was invited: none are told too."""

    def told(self, whole: Counts, cells: Cells) -> Cells:
        return frozenset(whole) if self.again(whole, cells) else frozenset()

    def again(self, more: Counts, cells: Cells) -> bool:  # noqa: ARG002 - it is all of them
        return any(more.values()) and all(not one or one >= FEWEST for one in more.values())


ANSWERED = ""
"""Among the counts of several choices: how many chose anything. No cell."""


class EachInSeveral:
    """Each answer may be in several cells. Told are those which FEWEST are in, and FEWEST are not.
    Where all are told, so is how often more than one was chosen: FEWEST too."""

    def told(self, whole: Counts, cells: Cells) -> Cells:
        every = frozenset(whole) - {ANSWERED}
        found = cells | {name for name in every if self._fits(whole, name)}
        if found == every and not self._often(whole):
            spare = sorted(found - cells, key=lambda name: (whole[name], name))
            return found - frozenset(spare[:1])
        return found

    def again(self, more: Counts, cells: Cells) -> bool:
        whole = cells == frozenset(more) - {ANSWERED}
        return all(self._fits(more, name) for name in cells) and (not whole or self._often(more))

    def _fits(self, counts: Counts, name: str) -> bool:
        return FEWEST <= counts[name] <= counts[ANSWERED] - FEWEST

    def _often(self, counts: Counts) -> bool:
        return sum(counts.values()) - 2 * counts[ANSWERED] >= FEWEST


@dataclass(frozen=True)
class Step:
    """The year's first so many `blocks`, of which these cells are told."""

    blocks: int
    cells: Cells


def steps(
    by_block: Sequence[Counts], rule: Rule, at: Container[int] | None = None
) -> tuple[Step, ...]:
    """Return the steps in which a distribution is told. `at`: after how many blocks there may be
    one, of what may be told only where something else is."""
    found: list[Step] = []
    cells: Cells = frozenset()
    whole: Counter[str] = Counter()
    more: Counter[str] = Counter()
    for number, counts in enumerate(by_block, 1):
        whole.update(counts)
        more.update(counts)
        if (at is not None and number not in at) or (found and not rule.again(more, cells)):
            continue
        cells = rule.told(whole, cells)
        if cells:
            found.append(Step(number, cells))
            more = Counter()
    return tuple(found)


GROUPS: Cells = frozenset(("promoters", "passives", "detractors"))
NET = "net"


def score_steps(by_block: Sequence[Score], at: Container[int] | None = None) -> tuple[Step, ...]:
    """Return the steps in which a score is told: with its groups where each has grown by FEWEST
    since they were last told; else alone (NET), where that leaves open how large each of them is:
    any may have grown by FEWEST, and two of them by none. `at`: as for `steps`."""
    found: list[Step] = []
    more = of_groups = Score()
    for number, one in enumerate(by_block, 1):
        more, of_groups = more.with_more(one), of_groups.with_more(one)
        left_open = more.n - abs(more.promoters - more.detractors)
        if (at is not None and number not in at) or left_open < 2 * FEWEST:
            continue
        more = Score()
        whole = min(of_groups.promoters, of_groups.passives, of_groups.detractors) >= FEWEST
        found.append(Step(number, GROUPS | {NET} if whole else frozenset({NET})))
        of_groups = Score() if whole else of_groups
    return tuple(found)


@dataclass(frozen=True)
class Span:
    """The blocks from `begin` on, before `end`, counted from the year's first, and what is told."""

    begin: int
    end: int
    cells: Cells


def span(found: Sequence[Step], begin: int, end: int) -> Span | None:
    """Return what is told of the blocks from `begin` on, before `end`; None where nothing is."""
    every = [Step(0, frozenset()), *found]
    usable = [step for step in every if begin <= step.blocks <= end]
    if len(usable) < 2:
        return None
    first, last = usable[0], usable[-1]
    cells = first.cells & last.cells if first.blocks else last.cells
    return Span(first.blocks, last.blocks, cells) if cells else None
