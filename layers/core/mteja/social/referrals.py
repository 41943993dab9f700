"""What customers brought: the orders of others with their personal code, or after a visit by their
personal link. Pure.

An order is brought once, by one person. A code in the order tells more than a visit before it; of
several visits the last tells, within REMEMBERED_DAYS. Nobody brings their own orders, nor does
one's own code hide whoever else brought one. Visits count where a server said whose they were:
anybody may claim to be somebody who is about to buy.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from mteja.products.days import Sale
from mteja.social.codes import codes_in
from mteja.times import DAY_MS

REMEMBERED_DAYS = 30


@dataclass(frozen=True)
class Visit:
    """A person came by a personal link. `at`: epoch ms."""

    who: str
    at: int
    code: str


@dataclass
class Brought:
    """What somebody brought: orders, and their net revenue in minor units by currency."""

    orders: int = 0
    net: Counter[str] = field(default_factory=Counter)


class Referrals:
    """Counts what is brought, as orders are read. `holders`: codes, each with the person who holds
    it; one that two hold tells of neither."""

    def __init__(self, holders: Iterable[tuple[str, str]], visits: Iterable[Visit] = ()) -> None:
        by_code: dict[str, set[str]] = {}
        for code, who in holders:
            by_code.setdefault(code, set()).add(who)
        self._holder = {code: who for code, (who, *others) in by_code.items() if not others}
        self._visits: dict[str, list[Visit]] = {}
        for one in visits:
            self._visits.setdefault(one.who, []).append(one)
        self.of: dict[str, Brought] = {}

    def take(self, sales: Iterable[Sale]) -> None:
        """Count orders, whose buyers are persons: those that were not wholly given back."""
        for sale in sales:
            who = None if sale.given_back else self._who(sale)
            if who is not None:
                brought = self.of.setdefault(who, Brought())
                brought.orders += 1
                brought.net[sale.currency] += sale.net

    def _who(self, sale: Sale) -> str | None:
        first = sale.at - REMEMBERED_DAYS * DAY_MS
        theirs = () if sale.buyer is None else self._visits.get(sale.buyer, ())
        before = [one for one in theirs if first <= one.at <= sale.at]
        before.sort(key=lambda one: (-one.at, one.code))
        codes = (*codes_in(sale.codes), *(one.code for one in before))
        holders = (self._holder.get(code) for code in codes)
        return next((who for who in holders if who not in {None, sale.buyer}), None)
