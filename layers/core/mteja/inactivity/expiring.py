"""Points and stamps that expire, as the daily job works them: it enters in the history what has.
What a person can spend is right without it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mteja.due import lots_days
from mteja.inactivity.watching import EXPIRED, Done, Foreseen, Seen
from mteja.rewards.expiring import settle
from mteja.store.table import Table


@dataclass(frozen=True)
class LotsWatcher:
    """Settles the ledgers of all members, in transactions of its own."""

    table: Table

    def days(self, seen: Seen) -> Iterator[date]:
        """Yield the day on which something of the customer's own expires next."""
        return lots_days(seen.silent)

    def act(self, seen: Seen) -> Done:
        """Enter what has expired; then the customer is to be read anew. Raises NotFound where it
        was erased meanwhile, Conflict."""
        if not self._is_time(seen):
            return Done()
        added = settle(self.table, seen.person, seen.now_ms)
        return Done(counts=Counter({EXPIRED: added}), settled=True)

    def foresee(self, seen: Seen) -> Iterator[Foreseen]:
        """Yield that something is to be entered."""
        if self._is_time(seen):
            yield Foreseen("rewards", 0, EXPIRED)

    def _is_time(self, seen: Seen) -> bool:
        return any(day <= seen.today for day in lots_days(seen.profile))
