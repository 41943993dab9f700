"""How good a product is by its ratings, and how sure that is.

The bound is the lower end of a 95 % one-sided credible interval of the mean, where before the first
rating each number of stars is as likely as any other (a Dirichlet prior of one rating each). Few
ratings leave it low: a single 5 has 2.4, fifty of 4.8 have 4.4. Source: Evan Miller, "Ranking items
with star ratings", https://www.evanmiller.org/ranking-items-with-star-ratings.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from mteja.products.signals import MAX_STARS

_Z = 1.645  # 95 %, one-sided


@dataclass(frozen=True)
class Rating:
    """`mean`: of `n` ratings, None without any; `bound`: by which products are ranked."""

    mean: float | None
    n: int
    bound: float | None


def rating(stars: Sequence[int]) -> Rating:
    """Return the rating of a product. `stars`: how many people gave 1, 2, 3, 4 and 5 stars."""
    n = sum(stars)
    if not n:
        return Rating(None, 0, None)
    total = n + MAX_STARS
    prior = [(value, count + 1) for value, count in enumerate(stars, start=1)]
    expected = sum(value * count for value, count in prior) / total
    squared = sum(value * value * count for value, count in prior) / total
    bound = expected - _Z * sqrt((squared - expected * expected) / (total + 1))
    mean = sum(value * count for value, count in enumerate(stars, start=1)) / n
    return Rating(mean, n, bound)
