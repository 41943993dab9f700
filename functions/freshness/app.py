"""Nightly: notes since when the fields are known of whom something was told since the last night.

What does not fit into one run is left to the next: the schedule starts it several times a night,
and where all is done it goes back to sleep. Asked for `{"from": "2026-01-01"}`, it looks at
everybody of whom something was told since that day. What is right stays as it is, so that a run
that fails is run again.
"""

from datetime import date
from time import monotonic
from typing import Any

from mteja import starting
from mteja.business import business
from mteja.freshness.nightly import Looked, is_done, look
from mteja.observing import logger
from mteja.store.table import customers_table
from mteja.times import now_ms
from mteja.troubles import trouble

SERVICE = "freshness"
LOG = logger(SERVICE)
# Some hundreds of customers are looked at between two looks at the clock.
LEFT_AT_LEAST_S = 90.0
_TOLD = 20
starting.ready()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    ends = monotonic() + context.get_remaining_time_in_millis() / 1000 - LEFT_AT_LEAST_S
    since = date.fromisoformat(event["from"]) if "from" in event else None
    table, zone, now = customers_table(), business().time_zone, now_ms()
    if since is None and is_done(table, zone, now):
        return dict(vars(Looked()))
    failed: list[ValueError] = []
    looked = look(table, zone, now, since, lambda: monotonic() > ends, failed.append)
    LOG.info("looked", failed=len(failed), **vars(looked))
    if failed:  # all others are done: the alarm is for those who can't be read
        for error in failed[:_TOLD]:
            LOG.error("a customer can't be read", **trouble(error))
        raise RuntimeError(f"customers can't be read: {len(failed)}")
    return dict(vars(looked))
