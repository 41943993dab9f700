"""The queue of the daily job: each message is a bucket, the customers of one shard who are due on
one day. After a change of rules there are others: a day's customers whose due dates are to be set
anew.

A run hands out today's buckets; those of the two days before, whose entries the index may have
shown late; and those of days on which no run came. Handed out twice, worked at once or in any
order, each customer is acted on once (mteja.inactivity.acting).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mteja.aws import clients
from mteja.config import inactivity_queue
from mteja.errors import InvalidInput
from mteja.store import index_keys
from mteja.tracking.calendar import days_between

# The index is behind by well under a second as a rule; so many days before are looked at again.
LAG_DAYS = 2


@dataclass(frozen=True)
class Bucket:
    """Customers of one shard who are due on one day, handed out by the run for a day. `after`: the
    one where another worker stopped; those up to it are done."""

    run: date
    day: date
    shard: int
    after: str = ""

    @property
    def partition(self) -> str:
        """Where they stand in the index `due`: `2026-11-22#3of8`"""
        return index_keys.due_shard(self.day, self.shard)


@dataclass(frozen=True)
class ToldOn:
    """Customers of whom something was told on a day, to be planned anew since rules were changed.
    `run`, `after`: as of a bucket. `first`: the first day whose customers the run looks for: who is
    due on one before that would not come up any more."""

    run: date
    day: date
    first: date
    after: str = ""

    @property
    def partition(self) -> str:
        """What the report has it under: `told#2026-11-22`"""
        return index_keys.log_day(index_keys.TOLD, self.day)


type Work = Bucket | ToldOn


def as_text(work: Work) -> str:
    """Return a bucket, or a day whose customers are planned anew, as the body of a message. It
    holds ids only."""
    told: dict[str, str | int] = {"run": str(work.run), "day": str(work.day)}
    if isinstance(work, Bucket):
        told["shard"] = work.shard
    else:
        told["first"] = str(work.first)
    return json.dumps(told | ({"after": work.after} if work.after else {}))


def from_text(text: str) -> Work:
    """Return what a message is about. Raises ValueError, KeyError or TypeError for another one."""
    told = json.loads(text)
    run, day = (date.fromisoformat(told[name]) for name in ("run", "day"))
    after = str(told.get("after", ""))
    if "shard" not in told:
        return ToldOn(run, day, date.fromisoformat(told["first"]), after)
    return Bucket(run, day, int(told["shard"]), after)


def first_day(run: date, last: date | None) -> date:
    """Return the first day whose customers a run looks for. `last`: the day of the run before; None
    where there was none: who is overdue then is planned anew."""
    first = run if last is None else min(run, last + timedelta(days=1))
    return first - timedelta(days=LAG_DAYS)


def buckets(run: date, first: date) -> Iterator[Bucket]:
    """Yield what a run hands out, the oldest days first: who waits longest comes first."""
    for day in days_between(first, run):
        for shard in range(index_keys.DUE_SHARDS):
            yield Bucket(run, day, shard)


def asked(day: str, today: date) -> date:
    """Return the day for which somebody asks for a run: in the past, today, or tomorrow, to which
    what is overdue already may have been put. Raises InvalidInput for others."""
    try:
        run = date.fromisoformat(day)
    except ValueError:
        raise InvalidInput("day", "a day as 2026-11-22") from None
    if run > today + timedelta(days=1):
        raise InvalidInput("day", "tomorrow at the latest")
    return run


def send(several: Iterable[Work]) -> None:
    """Hand messages out. Raises errors of AWS as they are: handed out again, those that were taken
    change nothing."""
    for one in several:
        clients.sqs().send_message(QueueUrl=inactivity_queue(), MessageBody=as_text(one))
