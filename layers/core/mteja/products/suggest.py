"""What a customer may want next: what goes with what they bought, saved and looked at."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from mteja.products.similar import BOUGHT, SAVED, VIEWED, WEIGHTS, Similar

# Reasons that are shown of one suggestion, the strongest.
MAX_REASONS = 3
# Of what a customer did, so many products are looked at, the strongest and latest.
MAX_TOUCHED = 50
POPULAR = "popular"


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
    popular: Sequence[tuple[str, int]],
    limit: int,
) -> list[Suggestion]:
    """Return what may be wanted next, the likeliest first, nothing of `not_new`.

    A suggestion's score adds up over what the customer touched: how much the two go together times
    what the sign weighs. Where that gives fewer than `limit`, best sellers follow with score 0:
    `popular` are products with how many people bought them, the best first.
    """
    scores: dict[str, float] = {}
    reasons: dict[str, list[tuple[float, Reason]]] = {}
    for one in touched:
        for beside in similar_to.get(one.product, ()):
            if beside.product in not_new:
                continue
            score = WEIGHTS[one.how] * beside.score
            scores[beside.product] = scores.get(beside.product, 0.0) + score
            how = max(beside.people, key=lambda kind: WEIGHTS[kind])
            reason = Reason(how, beside.people[how], one.product)
            reasons.setdefault(beside.product, []).append((score, reason))
    best = nsmallest(limit, scores, key=lambda product: (-scores[product], product))
    found = [
        Suggestion(product, scores[product], _strongest_reasons(reasons[product]))
        for product in best
    ]
    return found + _popular(popular, {*not_new, *best}, limit - len(found))


def _popular(
    popular: Sequence[tuple[str, int]], but_not: Collection[str], limit: int
) -> list[Suggestion]:
    rest = [(product, people) for product, people in popular if product not in but_not]
    return [
        Suggestion(product, 0.0, (Reason(POPULAR, people),))
        for product, people in rest[: max(limit, 0)]
    ]


def _strongest_reasons(reasons: Iterable[tuple[float, Reason]]) -> tuple[Reason, ...]:
    ordered = sorted(reasons, key=lambda one: (-one[0], one[1].product or ""))
    return tuple(reason for _, reason in ordered[:MAX_REASONS])


def _rank(one: Touched) -> tuple[int, int]:
    return _STRENGTH[one.how], one.at
