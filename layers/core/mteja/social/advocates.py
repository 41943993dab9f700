"""Who brought revenue and who has reach: a list of all, made each night and put as a whole.

Who is linked is one person in it, called by the smallest id. It holds ids no longer than until the
next night makes it anew: somebody who is erased is in it for a day at most, and is shown to nobody,
since who reads it reads the person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import batched
from typing import Any

from mteja.customers.items import InteractionItem
from mteja.customers.persons import Persons
from mteja.products.days import Sale
from mteja.products.storing import Shelf, told
from mteja.social.items import ReachItem
from mteja.social.reach import CLASSES, Counted, class_of, counted, greatest, with_counts
from mteja.social.referrals import REMEMBERED_DAYS, Brought, Referrals, Visit
from mteja.store import index_keys, keys, people_keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key
from mteja.store.table import Table
from mteja.times import rfc3339

_IN_ONE_PART = 1_000
_IN_ONE_GET = 100
_NOTHING = Brought()
_RANKS = {name: rank for rank, name in enumerate(reversed(CLASSES), 1)}


@dataclass(frozen=True)
class Advocate:
    """A person who brought orders of `net` minor units by currency in a year, or has `reach`."""

    customer: str
    orders: int
    net: Mapping[str, int]
    reach: Counted | None

    @property
    def reach_class(self) -> str | None:
        return None if self.reach is None else class_of(self.reach.followers)


class Advocates:
    """What the nightly run makes, of the orders that it reads anyway."""

    def __init__(self, customers: Table, persons: Persons, first_ms: int) -> None:
        """Read who has a code or followers, and who came by a link since before `first_ms`."""
        codes: list[tuple[str, str]] = []
        self._counts: dict[str, list[Counted]] = {}
        for item in _reaches(customers):
            customer = keys.customer_of(item.pk)
            if customer is None:
                continue
            who = persons.of(customer)
            if item.code is not None:
                codes.append((item.code, who))
            self._counts.setdefault(who, []).extend(counted(item.followers))
        since = first_ms - timedelta(days=REMEMBERED_DAYS) // timedelta(milliseconds=1)
        self._referrals = Referrals(codes, _visits(customers, persons, since) if codes else ())

    def take(self, _day: date, sales: Sequence[Sale]) -> None:
        """Count the orders of one day, whose buyers are persons."""
        self._referrals.take(sales)

    def put(self, shelf: Shelf, summaries: TableApart, currency: str) -> None:
        """Put the list, and take away parts of it that are no more."""
        several = batched(self._ranked(currency), _IN_ONE_PART, strict=False)
        parts = {
            people_keys.advocates_part(number): [_row(one) for one in some]
            for number, some in enumerate(several)
        }
        shelf.put(parts)
        before = [Key(str(raw["pk"]), str(raw["sk"]))
                  for raw in summaries.query(people_keys.ADVOCATES_PARTITION)]  # fmt: skip
        shelf.remove(key for key in before if key not in parts)

    def _ranked(self, currency: str) -> list[Advocate]:
        found = []
        for who, counts in self._counts.items():
            brought = self._referrals.of.get(who, _NOTHING)
            reach = greatest(with_counts({}, counts))
            one = Advocate(who, brought.orders, dict(brought.net), reach)
            if one.orders or one.reach_class is not None:
                found.append(one)
        return ranked(found, currency)


def ranked(several: Iterable[Advocate], currency: str) -> list[Advocate]:
    """Return who brought most first, in the shop's main currency; of equal revenue who has the
    greater class of reach, then the most followers."""

    def rank(one: Advocate) -> tuple[int, int, int, int, str]:
        followers = 0 if one.reach is None else one.reach.followers
        of_class = _RANKS.get(one.reach_class or "", 0)
        return -one.net.get(currency, 0), -one.orders, -of_class, -followers, one.customer

    return sorted(several, key=rank)


def read_advocates(summaries: TableApart) -> list[Advocate]:
    """Return the list of last night, the best first."""
    rows = (row for raw in summaries.query(people_keys.ADVOCATES_PARTITION) for row in told(raw))
    return [
        Advocate(customer, orders, net, None if reach is None else Counted(*reach))
        for customer, orders, net, reach in rows
    ]


def _row(one: Advocate) -> list[Any]:
    reach = one.reach
    told_reach = None if reach is None else [reach.network, reach.on, reach.followers]
    return [one.customer, one.orders, dict(one.net), told_reach]


def _reaches(table: Table) -> Iterator[ReachItem]:
    for shard in range(index_keys.LOG_SHARDS):
        pointers = table.query(people_keys.reach_log_shard(shard), index="log")
        for some in batched(pointers, _IN_ONE_GET, strict=False):
            stored = table.get_many(Key(str(one["pk"]), str(one["sk"])) for one in some)
            yield from (ReachItem.model_validate(raw) for raw in stored.values())


def _visits(table: Table, persons: Persons, since_ms: int) -> Iterator[Visit]:
    """Yield the visits by personal links since then, of whom a server named."""
    between = (rfc3339(since_ms), "~")
    for shard in range(index_keys.LOG_SHARDS):
        pointers = table.query(people_keys.referral_log_shard(shard), between=between, index="log")
        for some in batched(pointers, _IN_ONE_GET, strict=False):
            stored = table.get_many(Key(str(one["pk"]), str(one["sk"])) for one in some)
            for raw in stored.values():
                item = InteractionItem.model_validate(raw)
                customer = keys.customer_of(item.pk)
                if customer is not None:
                    yield Visit(persons.of(customer), item.at, str(item.data["ref"]))
