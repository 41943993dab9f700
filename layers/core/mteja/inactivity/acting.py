"""One customer who is due: read, decided, done, and due again, in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from mteja.business.winning_back import WinBackRule
from mteja.customers.items import ProfileItem
from mteja.customers.present import as_read
from mteja.customers.reading import read_person
from mteja.due import due_keys
from mteja.errors import NotFound
from mteja.inactivity.silence import as_one
from mteja.inactivity.watching import Done, Foreseen, Seen, Watcher
from mteja.store.attempts import until_it_holds
from mteja.store.table import Table
from mteja.times import business_day

MOVED, WAITS = "moved", "waits"
"""MOVED: the index is behind, or another worker was here; the customer is due on another day, or
gone. So is who is not due before tomorrow, where tomorrow's run was asked for today. WAITS: nothing
was to be done after all, since a member of the person bought or a lapse was found to be later; it
is due again when there is."""


@dataclass(frozen=True)
class Job:
    """What acts on customers. `rules` say when one is due again."""

    table: Table
    watchers: Sequence[Watcher]
    rules: Sequence[WinBackRule]
    zone: str

    def act(self, customer: str, bucket: str, now_ms: int) -> Done:
        """Act on a customer whom the index has in a bucket (`2026-11-22#3of8`); return what was
        done. Whoever comes second finds it done.

        Raises Conflict for a customer who is too busy, errors of AWS as they are. Nothing is
        written then, or, where AWS does not answer, all of it or nothing.
        """
        settled: Counter[str] = Counter()  # once for all, whatever is tried again after it
        done = until_it_holds(partial(self._once, customer, bucket, now_ms, settled))
        return _with(settled, done)

    def look(self, customer: str, bucket: str, now_ms: int) -> Seen | None:
        """Return a customer as it stands; None where it is not due in this bucket any more."""
        try:
            person = read_person(self.table, customer)
        except NotFound:
            return None
        mine = next(one.profile for one in person.members if one.id == customer)
        if mine.due_pk != bucket:
            return None
        silent = as_one(person, mine, self.rules, self.zone)
        return Seen(customer, person, mine, silent, business_day(now_ms, self.zone), now_ms)

    def foresee(self, customer: str, bucket: str, now_ms: int) -> list[Foreseen]:
        """Return what would be done with a customer now. Nothing is written."""
        seen = self.look(customer, bucket, now_ms)
        if seen is None:
            return []
        return [one for watcher in self.watchers for one in watcher.foresee(seen)]

    def _once(self, customer: str, bucket: str, now_ms: int, settled: Counter[str]) -> Done:
        seen = self.look(customer, bucket, now_ms)
        if seen is None:
            return Done(counts=Counter({MOVED: 1}))
        acts = []
        for watcher in self.watchers:
            done = watcher.act(seen)
            if done.settled:
                settled.update(done.counts)
                return self._once(customer, bucket, now_ms, settled)
            acts.append(done)
        changes = {name: one for act in acts for name, one in act.changes.items()}
        changes |= self._due_again(seen, changes)
        writes = [write for act in acts for write in act.writes]
        counts = sum((act.counts for act in acts), Counter[str]())
        if not writes and not _differs(seen.profile, changes):
            return Done(counts=Counter({MOVED: 1}))
        self.table.transact([*as_read(seen.person, customer, changes), *writes])
        skipped = sum((act.skipped for act in acts), Counter[str]())
        return Done(writes, changes, counts or Counter({WAITS: 1}), skipped)

    def _due_again(self, seen: Seen, changes: dict[str, Any]) -> dict[str, str | None]:
        after = seen.after(changes)
        days = [day for watcher in self.watchers for day in watcher.days(after)]
        return due_keys(days, seen.now_ms, zone=self.zone, customer=seen.customer)


def _with(settled: Counter[str], then: Done) -> Done:
    """Return what was done in two parts."""
    counts = +settled + then.counts
    if set(counts) != {WAITS}:
        counts.pop(WAITS, None)
    return replace(then, counts=counts)


def _differs(profile: ProfileItem, changes: dict[str, object]) -> bool:
    return any(getattr(profile, name) != one for name, one in changes.items())
