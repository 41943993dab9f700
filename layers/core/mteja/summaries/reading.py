"""Reading summaries of several days, and making on the spot those that are not made yet: today's,
and last night's before the nightly run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mteja.business.sites import Site
from mteja.store.apart import TableApart
from mteja.summaries.kinds import Part, kind
from mteja.summaries.storing import read_days
from mteja.summaries.working import read_shard, shard_days
from mteja.times import business_day, day_begins
from mteja.tracking.packed import EVENT_SHARDS, Batch
from mteja.tracking.sessions import LATEST_DAYS

# The days that a nightly run makes again; an older one that was never made had no events.
NIGHTLY_DAYS = 1 + LATEST_DAYS
# What is made while somebody waits for it is bounded: about 100,000 events, some five seconds.
MAX_BATCHES = 30_000


@dataclass(frozen=True)
class Whole:
    """Parts as one, and by day. `until` is the last day that is in it: earlier than asked for where
    today was too much to be made on the spot."""

    part: Part
    until: date
    by_day: Mapping[date, Sequence[Part]]


@dataclass(frozen=True)
class Tables:
    """Where events and summaries are."""

    events: TableApart
    summaries: TableApart


def read(
    kind_name: str, site: Site, first: date, last: date, *, tables: Tables, zone: str, now_ms: int
) -> Whole:
    """Return the summary of a kind, site and days, both ends included, none after today."""
    today = business_day(now_ms, zone)
    by_day: dict[date, list[Part]] = {}
    missing: dict[date, list[int]] = {}
    told = read_days(tables.summaries, kind_name, site.id, first, min(last, today))
    for day, stored in told.items():
        ends = day_begins(day + timedelta(days=1), zone)
        made = {shard: one.part for shard, one in stored.items() if one.made_at >= ends}
        by_day[day] = list(made.values())
        if len(made) < EVENT_SHARDS and today - day < timedelta(days=1 + NIGHTLY_DAYS):
            missing[day] = [shard for shard in range(EVENT_SHARDS) if shard not in made]
    fresh = _made_now(kind_name, site, missing, tables.events, zone)
    until = min(last, today) if fresh is not None else min(missing) - timedelta(days=1)
    for day, part in fresh or ():
        by_day[day].append(part)
    # A day of which only some shards were made is not told in part.
    whole = {day: parts for day, parts in by_day.items() if day <= until}
    merged = kind(kind_name).merge(part for parts in whole.values() for part in parts)
    return Whole(merged, until, whole)


def _made_now(
    kind_name: str,
    site: Site,
    missing: Mapping[date, Sequence[int]],
    events: TableApart,
    zone: str,
) -> list[tuple[date, Part]] | None:
    """Return the parts that are missing, None where they are too much to be made on the spot."""
    parts: list[tuple[date, Part]] = []
    left = MAX_BATCHES
    for shard in range(EVENT_SHARDS):
        days = [day for day, shards in missing.items() if shard in shards]
        if not days:
            continue
        batches = _at_most(read_shard(events, shard, min(days), max(days), consistent=True), left)
        if batches is None:
            return None
        left -= len(batches)
        found = shard_days(batches, min(days), max(days), [site], zone)
        parts += [(day, kind(kind_name).of(found[site.id, day])) for day in days]
    return parts


def _at_most(batches: Iterable[Batch], number: int) -> list[Batch] | None:
    taken: list[Batch] = []
    for one in batches:
        if len(taken) >= number:
            return None
        taken.append(one)
    return taken
