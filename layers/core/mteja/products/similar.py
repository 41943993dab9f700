"""Which products go together: item to item, from what people bought, saved and viewed.

Two products go together where more people did something with both than chance would give. How much
more is told by the log-likelihood ratio of the two-by-two table of people (Dunning, "Accurate
methods for the statistics of surprise and coincidence", Computational Linguistics 19, 1993), made a
strength from 0 to 1 as Apache Mahout does it: 1 - 1/(1 + ratio). Fewer than MIN_SUPPORT people are
no sign; of views, which are counted by visits, fewer than MIN_VISITS. A product's neighbours are
counted one product after the other, so that memory is that of the baskets and not of all pairs.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Protocol

from mteja.likelihood import log_likelihood_ratio

BOUGHT, SAVED, VIEWED = "bought", "saved", "viewed"
# What a sign of each kind weighs: who pays means it, who looks may only look.
WEIGHTS = {BOUGHT: 1.0, SAVED: 0.5, VIEWED: 0.25}
MIN_SUPPORT = 3
# Of visits more: who comes back every day is a visit each day, and one person.
MIN_VISITS = 10
TOP = 20
# Of one person so many products count, the latest: whoever buys everything says nothing, and
# pairs grow with the square.
MAX_BASKET = 50


@dataclass(frozen=True)
class Similar:
    """`people`: by kind of sign, how many did it with both products; of VIEWED, in how many visits
    of a day."""

    product: str
    score: float
    people: Mapping[str, int]


# Pairs that are held while many days are merged.
MOST_PAIRS = 200_000


class Together(Protocol):
    """What people did with products, of one kind."""

    @property
    def people(self) -> int:
        """Return how many people there are."""
        ...

    def products(self) -> Iterable[str]:
        """Return the products that enough people did it with."""
        ...

    def count(self, product: str) -> int:
        """Return how many people did it with a product."""
        ...

    def neighbours(self, product: str) -> Mapping[str, int]:
        """Return by other product how many people did it with both."""
        ...


class Baskets:
    """What each person bought or saved: one basket a person, its products the latest first."""

    def __init__(self, baskets: Iterable[Sequence[str]]) -> None:
        limited = [tuple(dict.fromkeys(one))[:MAX_BASKET] for one in baskets]
        limited = [one for one in limited if one]
        self._count = Counter(product for one in limited for product in one)
        self.people = len(limited)
        # What too few people have can have no neighbour.
        self._baskets = [
            tuple(product for product in one if self._count[product] >= MIN_SUPPORT)
            for one in limited
        ]
        self._with: dict[str, list[int]] = {}
        for number, one in enumerate(self._baskets):
            for product in one:
                self._with.setdefault(product, []).append(number)

    def products(self) -> Iterable[str]:
        return self._with

    def count(self, product: str) -> int:
        return self._count[product]

    def neighbours(self, product: str) -> Mapping[str, int]:
        found: Counter[str] = Counter()
        for number in self._with.get(product, ()):
            found.update(self._baskets[number])
        del found[product]
        return found


@dataclass
class Pairs:
    """What visitors viewed within a day, counted in pairs: nothing of anybody is kept. Days and
    parts of days add up; `people` are visits of a day, and no persons. Of more than MOST_PAIRS the
    rarer ones are lost."""

    people: int = 0
    singles: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, basket: Sequence[str]) -> None:
        """Count one visitor's day: the products viewed, the latest first."""
        products = sorted(dict.fromkeys(basket[:MAX_BASKET]))
        self.people += bool(products)
        self.singles.update(products)
        self.pairs.update(
            (one, other) for at, one in enumerate(products) for other in products[at + 1 :]
        )

    def merge(self, other: "Pairs") -> None:
        self.people += other.people
        self.singles.update(other.singles)
        self.pairs.update(other.pairs)
        if len(self.pairs) > MOST_PAIRS:
            self.pairs = self.most(MOST_PAIRS // 2).pairs

    def among(self, products: Collection[str]) -> "Pairs":
        """Return what is said of some products."""
        singles = {one: n for one, n in self.singles.items() if one in products}
        pairs = {
            both: n for both, n in self.pairs.items() if both[0] in products and both[1] in products
        }
        return Pairs(self.people, Counter(singles), Counter(pairs))

    def most(self, limit: int) -> "Pairs":
        """Return the same with at most so many pairs, the most frequent."""
        if len(self.pairs) <= limit:
            return self
        kept = nsmallest(limit, self.pairs.items(), key=lambda one: (-one[1], one[0]))
        return Pairs(self.people, self.singles, Counter(dict(kept)))


class PairsTogether:
    """Pairs, looked up by product."""

    def __init__(self, pairs: Pairs) -> None:
        self._singles = pairs.singles
        self.people = pairs.people
        self._beside: dict[str, dict[str, int]] = {}
        for (one, other), n in pairs.pairs.items():
            if n >= MIN_VISITS:
                self._beside.setdefault(one, {})[other] = n
                self._beside.setdefault(other, {})[one] = n

    def products(self) -> Iterable[str]:
        return self._beside

    def count(self, product: str) -> int:
        return self._singles[product]

    def neighbours(self, product: str) -> Mapping[str, int]:
        return self._beside.get(product, {})


def strength(both: int, one: int, other: int, people: int) -> float:
    """Return from 0 to 1 how much two products go together. `one` and `other`: how many have each,
    of so many people. 0 where fewer have both than chance would give, or fewer than MIN_SUPPORT."""
    if both < MIN_SUPPORT or both * people <= one * other:
        return 0.0
    ratio = log_likelihood_ratio(both, one - both, other - both, people - one - other + both)
    return 1 - 1 / (1 + ratio)


def similar(signs: Mapping[str, Together]) -> dict[str, list[Similar]]:
    """Return by product the TOP products that go with it, the best first. `signs`: by kind of
    WEIGHTS. A product that goes with none is left out."""
    products = sorted({product for together in signs.values() for product in together.products()})
    found = ((product, _beside(product, signs)) for product in products)
    return {product: beside for product, beside in found if beside}


def _beside(product: str, signs: Mapping[str, Together]) -> list[Similar]:
    scores: dict[str, float] = {}
    people: dict[str, dict[str, int]] = {}
    for kind, together in signs.items():
        mine = together.count(product)
        for other, both in together.neighbours(product).items():
            how_much = strength(both, mine, together.count(other), together.people)
            if how_much:
                scores[other] = scores.get(other, 0.0) + WEIGHTS[kind] * how_much
                people.setdefault(other, {})[kind] = both
    best = nsmallest(TOP, scores, key=lambda other: (-scores[other], other))
    return [Similar(other, scores[other], people[other]) for other in best]
