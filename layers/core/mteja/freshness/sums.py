"""What rows of freshness add up to: how many persons have a field since which day. Pure."""

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import batched

type Cell = tuple[str, str, str]
"""Field, day of the last observation, and the day until which it is suspect; "" where it is not."""


@dataclass(frozen=True)
class Row:
    """One person: by field the day on which it was last observed, and of suspect fields the day
    until which they are, as `2026-11-22`."""

    seen: Mapping[str, str]
    suspect: Mapping[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> list[Cell]:
        return [(name, day, self.suspect.get(name, "")) for name, day in self.seen.items()]


@dataclass(frozen=True)
class Sums:
    """How many persons there are, and how many in each cell."""

    persons: int = 0
    cells: Mapping[Cell, int] = field(default_factory=dict)

    def changed(self, before: Iterable[Row], after: Iterable[Row]) -> "Sums":
        """Return the sums with some rows in the place of others."""
        gone, come = list(before), list(after)
        cells = Counter(dict(self.cells))
        cells.subtract(cell for row in gone for cell in row.cells)
        cells.update(cell for row in come for cell in row.cells)
        left = {cell: number for cell, number in cells.items() if number}
        return Sums(self.persons - len(gone) + len(come), left)

    def __add__(self, other: "Sums") -> "Sums":
        cells = Counter(dict(self.cells))
        cells.update(other.cells)
        return Sums(self.persons + other.persons, dict(cells))


def packed(sums: Sums) -> bytes:
    """Return the cells as bytes: the same sums always as the same. By field and end of suspicion
    each day, as the number of days since the one before, with its number: a quarter of the days
    themselves, and as much faster."""
    tree: dict[str, dict[str, list[int]]] = {}
    before: dict[tuple[str, str], int] = {}
    for name, day, until in sorted(sums.cells):
        number = date.fromisoformat(day).toordinal()
        told = tree.setdefault(name, {}).setdefault(until, [])
        told += [number - before.get((name, until), 0), sums.cells[name, day, until]]
        before[name, until] = number
    text = json.dumps(tree, separators=(",", ":"), sort_keys=True)
    return zlib.compress(text.encode())


def unpacked(persons: int, cells: bytes) -> Sums:
    """Return the sums of bytes that `packed` made."""
    tree: dict[str, dict[str, list[int]]] = json.loads(zlib.decompress(cells))
    found: dict[Cell, int] = {}
    for name, by_end in tree.items():
        for until, told in by_end.items():
            day = 0
            for since, number in batched(told, 2, strict=True):
                day += since
                found[name, str(date.fromordinal(day)), until] = number
    return Sums(persons, found)
