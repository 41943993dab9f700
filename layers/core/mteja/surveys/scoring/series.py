"""A score over time: by day, week (from Monday) or month of the business's time zone.

A period is marked as changed where its score differs from that of the last one before it that can
be compared (mteja.surveys.scoring.nps says how). Each mark is wrong once in twenty times, so that
of twenty quiet weeks one will look like a change.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from mteja.surveys.scoring.nps import FEW, Score, score

type Period = tuple[date, date]
"""Its first and its last day."""
type Per = Literal["day", "week", "month"]

PERIODS: tuple[Per, ...] = get_args(Per.__value__)
_DAYS_BY_WEEK = 183
"""A longer time is shown by month."""


@dataclass(frozen=True)
class Point:
    """The score of a period, both days included. `changed`: it is not that of the last one."""

    first: date
    last: date
    score: Score
    changed: bool


def usual_period(first: date, last: date) -> Per:
    """Return the periods by which a time is shown where nobody says."""
    return "week" if (last - first).days < _DAYS_BY_WEEK else "month"


def series(
    values: Iterable[tuple[date, int | None]],
    period: Callable[[date], Period],
    first: date,
    last: date,
) -> tuple[Point, ...]:
    """Return the score of each period in which anybody answered, cut at the first and last day.
    `values`: the day and the answer, None where the question was skipped; `period`: in which period
    a day is."""
    by_period: dict[Period, list[int | None]] = {}
    for day, value in values:
        by_period.setdefault(period(day), []).append(value)
    scored = ((period, score(by_period[period])) for period in sorted(by_period))
    answered = ((period, one) for period, one in scored if one.n)
    return tuple(
        Point(max(begin, first), min(end, last), one, changed)
        for (begin, end), one, changed in marked(answered)
    )


def marked(
    scored: Iterable[tuple[Period, Score]],
) -> Iterator[tuple[Period, Score, bool]]:
    """Yield scores of periods, in their order, with whether each has changed."""
    before = Score()
    for period, one in scored:
        yield period, one, one.differs(before)
        if one.n >= FEW:
            before = one


def period_of(day: date, per: Per) -> Period:
    """Return the first and the last day of the day, week or month in which a day is."""
    if per == "day":
        return day, day
    if per == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    begin = day.replace(day=1)
    return begin, (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
