"""Which summaries are to be made: of which days, a shard at a time."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from mteja.business.sites import Site
from mteja.errors import InvalidInput
from mteja.summaries.reading import NIGHTLY_DAYS
from mteja.summaries.working import Order
from mteja.times import business_day
from mteja.tracking.calendar import days_between
from mteja.tracking.packed import EVENT_SHARDS

type Span = tuple[date, date]

ALL_SHARDS = range(EVENT_SHARDS)


def nightly(now_ms: int, zone: str) -> Span:
    """Return the first and the last day that are made again in a night."""
    today = business_day(now_ms, zone)
    return today - timedelta(days=NIGHTLY_DAYS), today - timedelta(days=1)


def asked(told: Mapping[str, str], sites: Iterable[Site], now_ms: int, zone: str) -> Span:
    """Return the days that somebody asks for by `from` and `to`; a night's where neither is said.

    Raises InvalidInput for what are no days, for days that are not there yet, and for days whose
    events are kept no longer: what was summarised of them would be lost.
    """
    first, last = nightly(now_ms, zone)
    if "from" in told or "to" in told:
        first = _day("from", told.get("from", told.get("to", "")))
        last = _day("to", told.get("to", told.get("from", "")))
    today = business_day(now_ms, zone)
    kept = min((site.keep_days for site in sites), default=0)
    if last < first or last > today:
        raise InvalidInput("to", "a day from `from` to today")
    if today - first > timedelta(days=max(kept - 1, NIGHTLY_DAYS)):
        raise InvalidInput("from", "events of that day are kept no longer")
    return first, last


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field, "a day as 2026-11-22") from None


def orders(first: date, last: date, shards: Iterable[int] = ALL_SHARDS) -> Iterator[Order]:
    """Yield what is to be made for some days: a few days and one shard at a time, so that what
    neighbouring days share is read once."""
    days = days_between(first, last)
    for shard in shards:
        for start in range(0, len(days), NIGHTLY_DAYS):
            some = days[start : start + NIGHTLY_DAYS]
            yield Order(shard, some[0], some[-1])
