"""Whether two ways of knowing one thing say the same: where people say that they heard of us, and
by which way they were seen to come.

The agreement is the share of people of whom both say the same. Much of that is chance where most
come by one way; Cohen's kappa is what is left of it: (po - pe) / (1 - pe), 1 where both always say
the same, 0 where they do as often as chance would give, less where less (Cohen, "A Coefficient of
Agreement for Nominal Scales", Educational and Psychological Measurement 20(1), 1960). It is
undefined, and None, where both always say one and the same thing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from mteja.tracking import referrers

# What a measured way is called by those who are asked. Who came directly, or from our own pages,
# was not seen to come by any way.
_AS_SAID = {
    referrers.SEARCH: "search",
    referrers.SOCIAL: "social",
    referrers.PAID: "advert",
    referrers.CAMPAIGN: "advert",
    referrers.EMAIL: "other",
    referrers.ASSISTANT: "other",
    referrers.REFERRAL: "other",
}
_SAYS_NOTHING = "dont-remember"


@dataclass(frozen=True)
class Cell:
    """How many said one thing and were measured as another."""

    declared: str
    measured: str
    count: int


@dataclass(frozen=True)
class Agreement:
    """`matrix` is of everybody of whom both are known; `compared` of them can agree. `share` and
    `kappa` are None where nobody can."""

    matrix: tuple[Cell, ...]
    compared: int
    share: float | None
    kappa: float | None


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """Return how far what people say agrees with what was measured. A pair is a channel of
    mteja.heard_from and a class of mteja.tracking.referrers. Who does not remember, and whoever was
    seen to come by no way, is in the matrix alone; who heard of us from a friend and came by a
    search is a disagreement, and the reason to ask."""
    counts = Counter(pairs)
    comparable: Counter[tuple[str, str]] = Counter()
    for (declared, measured), count in counts.items():
        if declared != _SAYS_NOTHING and measured in _AS_SAID:
            comparable[declared, _AS_SAID[measured]] += count
    ordered = sorted(counts, key=lambda pair: (-counts[pair], pair))
    share, kappa = observed_and_kappa(comparable)
    cells = tuple(Cell(declared, measured, counts[declared, measured])
                  for declared, measured in ordered)  # fmt: skip
    return Agreement(cells, comparable.total(), share, kappa)


def observed_and_kappa(counts: Counter[tuple[str, str]]) -> tuple[float | None, float | None]:
    """Return the share of pairs whose two sides are the same, and Cohen's kappa."""
    n = counts.total()
    if not n:
        return None, None
    ones: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for (one, other), count in counts.items():
        ones[one] += count
        others[other] += count
    same = sum(count for (one, other), count in counts.items() if one == other)
    # Whole numbers as long as they can be: where chance alone gives 1, it is exactly 1.
    by_chance = sum(ones[name] * others[name] for name in ones)
    kappa = (same * n - by_chance) / (n * n - by_chance) if by_chance < n * n else None
    return round(same / n, 4), None if kappa is None else round(kappa, 4)
