"""Daily: hands out the days whose customers are due, a shard at a time, and works them from its
queue. Who is due, and what is done with each: mteja.inactivity.

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
from mteja.inactivity import queue, runs
from mteja.inactivity.making import job
from mteja.inactivity.units import Units
from mteja.inactivity.working import Worker
from mteja.observing import logger
from mteja.store.table import customers_table
from mteja.times import business_day, now_ms
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
    table, now = customers_table(), now_ms()
    run = business_day(now, business().time_zone)
    if "day" in event:
        run = queue.asked(str(event["day"]), run)
        first = queue.first_day(run, run)
    else:
        first = queue.first_day(run, runs.last_run(table))
    several = list(queue.buckets(run, first))
    runs.note_run(table, run, first, len(several), now)
    queue.send(several)
    if "day" not in event:
        runs.note_last(table, run)
    LOG.info("handed out", day=str(run), first=str(first), buckets=len(several))
    return {"day": str(run), "first": str(first), "buckets": len(several)}


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
    """Work a bucket; return whether nobody in it failed."""
    bucket = queue.from_text(record["body"])
    worker = Worker(job(), now_ms, until, _note, _units().used)
    worked = worker.work(bucket)
    if worked.rest is not None:
        queue.send([worked.rest])
    part = worked.part
    LOG.info("worked", bucket=record["body"], counts=part.counts, skipped=part.skipped,
             read_units=part.units[0], write_units=part.units[1], ms=part.ms)  # fmt: skip
    return not part.counts[runs.FAILED]


def _note(error: Exception) -> None:
    LOG.error("a customer failed", **trouble(error))


@cache
def _units() -> Units:
    units = Units()
    units.watch(clients.dynamodb())
    return units
