"""The purchases of one person: out of the timelines of its members."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from mteja.customers.items import InteractionItem
from mteja.customers.reading import Person
from mteja.predictions.nightly import KEPT_MONTHS
from mteja.predictions.rfm import WINDOW, Bought
from mteja.products.days import given_back
from mteja.store import keys
from mteja.store.table import Table
from mteja.times import business_day, day_begins

MOST_ENTRIES = 10_000
"""Of each member so many of the newest entries are read: some seconds, and ten megabytes."""
_KINDS = ("order", "sale")
# Of months, and of the year before the first of them.
_ALL_DAYS = KEPT_MONTHS * 31 + WINDOW


def bought(entries: Iterable[InteractionItem], zone: str) -> list[Bought]:
    """Return what was bought, of entries of a timeline: orders and sales that count and were not
    wholly given back."""
    found: list[Bought] = []
    for one in entries:
        if one.kind in _KINDS and one.data.get("counts"):
            total, net, refunded = (
                int(str(one.data.get(name) or 0)) for name in ("total", "net", "refunded")
            )
            if not given_back(total, refunded):
                day = business_day(one.at, zone).toordinal()
                found.append(Bought(day, str(one.data.get("currency") or ""), net))
    return found


@dataclass(frozen=True)
class History:
    """What a person bought in the years that matter. `since`: the first day from which on all is
    known, None where nothing was left out."""

    purchases: list[Bought]
    since: date | None = None

    def tells(self, end: date) -> bool:
        """Whether the whole year up to a day is known."""
        return self.since is None or self.since <= end - timedelta(days=WINDOW - 1)


def read_bought(person: Person, table: Table, zone: str, today: date) -> History:
    """Return what a person bought: of each member one Query of the newest MOST_ENTRIES."""
    first = day_begins(today - timedelta(days=_ALL_DAYS), zone)
    between = (keys.interaction_sk(first, ""), f"{keys.INTERACTION_PREFIX}~")
    found: list[Bought] = []
    since = None
    for member in person.members:
        entries = table.query(
            keys.customer_partition(member.id), between=between, newest_first=True
        )
        read = list(islice(entries, MOST_ENTRIES))
        mine = (raw for raw in read if raw["kind"] in _KINDS)
        found += bought(map(InteractionItem.model_validate, mine), zone)
        if len(read) == MOST_ENTRIES:
            last = business_day(int(str(read[-1]["at"])), zone) + timedelta(days=1)
            since = last if since is None else max(since, last)
    if since is not None:
        found = [one for one in found if one.day >= since.toordinal()]
    return History(found, since)


def of_the_year(purchases: Iterable[Bought], today: date) -> list[Bought]:
    """Return those of the year that ends with a day: what the nightly run knows too."""
    end = today.toordinal()
    return [one for one in purchases if end - WINDOW < one.day <= end]


def of_newest(person: Person, zone: str, today: date) -> list[Bought] | None:
    """Return a year's purchases out of entries that were read along with the person; None where
    these do not reach back so far, or none were asked for."""
    first = day_begins(today - timedelta(days=WINDOW), zone)
    for member in person.members:
        latest = member.latest
        if latest.older and (not latest.items or latest.items[-1].at >= first):
            return None
    items = (item for member in person.members for item in member.latest.items)
    return of_the_year(bought(items, zone), today)
