"""Nightly: works out what became of the offers of the last month, and whether they did anything.

Asked for `{"from": "2026-10-20", "to": "2026-11-22"}`, it makes those days again instead. A night
that is cut off goes on when it is started again; making again what is made changes nothing.
"""

from typing import Any

from mteja import starting
from mteja.business import business
from mteja.observing import logger
from mteja.offers.reckoning import Reckoner, asked
from mteja.store.apart import summaries_table
from mteja.store.table import customers_table
from mteja.times import now_ms

SERVICE = "winback"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    reckoner = Reckoner(customers_table(), summaries_table(), business().time_zone)
    now = now_ms()
    days, offers = reckoner.make_some(asked(event) or reckoner.tonight(now), now_ms)
    LOG.info("made", days=days, offers=offers)
    return {"days": days, "offers": offers}
