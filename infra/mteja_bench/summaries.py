"""What a day's summaries take: time, memory and units, at several sizes of day.

Tables in memory stand in for DynamoDB, so that what is measured is our own work; units are counted
by the sizes that go in and out. A shard is one worker: what one takes is what a day takes when all
work at once. The mix is the design's: 3.5 events and 1.3 beacons a page view.
"""

import random
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from mteja.business import business
from mteja.business.load import sites
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key
from mteja.store.wire import Item, size
from mteja.summaries.kinds import KINDS, kind
from mteja.summaries.storing import put_part
from mteja.summaries.working import read_shard, shard_days
from mteja.times import business_day, day_begins
from mteja.tracking.packed import EVENT_SHARDS, Batch, Event, shard_of, to_item
from mteja_bench import prices
from mteja_bench.ground import use_business_layer
from mteja_bench.report import Result
from mteja_local.place import Place

SIZES = (10_000, 100_000)
# The most that an event of a large day may take, against one of a small day.
_LINEAR = 1.5
_EVENTS_A_BEACON = 3.5 / 1.3
_DAY = date(2026, 11, 20)
A_MILLION = "summaries of a million page views"
_WORKER_GB = 1769 / 1024
# A night reads the partitions of seven days at most for the three that it makes, of which those of
# the four last days hold events.
_PARTITIONS_A_NIGHT = 4
_NIGHTS_A_DAY = 3


class CountingTable(TableApart):
    """A table in memory that counts the units that would be charged."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Item]] = {}
        self.read_units = 0.0
        self.write_units = 0

    def query(
        self, partition: str, *, between: tuple[str, str] | None = None, consistent: bool = True
    ) -> Iterator[Item]:
        """Yield the items of a partition, charged as one page after another."""
        low, high = between or ("", "~")
        items = [one for one in self.rows.get(partition, []) if low <= str(one["sk"]) <= high]
        units = ceil(sum(map(size, items)) / 4096)
        self.read_units += units if consistent else units / 2
        yield from items

    def get_many(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        """Return nothing: what is measured reads whole partitions."""
        self.read_units += len(list(wanted))
        return {}

    def put(self, item: Item) -> None:
        """Count what writing an item costs; keep nothing."""
        self.write_units += ceil(size(item) / 1024)


@dataclass(frozen=True)
class Day:
    """What the summaries of one day took. `shards`: seconds of processor time of each worker."""

    events: int
    batches: int
    shards: Sequence[float]
    read_units: float
    write_units: int

    @property
    def seconds(self) -> float:
        return sum(self.shards)


def measure(place: Place, sizes: Sequence[int] = SIZES) -> list[Result]:
    """Return time and units by the size of the day."""
    use_business_layer(place)
    days = [summarise(number) for number in sizes]
    results = []
    for day in days:
        results += _shown(day)
    slower = (days[-1].seconds / days[-1].events) / (days[0].seconds / days[0].events)
    what = f"an event of a day of {days[-1].events:,}, against one of {days[0].events:,}"
    results.append(Result(what, slower, _LINEAR, "times", f"peak {_peak_mb()} MB, events included"))
    results.append(_dollars(days[-1]))
    return results


def summarise(number: int) -> Day:
    """Make a day of so many events, and its summaries. Only the latter is timed."""
    zone, declared = business().time_zone, sites().sites
    events, batches = _day(number, zone)
    summaries = CountingTable()
    shards = []
    for shard in range(EVENT_SHARDS):
        began = time.process_time()
        read = list(read_shard(events, shard, _DAY, _DAY))
        for (site, day), shard_day in shard_days(read, _DAY, _DAY, declared, zone).items():
            for name in KINDS:
                put_part(summaries, name, site, day, shard, kind(name).of(shard_day), 0)
        shards.append(time.process_time() - began)
    return Day(number, batches, shards, events.read_units, summaries.write_units)


def _day(number: int, zone: str) -> tuple[CountingTable, int]:
    """Return a table with a day's batches, and how many they are."""
    chance = random.Random(number)  # noqa: S311 - the same day each time
    table = CountingTable()
    batches = 0
    for batch in _batches(number, chance, day_begins(_DAY, zone)):
        day = business_day(batch.received_at, zone)
        key = keys.events(day, shard_of(batch.visitor), EVENT_SHARDS, batch.id)
        table.rows.setdefault(key.pk, []).append(to_item(batch, key.pk, key.sk, 0))
        batches += 1
    return table, batches


def _batches(number: int, chance: random.Random, begins: int) -> Iterator[Batch]:
    """Yield visits of some pages each; the pages are those that many want and those that few do."""
    made = visitor = 0
    while made < number:
        visitor += 1
        at = begins + chance.randrange(int(timedelta(hours=23).total_seconds() * 1000))
        for step in range(min(10, int(chance.paretovariate(1)))):
            events = list(_events(f"{visitor}-{step}", at, chance))
            yield Batch("shop", f"b{visitor}-{step}", f"v{visitor}", at + 15_000, "none", events)
            made += len(events)
            at += chance.randrange(5_000, 120_000)
            if made >= number:
                return


def _events(name: str, at: int, chance: random.Random) -> Iterator[Event]:
    path = f"/products/{int(chance.paretovariate(0.8)) % 3_000}"
    load = {"ttfb": 90, "dom": 300, "load": int(chance.lognormvariate(6.5, 0.6)), "lcp": 700}
    yield Event(f"{name}-p", "page", at, path, "shop.example", "google.com", "A lamp", None, load)
    if chance.random() < _EVENTS_A_BEACON - 2:
        yield Event(f"{name}-e", "event", at + 4_000, path, name="Product Viewed",
                    properties={"product_id": path[10:]})  # fmt: skip
    yield Event(f"{name}-l", "leave", at + 9_000, path, active_ms=chance.randrange(60_000))


def _shown(day: Day) -> list[Result]:
    title = f"a day of {day.events:,} events"
    each = f"{1e6 * day.seconds / day.events:.0f} µs an event; {day.batches:,} batches"
    split = f"{EVENT_SHARDS} workers, the longest; the shortest {min(day.shards):.2f} s"
    units = f"{day.read_units:.0f} read units, not consistent"
    return [
        Result(f"{title}, all shards one after another", day.seconds, None, "s", each),
        Result(f"{title}, split", max(day.shards), None, "s", split),
        Result(f"{title}, written", day.write_units, None, "WU", units),
    ]


def _dollars(day: Day) -> Result:
    """What summaries cost a million page views, of a shop with days of that size: each day is made
    again in three nights, whose neighbouring days are read once."""
    views = day.events / 3.5
    reads = day.read_units * _PARTITIONS_A_NIGHT * prices.READ_UNIT
    writes = day.write_units * _NIGHTS_A_DAY * prices.WRITE_UNIT
    seconds = day.seconds * _PARTITIONS_A_NIGHT * _WORKER_GB * prices.LAMBDA_GB_SECOND
    total = (reads + writes + seconds) * 1e6 / views
    share = 1e6 / views
    note = (f"reads {reads * share:.3f}, writes {writes * share:.3f}, "
            f"processor {seconds * share:.3f}")  # fmt: skip
    return Result(A_MILLION, total, None, "USD", note)


def _peak_mb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 if sys.platform == "linux" else 1024 * 1024)
