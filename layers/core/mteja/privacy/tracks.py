"""What a person did on websites, at its erasure: whose browsers they were, and what was done there.

Summaries hold nobody; made again of the days whose events are kept, they are without the person.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from mteja.business.sites import Sites
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key
from mteja.store.table import Put
from mteja.store.wire import Item
from mteja.times import business_day
from mteja.tracking.calendar import days_between
from mteja.tracking.items import VisitorItem
from mteja.tracking.owners import without
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
        """Remove which of some visitors are the customer's alone, and what the customer did with
        any of them; return how many of both. `names` are the ids under which a browser of the
        customer's may be known; `everywhere`: a server may have told of the customer together with
        any other browser.

        What another did with the same browser, before or since, stays the other's.
        """
        visitors = sorted(set(names))
        owned = self._owned(visitors)
        shards = set(range(EVENT_SHARDS)) if everywhere else {shard_of(name) for name in visitors}
        batches = 0
        for key in self._batches(customer, set(visitors), owned, shards, now_ms):
            self.events.delete(key)
            batches += 1
        alone = [item for item in owned.values() if without(item, customer) is None]
        for item in alone:  # last, so that a run that was cut off finds them again
            self.events.delete(Key(item.pk, item.sk))
        return len(alone), batches

    def theirs(self, customer: str, names: Iterable[str]) -> list[str]:
        """Return of some visitors those who were never anybody else's."""
        visitors = sorted(set(names))
        owned = self._owned(visitors)
        return [name for name in visitors
                if name not in owned or without(owned[name], customer) is None]  # fmt: skip

    def former(self, customer: str, names: Iterable[str]) -> list[Put]:
        """Return the writes after which the visitors that are another's too no longer say that they
        were the customer's, or taken for it."""
        writes = []
        for item in self._owned(names).values():
            left = without(item, customer)
            if left is not None and customer in item.everybody:
                writes.append(Put(left.model_dump(), item.v, self.events.name))
        return writes

    def _owned(self, visitors: Iterable[str]) -> dict[str, VisitorItem]:
        """Return whose visitors are, of those that are said to be anybody's."""
        wanted = {keys.visitor(name): name for name in sorted(set(visitors))}
        found = self.events.get_many(wanted)
        return {wanted[key]: VisitorItem.model_validate(raw) for key, raw in found.items()}

    def _batches(
        self,
        customer: str,
        visitors: set[str],
        owned: Mapping[str, VisitorItem],
        shards: set[int],
        now_ms: int,
    ) -> Iterator[Key]:
        """Yield the keys of the customer's batches: all partitions of some shards are read for
        them, since no index holds who did what."""

        def is_theirs(batch: Item) -> bool:
            if "customer" in batch:
                return bool(batch["customer"] == customer)
            name = str(batch["visitor"])
            owner = owned.get(name)
            return name in visitors and (
                owner is None or owner.whose(int(str(batch["at"]))) == customer
            )

        today = business_day(now_ms, self.zone)
        first = today - timedelta(days=self.keep_days)
        for shard in sorted(shards):
            for day in days_between(first, today):
                for item in self.events.query(keys.events_partition(day, shard, EVENT_SHARDS)):
                    if is_theirs(item):
                        yield Key(str(item["pk"]), str(item["sk"]))
