"""What staff ask of products: the report, what goes with one, and what one customer may want."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice
from typing import Any

from mteja.business.sites import Site
from mteja.customers.items import InteractionItem
from mteja.customers.reading import Person
from mteja.products import report, storing
from mteja.products.days import Sale, merged, names, of_sales, titles
from mteja.products.reading import sale_of, sales_of, thoughts
from mteja.products.similar import BOUGHT, SAVED, VIEWED
from mteja.products.storing import SoldDay
from mteja.products.suggest import Suggestion, Touched, strongest, suggest
from mteja.store import keys
from mteja.store.table import Table
from mteja.summaries import products as views
from mteja.summaries import reading
from mteja.summaries.reading import NIGHTLY_DAYS, Tables, Whole
from mteja.times import business_day, day_begins
from mteja.tracking.calendar import days_between

# Of a person's timeline so many entries are read for what they bought, the newest.
MAX_READ = 2_000
_PURCHASES = frozenset({"order", "sale"})


@dataclass(frozen=True)
class Looking:
    """One request. `now` is in epoch milliseconds."""

    customers: Table
    tables: Tables
    zone: str
    now: int

    def report(self, sites: Sequence[Site], first: date, last: date, by: str) -> dict[str, Any]:
        """Return the rows of the report, in the order `by`, what was seen of other products, the
        last day that is in it, and the days of which not all was seen."""
        today = business_day(self.now, self.zone)
        wholes, until = self._seen(sites, first, min(last, today))
        seen = merged(views.figures_of(one.part) for one in wholes)
        stands = storing.read_standing(self.tables.summaries).stands
        sold = self._sold(days_between(first, until), today)
        found = report.rows(sold, seen, stands, first, until, today)
        return {
            "until": str(until),
            "incomplete": [str(day) for day in sorted({*chain(*(it.incomplete for it in wholes))})],
            "items": report.shown(found, by),
            "other": report.others(seen),
        }

    def _seen(self, sites: Sequence[Site], first: date, last: date) -> tuple[list[Whole], date]:
        """Return what was seen on all sites, and the last day that is in it: the same of all."""
        how: Any = {"tables": self.tables, "zone": self.zone, "now_ms": self.now}
        how |= {"shorten": views.without_pairs}
        wholes = [reading.read("products", site, first, last, **how) for site in sites]
        until = min([last, *(one.until for one in wholes)])
        if any(one.until > until for one in wholes):
            return self._seen(sites, first, until)
        return wholes, until

    def _sold(self, days: Sequence[date], today: date) -> dict[date, SoldDay]:
        """Return days of selling: as they were made at night, and the last ones as they are now."""
        stored = storing.read_sold(self.tables.summaries, days)
        for day in days:
            over = day_begins(day + timedelta(days=1), self.zone)
            made = stored.get(day)
            fresh = made is not None and made.made_at >= over
            if not fresh and today - day < timedelta(days=1 + NIGHTLY_DAYS):
                stored[day] = self._sold_now(day)
        return stored

    def _sold_now(self, day: date) -> SoldDay:
        sales = list(sales_of(self.customers, [day]))
        return SoldDay(of_sales(sales), names(titles(sales)), self.now)

    def similar(self, product: str) -> list[dict[str, Any]]:
        """Return what goes with a product, the best first, with how many people did what with
        both. Nothing for a product that nothing is known of."""
        beside = storing.read_similar(self.tables.summaries, [product])
        return [
            {
                "product_id": one.product,
                "title": beside.titles[one.product] or None,
                "score": one.score,
                "because": [
                    {"how": how, "people": people, "product_id": product}
                    for how, people in sorted(one.people.items())
                ],
            }
            for one in beside.similar.get(product, ())
        ]

    def suggestions(self, person: Person, limit: int) -> list[dict[str, Any]]:
        """Return what a person may want next and has had nothing to do with yet."""
        touched = self._touched(person)
        done, not_new = strongest(touched), {one.product for one in touched}
        beside = storing.read_similar(self.tables.summaries, [one.product for one in done])
        popular, best = storing.read_popular(self.tables.summaries)
        found = suggest(done, not_new, beside.similar, popular, limit)
        return [_suggested(one, {**best, **beside.titles}) for one in found]

    def _touched(self, person: Person) -> list[Touched]:
        found = [
            Touched(line.product, BOUGHT, sale.at)
            for sale in bought(person, self.customers)
            for line in sale.lines
        ]
        items = [item for member in person.members for item in member.interests]
        for product, thought in thoughts(items).items():
            interest = thought.interest
            if interest.is_saved or interest.rating is not None:
                told = [one[0] for one in (interest.saved, interest.stars) if one is not None]
                found.append(Touched(product, SAVED if interest.likes else VIEWED, max(told)))
            elif interest.last_day is not None:
                at = day_begins(interest.last_day, self.zone)
                found.append(Touched(product, VIEWED, at))
        return found


def bought(person: Person, table: Table) -> list[Sale]:
    """Return what a person bought and did not give back, the newest first."""
    found: list[Sale] = []
    for member in person.members:
        entries = table.query(
            keys.customer_partition(member.id), prefix=keys.INTERACTION_PREFIX, newest_first=True
        )
        found += _sales(islice(entries, MAX_READ), table)
    return sorted(found, key=lambda one: (-one.at, one.id))


def _sales(entries: Iterable[Mapping[str, Any]], table: Table) -> Iterable[Sale]:
    for raw in entries:
        if raw["kind"] in _PURCHASES:
            sale = sale_of(InteractionItem.model_validate(raw), table)
            if sale is not None and not sale.given_back:
                yield sale


def _suggested(one: Suggestion, named: Mapping[str, str]) -> dict[str, Any]:
    return {
        "product_id": one.product,
        "title": named.get(one.product) or None,
        "score": round(one.score, 4),
        "because": [
            {"how": reason.how, "people": reason.people, "product_id": reason.product}
            for reason in one.because
        ],
    }
