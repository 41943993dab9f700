"""The purchases of one person: out of the timelines of its members."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from mteja.customers.items import InteractionItem
from mteja.customers.reading import Person
from mteja.predictions.nightly import KEPT_MONTHS
from mteja.predictions.rfm import WINDOW, Bought
from mteja.store import keys
from mteja.store.table import Table
from mteja.times import business_day, day_begins

_KINDS = ("order", "sale")
# Of months, and of the year before the first of them.
_ALL_DAYS = KEPT_MONTHS * 31 + WINDOW


def bought(entries: Iterable[InteractionItem], zone: str) -> list[Bought]:
    """Return what was bought, of entries of a timeline: orders and sales that count and were not
    wholly given back."""
    found: list[Bought] = []
    for one in entries:
        if one.kind in _KINDS and one.data.get("counts"):
            total, net = (int(str(one.data.get(name) or 0)) for name in ("total", "net"))
            if net or not total:
                day = business_day(one.at, zone).toordinal()
                found.append(Bought(day, str(one.data.get("currency") or ""), net))
    return found


def read_bought(person: Person, table: Table, zone: str, today: date) -> list[Bought]:
    """Return what a person bought in the years that matter: of each member one Query."""
    first = day_begins(today - timedelta(days=_ALL_DAYS), zone)
    return bought(_entries(person, table, first), zone)


def _entries(person: Person, table: Table, first: int) -> Iterator[InteractionItem]:
    between = (keys.interaction_sk(first, ""), f"{keys.INTERACTION_PREFIX}~")
    for member in person.members:
        for raw in table.query(keys.customer_partition(member.id), between=between):
            if raw["kind"] in _KINDS:
                yield InteractionItem.model_validate(raw)


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
