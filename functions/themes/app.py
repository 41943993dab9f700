"""Nightly: makes of the texts that answers to surveys hold what sets detractors apart.

It is made as a whole, so that a run that fails is run again, and run twice it changes nothing.
Texts are opened with the keys of their months, never with a customer's; only counts are kept.
"""

from typing import Any

from mteja import config, starting
from mteja.aws import clients
from mteja.business import business
from mteja.business.load import asking, surveying
from mteja.observing import count, logger
from mteja.store.apart import summaries_table
from mteja.store.table import customers_table
from mteja.surveys.theming import Theming, make
from mteja.times import now_ms
from mteja.vault.keyring import Keyring

SERVICE = "themes"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    keyring = Keyring(clients.kms(), config.settings().wrapping_key)
    within = Theming(customers_table(), summaries_table(), keyring, business().time_zone)
    made = make(surveying(), asking(), within, now_ms())
    if made.unreadable:
        count(SERVICE, "Unreadable", made.unreadable)
    LOG.info("made", **vars(made))
    return dict(vars(made))
