"""Due dates by the rules as they are now.

A due date is set in the transaction that moves it, by the rules of that moment. Where the owner's
file gets another rule, or one that acts sooner, customers of whom nothing new is told would never
come up by it. So the first run after such a change looks at whoever something was told of, by the
log, and moves due dates that are too late. One that is too early is left: the job looks, and moves
it itself. One that no run would ever come to is moved, too: from before there was a daily job, or
lost with its message.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from mteja.business.winning_back import Watching
from mteja.customers.present import profile_of, told_of
from mteja.customers.told import customers_of, parts_of_day
from mteja.due import due_days, due_keys
from mteja.ids import ulid
from mteja.inactivity import runs
from mteja.inactivity.queue import ToldOn
from mteja.inactivity.runs import SOONER, Part
from mteja.store import index_keys
from mteja.store.attempts import Each, until_it_holds
from mteja.store.table import Put, Table
from mteja.tracking.calendar import days_between

_YEAR_DAYS = 366
# What is overdue by new rules is spread like that of an import: no burst of messages.
SPREAD_DAYS = 30


def stamp(watching: Watching) -> str:
    """Return a digest of all of the rules on which due dates hang, and of how many shards the index
    has. It is the same where only what is offered was changed."""
    rules = sorted(
        (one.id, one.after, one.floor_days, [step.days for step in one.steps])
        for one in watching.rules
    )
    told = json.dumps([rules, sorted(watching.fresh_days.items()), index_keys.DUE_SHARDS])
    return hashlib.blake2s(told.encode(), digest_size=8).hexdigest()


def told_days(run: date, first: date, watching: Watching) -> Iterator[ToldOn]:
    """Yield the days whose customers a run plans anew: of a year, and of as many more as the
    longest ladder has. `first`: the first day whose customers it looks for."""
    longest = max((one.steps[-1].days for one in watching.rules), default=0)
    for day in days_between(run - timedelta(days=_YEAR_DAYS + longest), run):
        yield ToldOn(run, day, first)


def told_on(table: Table, day: date) -> set[str]:
    """Return the customers of whom something was told on a day, by the log."""
    parts = parts_of_day((*index_keys.FACTS, index_keys.TOLD), day)
    return customers_of(entry for part in parts for entry in table.query(part, index="log"))


def sooner(
    table: Table, customer: str, watching: Watching, zone: str, now_ms: int, first: date
) -> Put | None:
    """Return the write by which a customer who is due too late is due when a rule would act; None
    where it is so already, or due earlier, or gone, or where no rule would act on it. Due on a day
    before `first`, or in a shard that the index has no more, nobody would come to it."""
    profile = profile_of(table, customer)
    if profile is None:
        return None
    days = list(due_days(profile, watching, zone, told_of(table, profile)))
    is_lost = False
    if profile.due_pk is not None:
        day = index_keys.due_day(profile.due_pk)
        is_lost = day < first or profile.due_pk != index_keys.due(day, customer)
        days += [day] if is_lost else []
    due = due_keys(days, now_ms, zone=zone, customer=customer, spread_days=SPREAD_DAYS)
    wanted = due["due_pk"]
    if wanted is None:
        return None
    if profile.due_pk is not None and not is_lost and profile.due_pk <= wanted:
        return None  # partitions sort by their days
    moved = profile.model_copy(update={"v": profile.v + 1, **due})
    return Put(moved.model_dump(exclude_none=True), profile.v)


@dataclass
class Replanner:
    """Plans anew whom something was told of on a day. `until`, `used`: as of a Worker."""

    table: Table
    watching: Watching
    zone: str
    clock: Callable[[], int]
    until: Callable[[], bool]
    used: Callable[[], tuple[float, float]] = field(default=lambda: (0.0, 0.0))

    def work(self, told: ToldOn) -> Part:
        """Move what is due too late, and note it for the report; return what was noted. Raises what
        went wrong with any customer, when all others are done; worked again, it changes what is
        left."""
        began, used, attempt = time.monotonic(), self.used(), ulid(self.clock())
        number, rest = self.move(told)
        now = self.used()
        part = Part(
            +Counter({SOONER: number}),
            units=(now[0] - used[0], now[1] - used[1]),
            ms=round(1000 * (time.monotonic() - began)),
            ended=True,
            rest=rest,
        )
        runs.note_part(self.table, told, attempt, part, self.clock())
        return part

    def move(self, told: ToldOn) -> tuple[int, ToldOn | None]:
        """Move what is due too late; return how many were, and what there was no time for. Raises
        as `work` does."""
        each, at = Each[bool](), told.after
        rest: ToldOn | None = None
        for customer in sorted(told_on(self.table, told.day)):
            if customer <= told.after:
                continue
            if self.until():
                rest = replace(told, after=at)
                break
            each.do(partial(until_it_holds, partial(self._once, customer, told.first)))
            at = customer
        return sum(each.ended()), rest

    def _once(self, customer: str, first: date) -> bool:
        write = sooner(self.table, customer, self.watching, self.zone, self.clock(), first)
        if write is not None:
            self.table.transact([write])
        return write is not None
