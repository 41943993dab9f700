"""Daily: hands out the days whose customers are due, a shard at a time, and works them from its
queue. Who is due, and what is done with each: mteja.inactivity. After a change of rules it sets due
dates anew, too.

Asked for `{"day": "2026-11-20"}`, it runs for that day. A bucket that fails comes again, in the end
to the dead-letter queue; a customer who was acted on is due on another day by then.
"""

from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import Any

from mteja import starting
from mteja.aws import clients
from mteja.business import business
from mteja.business.load import watching
from mteja.inactivity import handing_out, queue, runs
from mteja.inactivity.making import job
from mteja.inactivity.replanning import Replanner
from mteja.inactivity.units import Units
from mteja.inactivity.working import Worker
from mteja.observing import logger
from mteja.store.table import customers_table
from mteja.times import now_ms
from mteja.troubles import trouble

SERVICE = "inactivity"
LOG = logger(SERVICE)
# A customer takes some 15 s at most, where AWS is slow; then the rest is handed out again.
LEFT_AT_LEAST_S = 45.0
starting.ready()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if "Records" in event:
        ends = monotonic() + context.get_remaining_time_in_millis() / 1000 - LEFT_AT_LEAST_S
        return work(event["Records"], lambda: monotonic() > ends)
    return hand_out(event)


def hand_out(event: dict[str, Any]) -> dict[str, Any]:
    asked = str(event["day"]) if "day" in event else None
    zone = business().time_zone
    run = handing_out.hand_out(customers_table(), watching(), zone, now_ms(), queue.send, asked)
    day, first, buckets, anew = str(run.day), str(run.first), run.buckets, run.planned_anew
    LOG.info("handed out", day=day, first=first, buckets=buckets, planned_anew=anew)
    return {"day": day, "first": first, "buckets": buckets, "planned_anew": anew}


def work(records: list[dict[str, Any]], until: Callable[[], bool]) -> dict[str, Any]:
    failed: list[dict[str, str]] = []
    for record in records:
        try:
            whole = _work(record, until)
        except Exception as error:
            LOG.error("a bucket failed", bucket=record["body"], **trouble(error))
            whole = False
        if not whole:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _work(record: dict[str, Any], until: Callable[[], bool]) -> bool:
    """Work a message; return whether nobody in it failed."""
    told = queue.from_text(record["body"])
    if isinstance(told, queue.Bucket):
        part = Worker(job(), now_ms, until, _note, _units().used).work(told)
    else:
        part = _replanner(until).work(told)
    if part.rest is not None:
        queue.send([part.rest])
    LOG.info("worked", bucket=record["body"], counts=part.counts, skipped=part.skipped,
             read_units=part.units[0], write_units=part.units[1], ms=part.ms)  # fmt: skip
    return not part.counts[runs.FAILED]


def _replanner(until: Callable[[], bool]) -> Replanner:
    zone = business().time_zone
    return Replanner(customers_table(), watching(), zone, now_ms, until, _units().used)


def _note(error: Exception) -> None:
    LOG.error("a customer failed", **trouble(error))


@cache
def _units() -> Units:
    units = Units()
    units.watch(clients.dynamodb())
    return units
