"""What one day was for products: sold, net revenue, views, saves; and days added up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mteja.products.signals import SAVED, UNSAVED, VIEWED, Signal


@dataclass(frozen=True)
class SoldLine:
    """A line of an order. `total`: minor units, after discounts, without tax that is added."""

    product: str
    title: str
    quantity: int
    total: int


def given_back(total: int, refunded: int) -> bool:
    """Whether all of an order was given back. One for nothing can't be."""
    return 0 < total <= refunded


@dataclass(frozen=True)
class Sale:
    """An order that counts (contract, "What counts"). `buyer`: the customer, None of nobody.

    `total` and `refunded`: minor units of `currency`, with tax and shipping. `codes`: of discounts.
    """

    id: str
    buyer: str | None
    at: int
    currency: str
    total: int
    refunded: int
    lines: tuple[SoldLine, ...]
    codes: tuple[str, ...] = ()

    @property
    def net(self) -> int:
        """What it brought: never below 0."""
        return max(0, self.total - self.refunded)

    @property
    def given_back(self) -> bool:
        """Whether all of it was given back: it was sold to nobody then."""
        return given_back(self.total, self.refunded)


@dataclass(frozen=True)
class Figures:
    """What happened to one product. `sold`: pieces; `orders`: with it; `net`: minor units by
    currency; `views`, `saves`, `removals`: visitors of the day who did so, each once a day."""

    sold: int = 0
    orders: int = 0
    net: Mapping[str, int] = field(default_factory=dict)
    views: int = 0
    saves: int = 0
    removals: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.sold + other.sold,
            self.orders + other.orders,
            _sum(self.net, other.net),
            self.views + other.views,
            self.saves + other.saves,
            self.removals + other.removals,
        )


type Day = dict[str, Figures]
"""By product."""

_NOTHING = Figures()


def kept(sale: Sale) -> list[int]:
    """Return what each line brought, in minor units: its total less its part of what was given
    back.

    A platform tells refunds of an order in money, not by line: each line loses the same part. What
    rounding leaves goes to the lines that lost most by it, so that the lines add up.
    """
    totals = [max(line.total, 0) for line in sale.lines]
    refunded = min(max(sale.refunded, 0), sale.total)
    if refunded <= 0 or sale.total <= 0:
        return totals
    share = sale.total - refunded
    target = sum(totals) * share // sale.total
    parts = [divmod(total * share, sale.total) for total in totals]
    left = target - sum(whole for whole, _ in parts)
    by_loss = sorted(range(len(parts)), key=lambda number: (-parts[number][1], number))
    rounded_up = set(by_loss[:left])
    return [whole + (number in rounded_up) for number, (whole, _) in enumerate(parts)]


def of_sales(sales: Iterable[Sale]) -> Day:
    """Return what orders make of a day. One that was wholly given back sold nothing."""
    day: Day = {}
    for sale in sales:
        if sale.given_back:
            continue
        seen: set[str] = set()
        for line, net in zip(sale.lines, kept(sale), strict=True):
            figures = Figures(
                sold=line.quantity,
                orders=int(line.product not in seen),
                net={sale.currency: net} if net else {},
            )
            seen.add(line.product)
            day[line.product] = day.get(line.product, _NOTHING) + figures
    return day


_COUNTED = {VIEWED: Figures(views=1), SAVED: Figures(saves=1), UNSAVED: Figures(removals=1)}


def of_visitor(signals: Iterable[Signal]) -> Day:
    """Return what one visitor's events make of a day: each product counts once for each kind, so
    that reloading a page sells no product."""
    done = {(one.product, one.kind) for one in signals if one.kind in _COUNTED}
    return merged({product: _COUNTED[kind]} for product, kind in done)


def merged(days: Iterable[Mapping[str, Figures]]) -> Day:
    """Return days, or parts of one, added up."""
    whole: Day = {}
    for day in days:
        for product, figures in day.items():
            whole[product] = whole.get(product, _NOTHING) + figures
    return whole


def titles(sales: Sequence[Sale]) -> dict[str, tuple[int, str]]:
    """Return by product the latest title and since when (epoch ms)."""
    found: dict[str, tuple[int, str]] = {}
    for sale in sales:
        for line in sale.lines:
            if line.title:
                found[line.product] = max(found.get(line.product, (0, "")), (sale.at, line.title))
    return found


def names(told: Mapping[str, tuple[int, str]]) -> dict[str, str]:
    """Return titles by product without since when they are."""
    return {product: title for product, (_, title) in told.items()}


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {
        name: one.get(name, 0) + other.get(name, 0) for name in sorted(one.keys() | other.keys())
    }
