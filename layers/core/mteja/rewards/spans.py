"""What entries of the ledger are about, apart from how they are counted: an order that earns loads
this, and not the ledger.
"""

from datetime import date
from typing import NamedTuple

EARNED, REVERSED, SPENT, ADJUSTED, EXPIRED = "earned", "reversed", "spent", "adjusted", "expired"


class Span(NamedTuple):
    """When a lot was earned, from which day on it can be spent, and on which it no longer can."""

    earned_on: date
    active_from: date
    expires_on: date | None
