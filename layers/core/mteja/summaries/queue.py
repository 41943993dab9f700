"""The queue of summaries: each message is one shard and some days, which one worker makes."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from mteja.aws import clients
from mteja.business.sites import Site
from mteja.config import summaries_queue
from mteja.errors import InvalidInput
from mteja.summaries.reading import NIGHTLY_DAYS
from mteja.summaries.working import Order
from mteja.times import business_day
from mteja.tracking.calendar import days_between
from mteja.tracking.packed import EVENT_SHARDS

type Span = tuple[date, date]


def as_text(order: Order) -> str:
    """Return an order as the body of a message."""
    told = {"shard": order.shard, "from": str(order.first), "to": str(order.last)}
    return json.dumps(told)


def from_text(text: str) -> Order:
    """Return the order of a message."""
    told = json.loads(text)
    first, last = (date.fromisoformat(told[name]) for name in ("from", "to"))
    return Order(int(told["shard"]), first, last)


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


def orders(first: date, last: date) -> Iterator[Order]:
    """Yield what is to be made for some days: a few days and one shard at a time, so that what
    neighbouring days share is read once."""
    days = days_between(first, last)
    for start in range(0, len(days), NIGHTLY_DAYS):
        some = days[start : start + NIGHTLY_DAYS]
        for shard in range(EVENT_SHARDS):
            yield Order(shard, some[0], some[-1])


def send(first: date, last: date) -> int:
    """Tell the workers what to make; return how many messages. Raises errors of AWS as they are:
    what was sent until then is made, and made again changes nothing."""
    waiting = list(orders(first, last))
    for order in waiting:
        clients.sqs().send_message(QueueUrl=summaries_queue(), MessageBody=as_text(order))
    return len(waiting)
