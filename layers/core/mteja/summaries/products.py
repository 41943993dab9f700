"""Summary `products`: how many visitors viewed and saved each product, and which were viewed by one
visitor within a day.

A visitor counts once a product and day, however often a page is loaded.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import add

from mteja.products.days import Figures, merged, of_visitor
from mteja.products.signals import VIEWED, Signal, signal_of
from mteja.products.similar import Pairs
from mteja.summaries.days import ShardDay
from mteja.summaries.kinds import Part
from mteja.summaries.rows import MOST_MERGED, OTHER, largest

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
    """Return parts as one. They are taken one after the other, and need not be there together."""
    rows: dict[str, list[int]] = {}
    pairs = Pairs()
    for part in parts:
        for product, told in part["rows"].items():
            known = rows.get(product)
            rows[product] = told if known is None else list(map(add, known, told))
        if len(rows) > MOST_MERGED:
            rows = _rows(_largest(_figures(rows), MOST_MERGED // 2))
        pairs.merge(_pairs(part))
    return _packed(_figures(rows), pairs)


def cut(part: Part, rows: int) -> Part:
    """Return the most viewed and saved products, all others as one, and of those that are kept the
    most frequent pairs."""
    figures = _largest(figures_of(part), rows)
    pairs = _pairs(part).among(figures).most(rows * _PAIRS_A_ROW)
    return _packed(figures, pairs)


def without_pairs(part: Part) -> Part:
    """Return a part for whoever asks only how many viewed and saved what."""
    return part | {"people": 0, "singles": {}, "pairs": {}}


def _largest(figures: Mapping[str, Figures], rows: int) -> dict[str, Figures]:
    """Return the most viewed and saved products, and all others as one."""
    seen = {product: one.views + one.saves for product, one in figures.items()}
    kept = {product: figures[product] for product in largest(seen, rows)}
    rest = merged({OTHER: one} for product, one in figures.items() if product not in kept)
    return kept | rest


def figures_of(part: Part) -> dict[str, Figures]:
    """Return views, saves and removals by product."""
    return _figures(part["rows"])


def _figures(rows: Mapping[str, Sequence[int]]) -> dict[str, Figures]:
    return {
        product: Figures(views=views, saves=saves, removals=removals)
        for product, (views, saves, removals) in rows.items()
    }


def _rows(figures: Mapping[str, Figures]) -> dict[str, list[int]]:
    return {product: [one.views, one.saves, one.removals]
            for product, one in sorted(figures.items())}  # fmt: skip


def pairs_of(parts: Iterable[Part]) -> Pairs:
    """Return which products were viewed together, over all parts, taken one after the other."""
    whole = Pairs()
    for part in parts:
        whole.merge(_pairs(part))
    return whole


def _pairs(part: Part) -> Pairs:
    pairs = {(one, other): n for one, beside in part["pairs"].items()
             for other, n in beside.items()}  # fmt: skip
    return Pairs(part["people"], Counter(part["singles"]), Counter(pairs))


def _packed(figures: Mapping[str, Figures], pairs: Pairs) -> Part:
    beside: dict[str, dict[str, int]] = defaultdict(dict)
    for (one, other), n in sorted(pairs.pairs.items()):
        beside[one][other] = n
    return {
        "rows": _rows(figures),
        "people": pairs.people,
        "singles": dict(sorted(pairs.singles.items())),
        "pairs": dict(beside),
    }
