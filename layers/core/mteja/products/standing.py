"""What stands of products today, over everybody: saved now, saved but not bought, rated by whom.

Counted are customers, and browsers that are nobody's: of a person who is several linked customers,
each. Who is one person stands at each customer, and is read where one person is asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest

from mteja.products.interest import Interest
from mteja.products.signals import MAX_STARS

# Products that nobody bought stand up to so many, those that most people saved or rated: anybody
# may make up an id.
MAX_NOT_BOUGHT = 5_000


@dataclass
class Standing:
    """Of one product. `saved`: customers and browsers who have it on their list;
    `saved_not_bought`: of these, who have not bought it; `buyers`: customers who bought it;
    `stars`: how many gave 1, 2, 3, 4, 5; `stars_of_buyers`: of these, who are known to have bought
    it."""

    title: str = ""
    saved: int = 0
    saved_not_bought: int = 0
    buyers: int = 0
    stars: list[int] = field(default_factory=lambda: [0] * MAX_STARS)
    stars_of_buyers: list[int] = field(default_factory=lambda: [0] * MAX_STARS)


@dataclass(frozen=True)
class Opinion:
    """What somebody thinks of a product. `who`: a customer or a browser; `verified`: whether a
    signed source or a secret key says that it is them."""

    who: str
    product: str
    interest: Interest
    verified: bool


def standing(
    bought: Mapping[str, Iterable[str]],
    opinions: Iterable[Opinion],
    titles: Mapping[str, str],
) -> dict[str, Standing]:
    """Return by product what stands: of products in orders that count (`bought`, by customer), and
    of at most MAX_NOT_BOUGHT others.

    A rating is a buyer's where it is verified that it is theirs: what anybody could type in a
    customer's name gets no mark.
    """
    found: dict[str, Standing] = {}
    owned = {who: frozenset(products) for who, products in bought.items()}
    for products in owned.values():
        for product in products:
            found.setdefault(product, Standing()).buyers += 1
    for one in opinions:
        stand = found.setdefault(one.product, Standing())
        has_bought = one.product in owned.get(one.who, frozenset())
        if one.interest.is_saved:
            stand.saved += 1
            stand.saved_not_bought += not has_bought
        if (stars := one.interest.rating) is not None:
            stand.stars[stars - 1] += 1
            stand.stars_of_buyers[stars - 1] += has_bought and one.verified
    for product, stand in found.items():
        stand.title = titles.get(product, "")
    others = (product for product, stand in found.items() if not stand.buyers)
    kept = set(nsmallest(MAX_NOT_BOUGHT, others, key=lambda one: (-_people(found[one]), one)))
    return {product: stand for product, stand in found.items() if stand.buyers or product in kept}


def _people(stand: Standing) -> int:
    return stand.saved + sum(stand.stars)
