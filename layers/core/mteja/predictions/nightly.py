"""What is made of all customers once a night, of the orders of a year that are read for products
anyway, and of some weeks before: what they have in common, and what each month was.

Customers who are linked are one person here, who is called by the smallest of their ids.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import nsmallest

from mteja.predictions import rfm, storing
from mteja.predictions.backtest import HORIZON, backtest, fitted
from mteja.predictions.recency import learnt
from mteja.predictions.rfm import Bought, Measures
from mteja.predictions.storing import Leaving, Month, Months, Shop
from mteja.products.days import Sale
from mteja.products.storing import Shelf
from mteja.store.apart import TableApart

KEPT_MONTHS = 24
# Of those who may be about to leave so many are listed: more than anybody calls or writes to.
MAX_LEAVING = 500
# A month that is over is made anew for a week, for what comes late; then it stays as it was.
_SETTLES_DAYS = 7
# Of a month before the first night: with fewer days of orders up to its end, nothing is made.
_LEAST_DAYS = 180
MORE_DAYS = 31 + _SETTLES_DAYS
"""So many days before the year are needed too: who has gone, and who is new, is told by the year
before a month, which is made for the last time a week after it."""


@dataclass
class Purchases:
    """What persons bought, as it is read, day by day. `of`: by person, in the order of days;
    `first`: the first day on which anybody bought; `given_back`: by person, the last day with an
    order of theirs that was wholly given back."""

    zone: str
    of: dict[str, list[Bought]] = field(default_factory=dict)
    first: date | None = None
    given_back: dict[str, int] = field(default_factory=dict)

    def take(self, day: date, sales: Sequence[Sale]) -> None:
        """Add the orders of one day, whose buyers are persons: those that were not wholly given
        back."""
        for sale in sales:
            if sale.buyer is None:
                continue
            if sale.given_back:
                self.given_back[sale.buyer] = day.toordinal()
            else:
                self.first = self.first or day
                mine = self.of.setdefault(sale.buyer, [])
                mine.append(Bought(day.toordinal(), sale.currency, sale.net))

    def days(self, today: date) -> dict[str, list[int]]:
        """Return by person on which days they bought, of those who did in the year that ends with
        a day."""
        end = today.toordinal()
        found = {
            one: sorted({it.day for it in several if end - rfm.WINDOW < it.day <= end})
            for one, several in self.of.items()
        }
        return {one: days for one, days in found.items() if days}

    def known_days(self, end: date) -> int:
        """Return of how many days up to a day orders are known, at most a year's."""
        known = 0 if self.first is None else (end - self.first).days + 1
        return max(0, min(rfm.WINDOW, known))


def make(summaries: TableApart, shelf: Shelf, purchases: Purchases, today: date) -> None:
    """Make it all, of the purchases of a year and MORE_DAYS, and put it."""
    made = shop(purchases, today)
    shelf.put(storing.shop_item(made) | storing.leaving_item(leaving(purchases, made, today)))
    _, before = storing.read(summaries)
    shelf.put(storing.months_item(months(purchases, before, today)))


def shop(purchases: Purchases, today: date) -> Shop:
    """Return what customers have in common. Pure."""
    days_of, end = purchases.days(today), today.toordinal()
    currency = rfm.main_currency(purchases.of)
    return Shop(
        str(today),
        len(days_of),
        sum(len(days) > 1 for days in days_of.values()),
        fitted(days_of, end),
        learnt(days_of, end - HORIZON, HORIZON),
        backtest(days_of, end),
        rfm.bounds(list(_measured(purchases, today, currency).values()), currency),
    )


def leaving(purchases: Purchases, of: Shop, today: date) -> list[Leaving]:
    """Return who may be about to leave, whom it would be dearest to lose first. Pure."""
    if of.bounds is None:
        return []
    found: list[Leaving] = []
    for one, known in _measured(purchases, today, of.bounds.currency).items():
        name = rfm.group(of.bounds.scores(known))
        if name in rfm.LEAVING:
            last = today - timedelta(days=known.recency)
            told = max(last.toordinal(), purchases.given_back.get(one, 0))
            found.append(
                Leaving(one, name, str(last), known.frequency, known.money,
                        str(date.fromordinal(told)))
            )  # fmt: skip
    return nsmallest(MAX_LEAVING, found, key=lambda one: (-one.net, one.last_on, one.customer))


def months(purchases: Purchases, before: Months, today: date) -> Months:
    """Return the months, this one too, in their order. One that is over for longer than a week
    stays as it was made before, but where it was made before its end, or where orders of longer
    ago are known by now (an import). Pure."""
    made = {_name(today): _month(purchases, today)}
    for end in rfm.month_ends(today, KEPT_MONTHS):
        name, known = _name(end), purchases.known_days(end)
        settled = today - end > timedelta(days=_SETTLES_DAYS)
        old = before.get(name)
        if old is not None and settled and not _is_better(known, old, end):
            made[name] = old
        elif old is not None or known >= (_LEAST_DAYS if settled else 1):
            made[name] = _month(purchases, end)
    return dict(sorted(made.items()))


def _is_better(known: int, old: Month, end: date) -> bool:
    """Whether a month that ends with a day is better made anew, of so many days of orders."""
    return known > old.days if old.end == str(end) else known >= _LEAST_DAYS


def _month(purchases: Purchases, end: date) -> Month:
    first, days = end.replace(day=1), purchases.known_days(end)
    currency = rfm.main_currency(purchases.of)
    measured = _measured(purchases, end, currency)
    bounds = rfm.bounds(list(measured.values()), currency, days)
    earlier = _measured(purchases, first - timedelta(days=1), currency)
    net: Counter[str] = Counter()
    orders = new = returning = 0
    for one, several in purchases.of.items():
        in_it = [it for it in several if first.toordinal() <= it.day <= end.toordinal()]
        orders += len(in_it)
        for it in in_it:
            net[it.currency] += it.net
        new += bool(in_it) and one not in earlier
        returning += bool(in_it) and one in earlier
    groups = {} if bounds is None else rfm.counts(measured.values(), bounds)
    gone = len(earlier.keys() - measured.keys())
    return Month(
        str(end), len(measured), new, returning, orders, dict(sorted(net.items())), gone,
        groups, bounds, days,
    )  # fmt: skip


def _measured(purchases: Purchases, on: date, currency: str) -> dict[str, Measures]:
    """Return by person, of those who bought in the year up to a day, their measures then."""
    found = {one: rfm.measures(several, on, currency) for one, several in purchases.of.items()}
    return {one: known for one, known in found.items() if known is not None}


def _name(day: date) -> str:
    """`2026-11`"""
    return day.isoformat()[:7]
