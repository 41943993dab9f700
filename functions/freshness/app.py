"""Nightly: notes since when the fields are known of whom something was told since the last night.

Asked for `{"from": "2026-01-01"}`, it looks at everybody of whom something was told since that day.
What is right stays as it is, so that a run that fails is run again.
"""

from datetime import date
from typing import Any

from mteja import starting
from mteja.business import business
from mteja.freshness.nightly import look
from mteja.observing import logger
from mteja.store.table import customers_table
from mteja.times import now_ms

SERVICE = "freshness"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    since = date.fromisoformat(event["from"]) if "from" in event else None
    looked = look(customers_table(), business().time_zone, now_ms(), since)
    LOG.info("looked", **vars(looked))
    return dict(vars(looked))
