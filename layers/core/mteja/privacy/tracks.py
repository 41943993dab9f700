"""What a person did on websites, at its erasure: whose browsers they were, and what was done there.

Summaries hold nobody; made again of the days whose events are kept, they are without the person.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from mteja.business.sites import Sites
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key
from mteja.store.table import Put
from mteja.times import business_day
from mteja.tracking.calendar import days_between
from mteja.tracking.items import VisitorItem
from mteja.tracking.packed import EVENT_SHARDS, shard_of


@dataclass(frozen=True)
class Tracks:
    """The table of events, and for how many days they are kept."""

    events: TableApart
    keep_days: int
    zone: str

    @classmethod
    def of(cls, events: TableApart, sites: Sites, zone: str) -> "Tracks":
        kept = max((site.keep_days for site in sites.sites), default=0)
        return cls(events, kept, zone)

    def remove(
        self, customer: str, names: Iterable[str], now_ms: int, *, everywhere: bool = False
    ) -> tuple[int, int]:
        """Remove which of some visitors are the customer's, and what was done by these; return how
        many of both. `names` are the ids under which a browser of the customer's may be known;
        `everywhere`: a server may have told of the customer together with any other browser.

        What another has done with the same browser since stays the other's.
        """
        visitors = sorted(set(names))
        browsers, others = self._browsers(customer, visitors)
        shards = set(range(EVENT_SHARDS)) if everywhere else {shard_of(name) for name in visitors}
        batches = 0
        for key in self._batches(customer, set(visitors) - others, shards, now_ms):
            self.events.delete(key)
            batches += 1
        for key in browsers:  # last, so that a run that was cut off finds them again
            self.events.delete(key)
        return len(browsers), batches

    def theirs(self, customer: str, names: Iterable[str]) -> list[str]:
        """Return of some visitors those who are nobody else's by now."""
        visitors = sorted(set(names))
        others = self._browsers(customer, visitors)[1]
        return [name for name in visitors if name not in others]

    def former(self, customer: str, names: Iterable[str]) -> list[Put]:
        """Return the writes after which the visitors that are another's by now no longer say that
        they were taken for the customer's before."""
        found = self.events.get_many(keys.visitor(name) for name in sorted(set(names)))
        writes = []
        for raw in found.values():
            item = VisitorItem.model_validate(raw)
            left = tuple(one for one in item.former if one != customer)
            if left != item.former:
                without = item.model_copy(update={"v": item.v + 1, "former": left})
                writes.append(Put(without.model_dump(), item.v, self.events.name))
        return writes

    def _browsers(self, customer: str, visitors: list[str]) -> tuple[list[Key], set[str]]:
        """Return the items that say whose, of this customer, and the visitors who are another's."""
        wanted = {keys.visitor(name): name for name in visitors}
        found = self.events.get_many(wanted)
        mine = [key for key, item in found.items() if item["customer"] == customer]
        return mine, {wanted[key] for key in found if key not in mine}

    def _batches(
        self, customer: str, mine: set[str], shards: set[int], now_ms: int
    ) -> Iterator[Key]:
        """Yield the keys of the customer's batches: all partitions of some shards are read for
        them, since no index holds who did what."""
        today = business_day(now_ms, self.zone)
        first = today - timedelta(days=self.keep_days)
        for shard in sorted(shards):
            for day in days_between(first, today):
                for item in self.events.query(keys.events_partition(day, shard, EVENT_SHARDS)):
                    if item["visitor"] in mine or item.get("customer") == customer:
                        yield Key(str(item["pk"]), str(item["sk"]))
