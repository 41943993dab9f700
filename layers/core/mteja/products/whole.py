"""What is made of everybody once a night: days of selling, what stands of products, what goes with
what, what sells best, the median gap between purchases, what customers do next (mteja.predictions),
and who brings others (mteja.social).

All of it is worked out anew from the orders of a year, what people think, and the days of viewing,
and written as a whole: run twice it changes nothing, a refund of last month is in it, and whoever
was erased is in none of it. Memory is what was bought, one set of products a customer, and of
their orders a day and a sum each (docs/benchmarks.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

from mteja.business.sites import Site
from mteja.customers.persons import Persons, read_persons
from mteja.predictions import nightly
from mteja.predictions.nightly import MORE_DAYS, Purchases
from mteja.predictions.rfm import main_currency
from mteja.products import ranking, storing
from mteja.products.days import Day, Sale, names, of_sales, titles
from mteja.products.gaps import gap_item
from mteja.products.reading import opinions, sales_of
from mteja.products.similar import (
    BOUGHT,
    SAVED,
    VIEWED,
    Baskets,
    Pairs,
    PairsTogether,
    similar,
)
from mteja.products.standing import Opinion, standing
from mteja.products.storing import Shelf
from mteja.products.suggest import Popular
from mteja.social.advocates import Advocates
from mteja.store import product_keys
from mteja.store.apart import TableApart
from mteja.store.table import Table
from mteja.summaries.products import pairs_of
from mteja.summaries.storing import read_parts
from mteja.times import business_day, day_begins
from mteja.tracking.calendar import days_between

# Orders of so many days count: a year, so that every season is in it once.
ORDER_DAYS = 365
# Views of so many days count: what is looked at together changes with what is new.
VIEW_DAYS = 30
POPULAR = 100


@dataclass(frozen=True)
class Shelves:
    """What the run reads and writes, and what the owner's file says."""

    customers: Table
    summaries: TableApart
    sites: Sequence[Site]
    zone: str


class Taker(Protocol):
    def take(self, day: date, sales: Sequence[Sale], /) -> object: ...


@dataclass
class Bought:
    """What the orders of a year say. `last`: by buyer and product, when last bought (epoch ms);
    `sold`: by product and day, in how many orders it was. Pieces would say less of what the next
    person wants: who buys screws buys hundreds."""

    last: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    titles: dict[str, tuple[int, str]] = field(default_factory=dict)
    sold: dict[str, dict[date, int]] = field(default_factory=lambda: defaultdict(dict))
    orders: int = 0

    def take(self, day: date, sales: Sequence[Sale]) -> tuple[Day, dict[str, str]]:
        """Add the orders of one day; return what they make of it, and its titles by product."""
        self.orders += len(sales)
        made, titled = of_sales(sales), titles(sales)
        for product, told in titled.items():
            self.titles[product] = max(self.titles.get(product, told), told)
        for product, figures in made.items():
            self.sold[product][day] = figures.orders
        for sale in sales:
            if sale.buyer is not None and not sale.given_back:
                for line in sale.lines:
                    mine = self.last[sale.buyer]
                    mine[line.product] = max(mine.get(line.product, 0), sale.at)
        return made, names(titled)


@dataclass(frozen=True)
class Made:
    """What was done, in numbers: orders read, products that stand, products with similar ones,
    customers who bought, items written."""

    orders: int
    products: int
    similar: int
    customers: int
    written: int


def make(within: Shelves, now_ms: int) -> Made:
    """Make it all. Raises errors of AWS as they are: begun again, it ends in the same."""
    today = business_day(now_ms, within.zone)
    shelf = Shelf(within.summaries, now_ms)
    purchases = Purchases(within.zone)
    first = today - timedelta(days=ORDER_DAYS)
    persons = read_persons(within.customers)
    advocates = Advocates(within.customers, persons, day_begins(first, within.zone))
    for day in days_between(first - timedelta(days=MORE_DAYS), first - timedelta(days=1)):
        purchases.take(day, by_person(sales_of(within.customers, [day]), persons))
    bought = _days(within, shelf, today, persons, [purchases, advocates])
    thought = list(opinions(within.customers))
    beside = similar(
        {
            BOUGHT: Baskets(map(latest_first, bought.last.values())),
            SAVED: Baskets(_liked(thought)),
            VIEWED: PairsTogether(_viewed(within, today)),
        }
    )
    named = names(bought.titles)
    stands = standing(bought.last, thought, named)
    before = storing.read_standing(within.summaries)
    shelf.put(storing.similar_items(beside, named))
    parts = storing.standing_parts(stands, beside)
    shelf.put(parts)
    buyers = {product: stand.buyers for product, stand in stands.items()}
    shelf.put(gap_item(purchases.days(today).values()))
    shelf.put(storing.popular_item(best_sellers(bought.sold, buyers, today), named))
    shelf.remove(product_keys.similar(product) for product in sorted(before.beside - beside.keys()))
    shelf.remove(key for key in before.parts if key not in parts)
    nightly.make(within.summaries, shelf, purchases, today)
    advocates.put(shelf, within.summaries, main_currency(purchases.of))
    customers = len(purchases.of)
    return Made(bought.orders, len(stands), len(beside), customers, shelf.put_items)


def best_sellers(
    sold: Mapping[str, Mapping[date, int]], buyers: Mapping[str, int], today: date
) -> list[Popular]:
    """Return what sells best now, the best first."""
    scores = {product: ranking.best_seller_score(days, today) for product, days in sold.items()}
    ordered = sorted(scores, key=lambda product: (-scores[product], product))[:POPULAR]
    most = max(scores.values(), default=0.0) or 1.0
    return [Popular(product, buyers.get(product, 0), scores[product] / most) for product in ordered]


def by_person(sales: Iterable[Sale], persons: Persons) -> list[Sale]:
    """Return sales with the person as the buyer, instead of the customer."""
    return [
        one if one.buyer is None else replace(one, buyer=persons.of(one.buyer)) for one in sales
    ]


def _days(
    within: Shelves, shelf: Shelf, today: date, persons: Persons, takers: Iterable[Taker]
) -> Bought:
    """Read the orders of a year, day by day, for all who take them by person, and put each day as
    it is now."""
    bought = Bought()
    for day in days_between(today - timedelta(days=ORDER_DAYS), today):
        sales = list(sales_of(within.customers, [day]))
        theirs = by_person(sales, persons)
        for one in takers:
            one.take(day, theirs)
        figures, titled = bought.take(day, sales)
        over = day_begins(day + timedelta(days=1), within.zone)
        told = storing.sold_day(figures, titled)
        shelf.put({product_keys.sales_day(day): told}, fresh_since=over if day < today else 0)
    return bought


def _viewed(within: Shelves, today: date) -> Pairs:
    first = today - timedelta(days=VIEW_DAYS)
    return pairs_of(
        one.part
        for site in within.sites
        for one in read_parts(within.summaries, "products", site.id, first, today)
    )


def latest_first(last: Mapping[str, int]) -> list[str]:
    """Return products by when something was last done with them, the latest first."""
    return sorted(last, key=lambda product: (-last[product], product))


def _liked(thought: Sequence[Opinion]) -> list[list[str]]:
    """Return what each saved or rated well, the latest first."""
    by_person: dict[str, dict[str, int]] = defaultdict(dict)
    for one in thought:
        if one.interest.likes:
            said = [told[0] for told in (one.interest.saved, one.interest.stars) if told]
            by_person[one.who][one.product] = max(said)
    return [latest_first(by_person[who]) for who in sorted(by_person)]
