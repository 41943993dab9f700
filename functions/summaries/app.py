"""Nightly: makes the summaries of the last days, and destroys the salts that have served. The
schedule starts several of it, each with some shards of the visitors (docs/decisions/0029).

Asked for `{"from": "2026-11-20", "to": "2026-11-22"}`, it makes those days instead, all shards
where it is told none. Where one fails the others are made all the same; then the whole comes again,
in the end to the dead-letter queue. Making again what is made changes nothing.
"""

from typing import Any

from mteja import starting
from mteja.business import business
from mteja.business.load import sites
from mteja.errors import Unmade
from mteja.observing import logger
from mteja.store.apart import events_table, salts_table, summaries_table
from mteja.store.table import customers_table
from mteja.summaries import ordering
from mteja.summaries.working import Order, Workshop, make
from mteja.times import now_ms
from mteja.tracking import salts
from mteja.troubles import trouble

SERVICE = "summaries"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    zone, now = business().time_zone, now_ms()
    first, last = ordering.asked(event, sites().sites, now, zone)
    salts.destroy_old(salts_table(), zone, now)
    orders = list(ordering.orders(first, last, event.get("shards", ordering.ALL_SHARDS)))
    failed = [order for order in orders if not _made(order, now)]
    if failed:
        raise Unmade(f"{len(failed)} of {len(orders)} orders")
    return {"from": str(first), "to": str(last), "orders": len(orders)}


def _made(order: Order, now: int) -> bool:
    told: dict[str, Any] = {
        "shard": order.shard,
        "first": str(order.first),
        "last": str(order.last),
    }
    try:
        made = make(order, _workshop(), now)
    except Exception as error:
        LOG.error("a summary failed", **told, **trouble(error))
        return False
    LOG.info("made", **told, **vars(made))
    return True


def _workshop() -> Workshop:
    return Workshop(
        events_table(),
        summaries_table(),
        customers_table(),
        sites().sites,
        business().time_zone,
    )
