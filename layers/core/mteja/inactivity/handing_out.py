"""A run begins: what is to be worked is handed out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from mteja.business.winning_back import Watching
from mteja.inactivity import queue, runs
from mteja.inactivity.queue import Work
from mteja.inactivity.replanning import stamp, told_days
from mteja.store.table import Table
from mteja.times import business_day


@dataclass(frozen=True)
class HandedOut:
    """A run: its day, the first day whose customers it looks for, and how many messages it sent:
    buckets, and days whose customers are planned anew since rules were changed."""

    day: date
    first: date
    buckets: int
    planned_anew: int


def hand_out(
    table: Table,
    watching: Watching,
    zone: str,
    now_ms: int,
    send: Callable[[Iterable[Work]], None],
    asked: str | None = None,
) -> HandedOut:
    """Hand out today's run, or the one for a day that somebody asks for: that day and the two
    before, by which no missed day is hidden.

    Killed anywhere, it is handed out again by the next one. Raises InvalidInput for a day that
    can't be asked for, and what `send` raises.
    """
    run = business_day(now_ms, zone)
    rules = stamp(watching)
    several: list[Work]
    if asked is None:
        last, before = runs.last_run(table)
        first = queue.first_day(run, last)
        anew = list(told_days(run, first, watching)) if before != rules else []
    else:
        run = queue.asked(asked, run)
        first, anew = queue.first_day(run, run), []
    several = [*queue.buckets(run, first), *anew]
    runs.note_run(table, run, first, len(several), now_ms)
    send(several)
    if asked is None:
        runs.note_last(table, run, rules)
    return HandedOut(run, first, len(several) - len(anew), len(anew))
