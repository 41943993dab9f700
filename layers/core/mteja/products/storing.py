"""What is worked out of products, as it is stored: JSON, compressed, each as a whole.

Made again of the same facts it is the same to the byte, and then it is not written again.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import batched
from typing import Any

from mteja.products.days import Day, Figures
from mteja.products.similar import Similar
from mteja.products.standing import Standing
from mteja.products.suggest import Popular
from mteja.store import product_keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key
from mteja.tracking.items import SummaryItem

_IN_ONE_PART = 1_000
_ROUNDED = 4
_NOTHING = Standing()


@dataclass(frozen=True)
class SoldDay:
    """A day as it is stored: what was sold, titles by product, when it was made (epoch ms)."""

    figures: Day
    titles: Mapping[str, str]
    made_at: int


class Shelf:
    """Puts what has changed, and counts it."""

    def __init__(self, table: TableApart, made_at: int) -> None:
        self._table = table
        self._made_at = made_at
        self.put_items = 0

    def put(self, several: Mapping[Key, Any], *, fresh_since: int = 0) -> None:
        """Write what differs from what is there, or was made before `fresh_since` (epoch ms)."""
        for some in batched(several.items(), 100, strict=False):
            stored = self._table.get_many(key for key, _ in some)
            for key, told in some:
                data, known = _bytes(told), stored.get(key)
                if known is None or known["data"] != data or _made(known) < fresh_since:
                    item = SummaryItem(pk=key.pk, sk=key.sk, made_at=self._made_at, data=data)
                    self._table.put(item.model_dump())
                    self.put_items += 1

    def remove(self, several: Iterable[Key]) -> None:
        for key in several:
            self._table.delete(key)


def sold_day(figures: Day, titles: Mapping[str, str]) -> Any:
    """Return a day in the form in which it is stored."""
    return {
        product: [titles.get(product, ""), one.sold, one.orders, dict(one.net)]
        for product, one in figures.items()
    }


def read_sold(table: TableApart, days: Iterable[date]) -> dict[date, SoldDay]:
    """Return what was sold on days, those that were made."""
    wanted = {product_keys.sales_day(day): day for day in days}
    found: dict[date, SoldDay] = {}
    for key, raw in table.get_many(wanted).items():
        told = _json(raw["data"])
        figures = {product: Figures(sold=sold, orders=orders, net=net)
                   for product, (_, sold, orders, net) in told.items()}  # fmt: skip
        names = {product: str(one[0]) for product, one in told.items()}
        found[wanted[key]] = SoldDay(figures, names, _made(raw))
    return found


def standing_parts(
    stands: Mapping[str, Standing], beside: Mapping[str, Sequence[Similar]]
) -> dict[Key, Any]:
    """Return what stands of all products, in parts by key. Each product says whether it has
    similar ones, so that the next night takes away what is no more: one that was only looked at
    too."""
    told = [
        [product, asdict(stands.get(product, _NOTHING)), product in beside]
        for product in sorted(stands.keys() | beside.keys())
    ]
    parts = batched(told, _IN_ONE_PART, strict=False)
    return {product_keys.products_part(number): list(part) for number, part in enumerate(parts)}


@dataclass(frozen=True)
class Stored:
    """What stands of products, as it was made last; of these, those that have similar ones; and
    the keys of its parts."""

    stands: Mapping[str, Standing]
    beside: frozenset[str]
    parts: tuple[Key, ...]


def read_standing(table: TableApart) -> Stored:
    """Return what stands of all products."""
    stands: dict[str, Standing] = {}
    beside: set[str] = set()
    parts: list[Key] = []
    for raw in table.query(product_keys.PRODUCTS_PARTITION):
        parts.append(Key(str(raw["pk"]), str(raw["sk"])))
        for product, told, has_similar in _json(raw["data"]):
            stands[product] = Standing(**told)
            if has_similar:
                beside.add(product)
    return Stored(stands, frozenset(beside), tuple(parts))


def similar_items(
    beside: Mapping[str, Sequence[Similar]], titles: Mapping[str, str]
) -> dict[Key, Any]:
    """Return what goes with each product, by key."""
    return {
        product_keys.similar(product): [
            [one.product, titles.get(one.product, ""), round(one.score, _ROUNDED), dict(one.people)]
            for one in several
        ]
        for product, several in beside.items()
    }


@dataclass(frozen=True)
class Beside:
    """What goes with products, and the titles of what does."""

    similar: Mapping[str, Sequence[Similar]]
    titles: Mapping[str, str]


def read_similar(table: TableApart, products: Iterable[str]) -> Beside:
    """Return what goes with some products; those that nothing goes with are left out."""
    wanted = {product_keys.similar(product): product for product in products}
    titles: dict[str, str] = {}
    found: dict[str, list[Similar]] = {}
    for key, raw in table.get_many(wanted).items():
        rows = list(_rows(raw["data"], titles))
        found[wanted[key]] = rows
    return Beside(found, titles)


def _rows(data: object, titles: dict[str, str]) -> Iterator[Similar]:
    for product, title, score, people in _json(data):
        titles[product] = title
        yield Similar(product, score, people)


def popular_item(popular: Sequence[Popular], titles: Mapping[str, str]) -> dict[Key, Any]:
    """Return the best sellers by key."""
    rows = [
        [one.product, titles.get(one.product, ""), one.people, round(one.share, _ROUNDED)]
        for one in popular
    ]
    return {product_keys.popular(): rows}


def read_popular(table: TableApart) -> tuple[list[Popular], dict[str, str]]:
    """Return the best sellers, the best first, and their titles."""
    stored = table.get_many([product_keys.popular()])
    rows = [row for raw in stored.values() for row in _json(raw["data"])]
    titles = {product: title for product, title, _, _ in rows}
    return [Popular(product, people, share) for product, _, people, share in rows], titles


def told_of(raw: Mapping[str, object]) -> Any:
    """Return what a stored item tells."""
    return _json(raw["data"])


def _bytes(told: Any) -> bytes:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return zlib.compress(text.encode("utf-8", "replace"), 9)


def _json(data: object) -> Any:
    return json.loads(zlib.decompress(data if isinstance(data, bytes) else b""))


def told(raw: Mapping[str, object]) -> Any:
    """Return what a stored item tells."""
    return _json(raw["data"])


def _made(raw: Mapping[str, object]) -> int:
    return int(str(raw["made_at"]))
