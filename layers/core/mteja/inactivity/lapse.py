"""By which day a customer would usually have bought again.

The 90th percentile of the person's own gaps between days of purchase: nine of ten times they came
back earlier. Of less than three such days nothing can be said by itself, and the shop's median gap
is taken (mteja.products.whole makes it each night). Percentiles between two values are taken in
proportion: method 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice, pairwise
from math import ceil, floor

from mteja.business.winning_back import LAPSE_ORDERS
from mteja.customers.items import InteractionItem
from mteja.customers.reading import Person
from mteja.store import keys
from mteja.store.table import Table
from mteja.times import business_day

PERCENTILE = 0.9
# Of a shop in which nobody has bought twice yet.
USUAL_DAYS = 30
# So many of a member's newest entries are looked at. What somebody did before says little of now.
MOST_ENTRIES = 500


def lapse_day(bought: Iterable[date], shop_days: float | None) -> date:
    """Return the day by which somebody who bought on these days, at least on one, would usually
    have bought again. `shop_days`: the shop's median gap in days, None where it has none."""
    days = sorted(set(bought))
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    if len(days) >= LAPSE_ORDERS:
        usual = percentile(gaps, PERCENTILE)
    else:
        usual = USUAL_DAYS if shop_days is None else shop_days
    return days[-1] + timedelta(days=ceil(usual))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which so much of a sample lies. Raises ValueError for none."""
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below, above = ordered[floor(place)], ordered[ceil(place)]
    return below + (above - below) * (place - floor(place))


def bought_on(table: Table, person: Person, zone: str) -> list[date]:
    """Return the days on which a person bought, of all members: read from their timelines, and from
    what their PROFILEs say of the last one."""
    days: set[date] = set()
    for member in person.members:
        partition = keys.customer_partition(member.id)
        entries = table.query(
            partition, prefix=keys.INTERACTION_PREFIX, newest_first=True, limit=MOST_ENTRIES
        )
        for raw in islice(entries, MOST_ENTRIES):
            if raw["kind"] in {"order", "sale"}:
                entry = InteractionItem.model_validate(raw)
                if entry.data.get("counts"):
                    days.add(business_day(entry.at, zone))
        if member.profile.orders.last is not None:
            days.add(business_day(member.profile.orders.last, zone))
    return sorted(days)
