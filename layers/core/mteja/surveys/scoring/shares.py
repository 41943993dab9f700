"""How often each option was chosen, of those who answered, with its interval (Wilson)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mteja.intervals import wilson
from mteja.surveys.answers import Value


@dataclass(frozen=True)
class Share:
    option: str
    count: int
    share: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Shares:
    """Of `n` who answered. Of several choices, shares add up to more than one."""

    n: int
    items: tuple[Share, ...]


def shares(values: Iterable[Value], options: Sequence[str] = ()) -> Shares:
    """Return the share of each option, the most chosen first, `options` that nobody chose included.
    Values are one option or several; None, a question that was skipped, is not counted. Numbers are
    options too."""
    counts: Counter[str] = Counter(dict.fromkeys(options, 0))
    n = 0
    for value in values:
        if value is None:
            continue
        n += 1
        counts.update(dict.fromkeys(value, 1) if isinstance(value, tuple) else {str(value): 1})
    ordered = sorted(counts, key=lambda option: (-counts[option], option))
    return Shares(n, tuple(_share(option, counts[option], n) for option in ordered))


def _share(option: str, count: int, n: int) -> Share:
    return Share(option, count, round(count / n, 4) if n else 0.0, wilson(count, n))
