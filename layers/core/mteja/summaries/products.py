"""Summary `products`: how many visitors viewed and saved each product, and which were viewed by one
visitor within a day.

A visitor counts once a product and day, however often a page is loaded.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from mteja.products.days import Figures, merged, of_visitor
from mteja.products.signals import VIEWED, Signal, signal_of
from mteja.products.similar import Pairs
from mteja.summaries.days import ShardDay
from mteja.summaries.kinds import Part
from mteja.summaries.rows import OTHER, largest

# So many pairs are kept for each row.
_PAIRS_A_ROW = 10


def of(day: ShardDay) -> Part:
    """Return the part of one shard."""
    by_visitor: dict[str, list[Signal]] = defaultdict(list)
    for told in day.events:
        signal = signal_of(told.event)
        if signal is not None:
            by_visitor[told.visitor].append(signal)
    pairs = Pairs()
    for signals in by_visitor.values():
        viewed = {one.product: one.at for one in signals if one.kind == VIEWED}
        pairs.add(sorted(viewed, key=lambda product: (-viewed[product], product)))
    return _packed(merged(of_visitor(signals) for signals in by_visitor.values()), pairs)


def merge(parts: Iterable[Part]) -> Part:
    """Return parts as one."""
    told = list(parts)
    return _packed(merged(map(figures_of, told)), pairs_of(told))


def cut(part: Part, rows: int) -> Part:
    """Return the most viewed and saved products, all others as one, and the most frequent pairs."""
    figures = figures_of(part)
    seen = {product: one.views + one.saves for product, one in figures.items()}
    kept = {product: figures[product] for product in largest(seen, rows)}
    rest = merged({OTHER: one} for product, one in figures.items() if product not in kept)
    return _packed(kept | rest, pairs_of([part]).most(rows * _PAIRS_A_ROW))


def figures_of(part: Part) -> dict[str, Figures]:
    """Return views, saves and removals by product."""
    return {
        product: Figures(views=views, saves=saves, removals=removals)
        for product, (views, saves, removals) in part["rows"].items()
    }


def pairs_of(parts: Iterable[Part]) -> Pairs:
    """Return which products were viewed together, over all parts."""
    whole = Pairs()
    for part in parts:
        pairs = {(one, other): n for one, beside in part["pairs"].items()
                 for other, n in beside.items()}  # fmt: skip
        whole.merge(Pairs(part["people"], Counter(part["singles"]), Counter(pairs)))
    return whole


def _packed(figures: Mapping[str, Figures], pairs: Pairs) -> Part:
    beside: dict[str, dict[str, int]] = defaultdict(dict)
    for (one, other), n in sorted(pairs.pairs.items()):
        beside[one][other] = n
    return {
        "rows": {product: [one.views, one.saves, one.removals]
                 for product, one in sorted(figures.items())},
        "people": pairs.people,
        "singles": dict(sorted(pairs.singles.items())),
        "pairs": dict(beside),
    }  # fmt: skip
