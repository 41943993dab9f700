"""What customers brought: the orders of others with their personal code, or after a visit by their
personal link. Pure.

An order is brought once, by one customer. A code in the order tells more than a visit before it; of
several visits the last tells, within REMEMBERED_DAYS. Nobody brings their own orders. Visits count
where a server said whose they were: anybody may claim to be somebody who is about to buy.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mteja.products.days import Sale
from mteja.social.codes import codes_in
from mteja.times import DAY_MS

REMEMBERED_DAYS = 30


@dataclass(frozen=True)
class Visit:
    """Somebody came by a personal link. `at`: epoch ms."""

    customer: str
    at: int
    code: str


@dataclass
class Brought:
    """What somebody brought: orders, and their net revenue in minor units by currency."""

    orders: int = 0
    net: Counter[str] = field(default_factory=Counter)


class Referrals:
    """Counts what is brought, as orders are read. `holders`: by customer, their code."""

    def __init__(self, holders: Mapping[str, str], visits: Iterable[Visit] = ()) -> None:
        times = Counter(holders.values())
        # A code that two hold tells of neither.
        self._holder = {code: who for who, code in holders.items() if times[code] == 1}
        self._visits: dict[str, list[Visit]] = {}
        for one in visits:
            self._visits.setdefault(one.customer, []).append(one)
        self.of: dict[str, Brought] = {}

    def take(self, sales: Iterable[Sale]) -> None:
        """Count orders: those that were not wholly given back."""
        for sale in sales:
            who = None if sale.given_back else self._who(sale)
            if who is not None and who != sale.buyer:
                brought = self.of.setdefault(who, Brought())
                brought.orders += 1
                brought.net[sale.currency] += sale.net

    def _who(self, sale: Sale) -> str | None:
        by_code = self._first(codes_in(sale.codes))
        if by_code is not None or sale.buyer is None:
            return by_code
        first = sale.at - REMEMBERED_DAYS * DAY_MS
        before = [one for one in self._visits.get(sale.buyer, ()) if first <= one.at <= sale.at]
        before.sort(key=lambda one: (-one.at, one.code))
        return self._first([one.code for one in before])

    def _first(self, codes: Sequence[str]) -> str | None:
        return next((self._holder[code] for code in codes if code in self._holder), None)
