"""What a customer may want next: what goes with what they bought, saved and looked at, and what
sells well.

What goes together and what sells best are each brought to 0 to 1, the best being 1, and added,
selling with POPULARITY. Its weight was chosen on one half of the households of a public purchase
history and measured on the other (docs/benchmarks.md): most people want what most people want, and
each a little of what others like them do.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from mteja.products.similar import BOUGHT, SAVED, VIEWED, WEIGHTS, Similar

# Reasons that are shown of one suggestion, the strongest.
MAX_REASONS = 3
# Of what a customer did, so many products are looked at, the strongest and latest.
MAX_TOUCHED = 50
POPULAR = "popular"
POPULARITY = 2.0


@dataclass(frozen=True)
class Touched:
    """What a customer did with a product: the strongest of bought, saved, viewed, and when last."""

    product: str
    how: str
    at: int


@dataclass(frozen=True)
class Reason:
    """`people` did `how` with `product`, which the customer has touched, and with the suggestion;
    of `popular`, bought the suggestion."""

    how: str
    people: int
    product: str | None = None


@dataclass(frozen=True)
class Popular:
    """A product that sells well. `people` bought it; `share`: of the best seller's score."""

    product: str
    people: int
    share: float


@dataclass(frozen=True)
class Suggestion:
    product: str
    score: float
    because: tuple[Reason, ...]


_STRENGTH = {BOUGHT: 2, SAVED: 1, VIEWED: 0}


def strongest(touched: Iterable[Touched]) -> list[Touched]:
    """Return one a product, the strongest sign and its latest time: at most MAX_TOUCHED, the
    strongest and latest."""
    by_product: dict[str, Touched] = {}
    for one in touched:
        known = by_product.get(one.product)
        if known is None or _rank(one) > _rank(known):
            by_product[one.product] = one
    ordered = sorted(by_product.values(), key=lambda one: one.product)
    return sorted(ordered, key=_rank, reverse=True)[:MAX_TOUCHED]


def suggest(
    touched: Sequence[Touched],
    not_new: Collection[str],
    similar_to: Mapping[str, Sequence[Similar]],
    popular: Sequence[Popular],
    limit: int,
) -> list[Suggestion]:
    """Return what may be wanted next, the likeliest first, nothing of `not_new`.

    How much something goes with what the customer touched adds up over all of it, each time as much
    as the sign weighs. Of what goes with nothing of it, it is said that it sells well.
    """
    beside: dict[str, float] = {}
    reasons: dict[str, list[tuple[float, Reason]]] = {}
    for one in touched:
        for other in similar_to.get(one.product, ()):
            if other.product not in not_new:
                score = WEIGHTS[one.how] * other.score
                beside[other.product] = beside.get(other.product, 0.0) + score
                how = max(other.people, key=lambda kind: WEIGHTS[kind])
                reason = Reason(how, other.people[how], one.product)
                reasons.setdefault(other.product, []).append((score, reason))
    most = max(beside.values(), default=1.0)
    scores = {product: score / most for product, score in beside.items()}
    for seller in popular:
        if seller.product not in not_new:
            known = scores.get(seller.product, 0.0)
            scores[seller.product] = known + POPULARITY * seller.share
            reasons.setdefault(seller.product, [(0.0, Reason(POPULAR, seller.people))])
    best = nsmallest(limit, scores, key=lambda product: (-scores[product], product))
    return [
        Suggestion(product, scores[product], _strongest_reasons(reasons[product]))
        for product in best
    ]


def _strongest_reasons(reasons: Iterable[tuple[float, Reason]]) -> tuple[Reason, ...]:
    ordered = sorted(reasons, key=lambda one: (-one[0], one[1].product or ""))
    return tuple(reason for _, reason in ordered[:MAX_REASONS])


def _rank(one: Touched) -> tuple[int, int]:
    return _STRENGTH[one.how], one.at
