"""How long a shop's customers usually stay away: the median of all gaps between the days on which
the same customer bought, over a year's orders.

Gaps that have not ended are not in it, so that it is short rather than long.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mteja.products.days import Sale
from mteja.products.storing import told_of
from mteja.store import product_keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key


@dataclass
class Gaps:
    """Gaps between purchases, told day by day in their order. What is kept of a customer is the
    day of the last one."""

    last: dict[str, date] = field(default_factory=dict)
    days: Counter[int] = field(default_factory=Counter)

    def take(self, day: date, sales: Iterable[Sale]) -> None:
        """Add the orders of one day; several of one customer are one."""
        for buyer in {sale.buyer for sale in sales if sale.buyer is not None}:
            if buyer in self.last:
                self.days[(day - self.last[buyer]).days] += 1
            self.last[buyer] = day


def median(days: Mapping[int, int]) -> float | None:
    """Return the median of gaps that are counted by their days; None of none."""
    number = sum(days.values())
    if not number:
        return None
    passed, below = 0, None
    for gap in sorted(days):
        passed += days[gap]
        if below is not None:
            return (below + gap) / 2
        if 2 * passed == number:
            below = gap
        elif 2 * passed > number:
            return float(gap)
    return None


def gap_item(gaps: Gaps) -> dict[Key, Any]:
    """Return the shop's median gap by key, and of how many gaps it is."""
    told = {"median": median(gaps.days), "gaps": gaps.days.total()}
    return {product_keys.usual_gap(): told}


def read_gap(table: TableApart) -> float | None:
    """Return the shop's median gap in days; None where nobody bought twice, or no night was yet."""
    for raw in table.get_many([product_keys.usual_gap()]).values():
        found = told_of(raw)["median"]
        return None if found is None else float(found)
    return None
