"""Nightly, after the summaries: makes of everybody's orders and favourites what stands of products,
what goes with what, what sells best, what customers do next, and who brings others.

It is made as a whole, so that a run that fails is run again, and run twice it changes nothing.
"""

from typing import Any

from mteja import starting
from mteja.business import business
from mteja.business.load import sites
from mteja.observing import logger
from mteja.products.whole import Shelves, make
from mteja.store.apart import summaries_table
from mteja.store.table import customers_table
from mteja.times import now_ms

SERVICE = "products"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    within = Shelves(customers_table(), summaries_table(), sites().sites, business().time_zone)
    made = make(within, now_ms())
    LOG.info("made", **vars(made))
    return dict(vars(made))
