"""Whether a website is heard from, and on which day it last was: read from what is there anyway,
so that a beacon does not pay for it.

Of today and yesterday some batches are looked at, since their order in a partition says nothing of
time; of a website that is not among them, the summaries of two weeks.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.summaries.reading import Tables
from mteja.summaries.storing import read_parts
from mteja.times import business_day
from mteja.tracking.packed import EVENT_SHARDS

LOOK_BACK_DAYS = 14
# Batches that are looked at of one day and shard. A website that others drown out by more than
# this is found by the night's summary.
A_FEW = 100
_BY_EVENTS_DAYS = 2


def last_heard(
    sites: Sequence[str], *, tables: Tables, zone: str, now_ms: int
) -> dict[str, date | None]:
    """Return the last day on which each website told of anybody, robots included; None where it did
    not within two weeks."""
    today = business_day(now_ms, zone)
    heard: dict[str, date | None] = dict.fromkeys(sites)
    for back in range(_BY_EVENTS_DAYS):
        day = today - timedelta(days=back)
        waiting = {site for site, known in heard.items() if known is None}
        heard |= dict.fromkeys(_by_events(tables.events, day, waiting), day)
    first, last = today - timedelta(days=LOOK_BACK_DAYS - 1), today - timedelta(days=1)
    for site, known in heard.items():
        if known is None or known < last:
            heard[site] = _by_summaries(tables.summaries, site, first, last) or known
    return heard


def _by_events(events: TableApart, day: date, waiting: set[str]) -> set[str]:
    """Return the websites among some batches of a day."""
    found: set[str] = set()
    for shard in range(EVENT_SHARDS):
        if found == waiting:
            break
        partition = keys.events_partition(day, shard, EVENT_SHARDS)
        found |= {str(item["site"]) for item in events.few(partition, A_FEW)} & waiting
    return found


def _by_summaries(summaries: TableApart, site: str, first: date, last: date) -> date | None:
    """Return the last of some days on which a website had visitors."""
    heard = None
    for one in read_parts(summaries, "sessions", site, first, last):
        if one.day != heard and ((part := one.part)["views"] or part["bots"]):
            heard = one.day
    return heard
