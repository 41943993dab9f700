"""Rows of counters, and how the least of them become one."""

from collections import Counter
from collections.abc import Mapping

OTHER = "(other)"
"""Name of the row in which the rest of a list stands. No path is like it: paths begin with `/`."""

MOST_MERGED = 8_000
"""Rows that are held while the parts of many days are merged. A row is lost in the rest where it is
not among the larger half whenever there are more: what is shown is a thousand rows at most."""


def largest(counts: Mapping[str, int], rows: int) -> list[str]:
    """Return the names of the largest rows, the largest first; of equal ones the first by name."""
    named = (name for name in counts if name != OTHER)
    return sorted(named, key=lambda name: (-counts[name], name))[:rows]


def cut_counts(counts: Mapping[str, int], rows: int) -> dict[str, int]:
    """Return the largest rows, and the others as one."""
    kept = {name: counts[name] for name in largest(counts, rows)}
    rest = sum(counts.values()) - sum(kept.values())
    return kept | ({OTHER: rest} if rest else {})


def bounded(counts: Counter[str]) -> Counter[str]:
    """Return counts as they are, or where they are more than MOST_MERGED, the larger half of that,
    and the others as one."""
    if len(counts) <= MOST_MERGED:
        return counts
    return Counter(cut_counts(counts, MOST_MERGED // 2))


def added(*maps: Mapping[str, int]) -> dict[str, int]:
    """Return the sum of counts by name."""
    total: Counter[str] = Counter()
    for one in maps:
        total.update(one)
    return dict(total)
