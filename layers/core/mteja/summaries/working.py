"""Making the summaries of one shard of some days: reads its events once, puts every part.

Nothing is added to what was there, so that a worker that is killed, a message that comes twice and
two workers at once all end in the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from mteja.business.sites import Site
from mteja.products import favourites
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.store.attempts import Each
from mteja.store.table import Table
from mteja.summaries.days import ShardDay, split
from mteja.summaries.kinds import KINDS, kind
from mteja.summaries.storing import put_part
from mteja.times import day_begins
from mteja.tracking import known, timeline
from mteja.tracking.calendar import Calendar, days_between
from mteja.tracking.packed import EVENT_SHARDS, Batch, from_item
from mteja.tracking.sessions import LATEST_DAYS

# A session of the first day may have begun on the day before; one of the last goes on into the next
# day, whose events come until LATEST_DAYS after it.
_BEFORE, _AFTER = 1, 1 + LATEST_DAYS


@dataclass(frozen=True)
class Order:
    """What one worker is to make: the summaries of a shard, from `first` to `last`."""

    shard: int
    first: date
    last: date


@dataclass(frozen=True)
class Workshop:
    """What a worker needs: the tables and what the owner's file says."""

    events: TableApart
    summaries: TableApart
    customers: Table
    sites: Sequence[Site]
    zone: str


@dataclass(frozen=True)
class Made:
    """What was done, in numbers: batches read, summaries put, sessions found, entries changed in
    timelines, favourites and ratings changed."""

    batches: int
    summaries: int
    sessions: int
    entries: int
    favourites: int


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


def make(order: Order, within: Workshop, now_ms: int) -> Made:
    """Make every summary of a shard and some days, and bring known customers' timelines and
    favourites in step. What can't be done stops nothing of the rest.

    Raises what prevented something when all else is done (mteja.store.attempts.Each): Conflict for
    a customer who is too busy, errors of AWS as they are. The order is then to be worked again,
    which changes nothing of what is right.
    """
    batches = list(read_shard(within.events, order.shard, order.first, order.last))
    days = shard_days(batches, order.first, order.last, within.sites, within.zone)
    each = Each[int]()
    for (site, day), shard_day in days.items():
        for name in KINDS:
            each.do(partial(_put, name, site, day, shard_day, order.shard, within, now_ms))
    sessions = [one for shard_day in days.values() for one in shard_day.sessions]
    whose = known.known(sessions, within.events)
    done, span = whose.done(sessions), _span(order, within.zone)
    visits = timeline.owned(sessions, whose)
    each.do(lambda: timeline.note(visits, span, within.customers, done))
    owners = favourites.owners(done, whose.first_owners())
    each.do(lambda: favourites.note(owners, table=within.customers, zone=within.zone))
    *put, changed, liked = each.ended()
    return Made(len(batches), sum(put), len(sessions), changed, liked)


def _put(
    name: str, site: str, day: date, shard_day: ShardDay, shard: int, within: Workshop, now_ms: int
) -> int:
    part = kind(name).of(shard_day)
    put_part(within.summaries, name, site, day, shard, part, now_ms)
    return 1


def _span(order: Order, zone: str) -> timeline.Span:
    return timeline.Span(
        keys.shard_part(order.shard, EVENT_SHARDS),
        day_begins(order.first, zone),
        day_begins(order.last + timedelta(days=1), zone),
    )
