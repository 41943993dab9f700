"""Nightly: orders the summaries of the last days by a queue, a shard at a time, works those orders,
and destroys the salts that have served.

Asked for `{"from": "2026-11-20", "to": "2026-11-22"}`, it orders those days instead. A message that
fails comes again, in the end to the dead-letter queue; making again what is made changes nothing.
"""

from typing import Any

from mteja import starting
from mteja.business import business
from mteja.business.load import sites
from mteja.observing import logger
from mteja.store.apart import events_table, summaries_table
from mteja.store.table import customers_table
from mteja.summaries import queue
from mteja.summaries.working import Workshop, make
from mteja.times import now_ms
from mteja.tracking import salts
from mteja.troubles import trouble

SERVICE = "summaries"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return work(event["Records"]) if "Records" in event else order(event)


def order(event: dict[str, Any]) -> dict[str, Any]:
    zone, now = business().time_zone, now_ms()
    first, last = queue.asked(event, sites().sites, now, zone)
    salts.destroy_old(events_table(), zone, now)
    messages = queue.send(first, last)
    LOG.info("ordered", first=str(first), last=str(last), messages=messages)
    return {"from": str(first), "to": str(last), "messages": messages}


def work(records: list[dict[str, Any]]) -> dict[str, Any]:
    failed: list[dict[str, str]] = []
    for record in records:
        try:
            made = make(queue.from_text(record["body"]), _workshop(), now_ms())
            LOG.info("made", order=record["body"], **vars(made))
        except Exception as error:
            LOG.error("a summary failed", order=record["body"], **trouble(error))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _workshop() -> Workshop:
    return Workshop(
        events_table(),
        summaries_table(),
        customers_table(),
        sites().sites,
        business().time_zone,
    )
