"""Reading summaries of several days, and making on the spot those that are not made yet: today's,
and last night's before the nightly run."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain

from mteja.business.sites import Site
from mteja.errors import InvalidInput
from mteja.pages.catalogues import marked
from mteja.store.apart import TableApart
from mteja.summaries.kinds import Part, kind
from mteja.summaries.storing import StoredPart, read_parts
from mteja.summaries.working import read_shard, shard_days
from mteja.times import business_day, day_begins
from mteja.tracking.calendar import days_between
from mteja.tracking.packed import EVENT_SHARDS, Batch
from mteja.tracking.sessions import LATEST_DAYS

# The days that a nightly run makes again; an older one that was never made had no events.
NIGHTLY_DAYS = 1 + LATEST_DAYS
# What is made while somebody waits for it is bounded: some two seconds. A batch without an event
# counts as one.
MAX_EVENTS = 100_000
# So are the summaries that are merged, by what they are stored in: of a site of more than a
# thousand pages a day those of some four months.
MAX_BYTES = 32_000_000
_TOO_MUCH = marked("these days hold too much for one report: ask for fewer")

type Shorten = Callable[[Part], Part]


@dataclass(frozen=True)
class Whole:
    """Parts as one. `until` is the last day that is in it: earlier than asked for where today was
    too much to be made on the spot. `incomplete` are the days of which some shards were never made;
    `by_day` what is kept of each part, where it was asked for."""

    part: Part
    until: date
    incomplete: Sequence[date]
    by_day: Mapping[date, Sequence[Part]]


@dataclass(frozen=True)
class Tables:
    """Where events and summaries are."""

    events: TableApart
    summaries: TableApart


def read(
    kind_name: str,
    site: Site,
    first: date,
    last: date,
    *,
    tables: Tables,
    zone: str,
    now_ms: int,
    shorten: Shorten = lambda part: part,
    of_days: Shorten | None = None,
) -> Whole:
    """Return the summary of a kind, site and days, both ends included, none after today.

    Parts are taken one after the other: what is held is what they make together, and what `of_days`
    leaves of each. `shorten` leaves of a part what is asked for. Raises InvalidInput for days that
    hold more than MAX_BYTES.
    """
    today = business_day(now_ms, zone)
    last = min(last, today)
    lately = max(first, today - timedelta(days=NIGHTLY_DAYS))
    stored = partial(read_parts, tables.summaries, kind_name, site.id)
    recent = list(_made(stored(lately, last), zone))
    have = {(one.day, one.shard) for one in recent}
    missing: dict[date, list[int]] = {}
    for day in days_between(lately, last):
        shards = [shard for shard in range(EVENT_SHARDS) if (day, shard) not in have]
        if shards:
            missing[day] = shards
    fresh = _made_now(kind_name, site, missing, tables.events, zone)
    until = last if fresh is not None else min(missing) - timedelta(days=1)
    shards_of: Counter[date] = Counter()
    by_day: dict[date, list[Part]] = {day: [] for day in days_between(first, until)}

    def parts() -> Iterator[Part]:
        older = _made(stored(first, lately - timedelta(days=1)), zone)
        told = _at_most_bytes(chain(older, recent), MAX_BYTES)
        every = chain(((one.day, one.part) for one in told), fresh or ())
        for day, part in every:
            # A day of which only some shards were made is not told in part.
            if day <= until:
                shards_of[day] += 1
                if of_days is not None:
                    by_day[day].append(of_days(part))
                yield shorten(part)

    merged = kind(kind_name).merge(parts())
    return Whole(merged, until, _incomplete(shards_of, first, until), by_day)


def _made(stored: Iterable[StoredPart], zone: str) -> Iterator[StoredPart]:
    """Yield the parts that were made when their day was over."""
    ends: dict[date, int] = {}
    for one in stored:
        if one.day not in ends:
            ends[one.day] = day_begins(one.day + timedelta(days=1), zone)
        if one.made_at >= ends[one.day]:
            yield one


def _at_most_bytes(stored: Iterable[StoredPart], left: int) -> Iterator[StoredPart]:
    for one in stored:
        left -= len(one.data)
        if left < 0:
            raise InvalidInput("from", _TOO_MUCH)
        yield one


def _incomplete(shards_of: Mapping[date, int], first: date, until: date) -> list[date]:
    """Return the days of which some shards are missing. Before the first day of which there is
    anything, nobody listened yet."""
    begun = min(shards_of, default=until + timedelta(days=1))
    return [
        day
        for day in days_between(max(first, begun), until)
        if shards_of.get(day, 0) < EVENT_SHARDS
    ]


def _made_now(
    kind_name: str,
    site: Site,
    missing: Mapping[date, Sequence[int]],
    events: TableApart,
    zone: str,
) -> list[tuple[date, Part]] | None:
    """Return the parts that are missing, None where they are too much to be made on the spot."""
    parts: list[tuple[date, Part]] = []
    left = MAX_EVENTS
    for shard in range(EVENT_SHARDS):
        days = [day for day, shards in missing.items() if shard in shards]
        if not days:
            continue
        batches = _at_most(read_shard(events, shard, min(days), max(days), consistent=True), left)
        if batches is None:
            return None
        left -= sum(map(_worth, batches))
        found = shard_days(batches, min(days), max(days), [site], zone)
        parts += [(day, kind(kind_name).of(found[site.id, day])) for day in days]
    return parts


def _at_most(batches: Iterable[Batch], events: int) -> list[Batch] | None:
    """Return batches of at most so many events, None where there are more."""
    taken: list[Batch] = []
    for one in batches:
        events -= _worth(one)
        if events < 0:
            return None
        taken.append(one)
    return taken


def _worth(batch: Batch) -> int:
    return max(len(batch.events), 1)
