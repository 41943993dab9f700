"""How good suggestions are, and how long it takes to work out what goes together.

Of each household of a public purchase history the last basket is left out. From all other baskets
we suggest ten products that the household never bought; it is a hit where one of them is in the
last basket. Beside that, what the best sellers alone would hit: of all time, and weighted by age as
our report weighs them. The weight of popularity was chosen on households with even numbers, so that
only those with odd ones are counted here.
"""

import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mteja.products.days import Sale, SoldLine
from mteja.products.similar import BOUGHT, Baskets, Similar, similar
from mteja.products.suggest import Popular, Touched, strongest, suggest
from mteja.products.whole import Bought, best_sellers, latest_first
from mteja.times import business_day
from mteja_bench.history import Basket, read
from mteja_bench.report import Result
from mteja_local.place import Place

_SUGGESTED = 10
_BASELINE = "best sellers of all time"
_ZONE = "Etc/UTC"
_BUDGET_S = 60
_BUDGET_MB = 512


@dataclass(frozen=True)
class Left:
    """One household: what it had bought, when last (epoch ms), and what was new in its last
    basket."""

    had: Mapping[str, int]
    new: frozenset[str]


@dataclass(frozen=True)
class Known:
    """What the other baskets say."""

    similar: Mapping[str, Sequence[Similar]]
    popular: Sequence[Popular]
    all_time: Sequence[str]


def measure(place: Place) -> list[Result]:
    """Return hit rates and times. Raises LocalError where the history can't be fetched."""
    households = read(place)
    began = time.process_time()
    bought, today = _bought(households)
    beside = _beside(bought)
    took = time.process_time() - began
    tracemalloc.start()
    _beside(bought)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    buyers = Counter(product for mine in bought.last.values() for product in mine)
    popular = best_sellers(bought.sold, buyers, today)
    all_time = sorted(buyers, key=lambda product: (-buyers[product], product))
    known = Known(beside, popular, all_time)
    left = _left(households, bought, odd=True)
    return [
        *_hits(left, known),
        Result(
            "what goes together, worked out of all orders",
            round(took, 1),
            _BUDGET_S,
            "s",
            f"{bought.orders} orders, {len(bought.last)} people, {len(beside)} products",
        ),
        Result("memory of that, the orders' own apart", round(peak), _BUDGET_MB, "MB"),
    ]


def _bought(households: Mapping[int, Sequence[Basket]]) -> tuple[Bought, date]:
    """Return what all baskets but the last ones say, taken up as the nightly run does it."""
    days: dict[date, list[Sale]] = {}
    for household, baskets in households.items():
        for basket in baskets[:-1]:
            lines = tuple(SoldLine(product, "", n, 100) for product, n in basket.pieces.items())
            total = sum(line.total for line in lines)
            sale = Sale(basket.id, str(household), basket.at, "USD", total, 0, lines)
            days.setdefault(business_day(basket.at, _ZONE), []).append(sale)
    bought = Bought()
    for day, sales in sorted(days.items()):
        bought.take(day, sales)
    return bought, max(days)


def _beside(bought: Bought) -> dict[str, list[Similar]]:
    return similar({BOUGHT: Baskets(map(latest_first, bought.last.values()))})


def _left(households: Mapping[int, Sequence[Basket]], bought: Bought, *, odd: bool) -> list[Left]:
    found: list[Left] = []
    for household, baskets in sorted(households.items()):
        had = bought.last.get(str(household), {})
        new = frozenset(baskets[-1].pieces.keys() - had.keys())
        if household % 2 == odd and had and new:
            found.append(Left(had, new))
    return found


def _hits(left: Sequence[Left], known: Known) -> list[Result]:
    def ours(one: Left) -> list[str]:
        touched = strongest(Touched(product, BOUGHT, at) for product, at in one.had.items())
        found = suggest(touched, one.had, known.similar, known.popular, _SUGGESTED)
        return [suggestion.product for suggestion in found]

    def best_of(ranked: Sequence[str]) -> Callable[[Left], list[str]]:
        return lambda one: [it for it in ranked if it not in one.had][:_SUGGESTED]

    rates = {
        "suggestions": _rates(left, ours),
        _BASELINE: _rates(left, best_of(known.all_time)),
        "best sellers weighted by age": _rates(
            left, best_of([one.product for one in known.popular])
        ),
    }
    hit, rank = rates.pop("suggestions")
    results = [
        Result(f"of {len(left)} households, hit by ten suggestions", round(100 * hit, 2), None,
               "%", f"mean reciprocal rank {rank:.4f}"),
    ]  # fmt: skip
    for name, (baseline, its_rank) in rates.items():
        note = f"{100 * baseline:.2f} % hit, mean reciprocal rank {its_rank:.4f}"
        ratio = round(baseline / hit, 2)
        # Those weighted by age are a part of ours: told, and no bar.
        bar = 1.0 if name == _BASELINE else None
        results.append(Result(f"{name}: hits, of ours", ratio, bar, "times", note))
    return results


def _rates(left: Sequence[Left], suggested: Callable[[Left], list[str]]) -> tuple[float, float]:
    """Return the hit rate and the mean reciprocal rank of the first hit."""
    ranks = [
        next((n for n, product in enumerate(suggested(one), 1) if product in one.new), None)
        for one in left
    ]
    hits = [rank for rank in ranks if rank is not None]
    return len(hits) / len(left), sum(1 / rank for rank in hits) / len(left)
