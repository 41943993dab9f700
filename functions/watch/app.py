"""Hourly: is a source silent that was heard from? Its shop may have switched our webhook off."""

from typing import Any

from mteja import starting
from mteja.business import business
from mteja.observing import count, logger
from mteja.sources.silence import silent_sources
from mteja.store.table import customers_table
from mteja.times import now_ms

SERVICE = "watch"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(_event: dict[str, Any], _context: object) -> dict[str, list[str]]:
    declared = business()
    sources = [one.id for one in declared.sources]
    silent = silent_sources(customers_table(), sources, now_ms(), declared.time_zone)
    for source in silent:
        LOG.warning("a source is silent", source=source)
    if not silent:
        LOG.info("every source is heard as usual")
    count(SERVICE, "SourceSilent", len(silent))
    return {"silent": silent}
