"""What is known of all customers, as it is stored: numbers of nobody, each item as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from mteja.predictions.backtest import Verdict
from mteja.predictions.model import Model
from mteja.predictions.recency import Recency
from mteja.predictions.rfm import Bounds
from mteja.products.storing import told
from mteja.store import people_keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key


@dataclass(frozen=True)
class Shop:
    """What the customers of a year have in common. `day`: of which day it is; `people`: customers
    who bought; `returned`: of these, who bought on two days or more. `model` is None where too
    little is known, `recency` where it can't be told what became of anybody."""

    day: str
    people: int
    returned: int
    model: Model | None = None
    recency: Recency | None = None
    verdict: Verdict = field(default_factory=Verdict)
    bounds: Bounds | None = None


@dataclass(frozen=True)
class Month:
    """A month, or what there is of it. `end`: its last day, or the day on which it was made.

    `new`: customers who bought in it and not in the year before, as far as orders are known;
    `returning`: the others who bought in it. `orders`, `net` (minor units by currency): of both.
    `groups`: customers of the year up to `end` by their group, none where they are too few; `gone`:
    those who bought in the year up to the end of the month before, and not in the one up to this.
    `days`: of how many up to `end` orders were known, at most a year's.
    """

    end: str
    people: int
    new: int
    returning: int
    orders: int
    net: dict[str, int]
    gone: int
    groups: dict[str, int] = field(default_factory=dict)
    bounds: Bounds | None = None
    days: int = 0


@dataclass(frozen=True)
class Leaving:
    """A person who may be about to leave: when they bought last, how often within a year, and for
    how much, in minor units of the shop's main currency. `told_on`: the day of the last order that
    was known, also of one that was given back. Such a list holds ids, and lives until the next
    night."""

    customer: str
    group: str
    last_on: str
    orders: int
    net: int
    told_on: str = ""


type Months = Mapping[str, Month]
"""By month: `2026-11`."""

_SHOP = TypeAdapter(Shop)
_LEAVING = TypeAdapter(list[Leaving])
_MONTHS = TypeAdapter(dict[str, Month])


def shop_item(shop: Shop) -> dict[Key, Any]:
    """Return what is put of today, by key."""
    return {people_keys.shop_model(): _SHOP.dump_python(shop, mode="json")}


def months_item(months: Months) -> dict[Key, Any]:
    """Return what is put of months, by key."""
    return {people_keys.shop_months(): _MONTHS.dump_python(dict(months), mode="json")}


def leaving_item(several: list[Leaving]) -> dict[Key, Any]:
    """Return what is put of who may be about to leave, by key."""
    return {people_keys.leaving(): _LEAVING.dump_python(several, mode="json")}


def read_leaving(table: TableApart) -> tuple[list[Leaving], str]:
    """Return who may be about to leave as of last night, the dearest first, and the currency in
    which that is told."""
    keys = [people_keys.leaving(), people_keys.shop_model()]
    stored = table.get_many(keys)
    if len(stored) < len(keys):
        return [], ""
    shop = _SHOP.validate_python(told(stored[keys[1]]))
    several = _LEAVING.validate_python(told(stored[keys[0]]))
    return several, "" if shop.bounds is None else shop.bounds.currency


def read_shop(table: TableApart) -> Shop | None:
    """Return what was made last, None before the first night."""
    return read(table, months=False)[0]


def read(table: TableApart, *, months: bool = True) -> tuple[Shop | None, Months]:
    """Return what was made last of today and, in the same call, of the months."""
    keys = [people_keys.shop_model(), *([people_keys.shop_months()] if months else ())]
    stored = table.get_many(keys)
    shop = stored.get(keys[0])
    of_months = stored.get(people_keys.shop_months())
    return (
        None if shop is None else _SHOP.validate_python(told(shop)),
        {} if of_months is None else _MONTHS.validate_python(told(of_months)),
    )
