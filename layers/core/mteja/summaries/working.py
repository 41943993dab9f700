"""Making the summaries of one shard of some days: reads its events once, puts every part.

Nothing is added to what was there, so that a worker that is killed, a message that comes twice and
two workers at once all end in the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from mteja.business.sites import Site
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.summaries.days import ShardDay, split
from mteja.summaries.kinds import KINDS, kind
from mteja.summaries.storing import put_part
from mteja.tracking.calendar import Calendar, days_between
from mteja.tracking.packed import EVENT_SHARDS, Batch, from_item
from mteja.tracking.sessions import LATEST_DAYS

# A session of the first day may have begun on the day before; one of the last goes on into the next
# day, whose events come until LATEST_DAYS after it.
_BEFORE, _AFTER = 1, 1 + LATEST_DAYS


def read_shard(
    events: TableApart, shard: int, first: date, last: date, *, consistent: bool = False
) -> Iterator[Batch]:
    """Yield the batches of a shard that the days from `first` to `last` are made of."""
    for day in days_between(first - timedelta(days=_BEFORE), last + timedelta(days=_AFTER)):
        partition = keys.events_partition(day, shard, EVENT_SHARDS)
        for item in events.query(partition, consistent=consistent):
            yield from_item(item)


def shard_days(
    batches: Sequence[Batch], first: date, last: date, sites: Sequence[Site], zone: str
) -> Mapping[tuple[str, date], ShardDay]:
    """Return what the batches of a shard say of each site and day."""
    return split(batches, days_between(first, last), sites, Calendar(zone, first, last))


def put_shard(
    days: Mapping[tuple[str, date], ShardDay], shard: int, summaries: TableApart, now_ms: int
) -> int:
    """Write every summary of a shard's days; return how many."""
    for (site, day), shard_day in days.items():
        for name in KINDS:
            part = kind(name).of(shard_day)
            put_part(summaries, name, site, day, shard, part, now_ms)
    return len(days) * len(KINDS)
