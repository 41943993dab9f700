"""How measurements are shown: each beside its bar, and by how much it passes or misses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Result:
    """One measurement. `bar` is the most that it may be; None where it is only told."""

    what: str
    measured: float
    bar: float | None
    unit: str = ""
    note: str = ""

    @property
    def missed(self) -> bool:
        return self.bar is not None and self.measured > self.bar

    def row(self) -> list[str]:
        bar = "" if self.bar is None else f"<= {number(self.bar)}"
        return [self.what, f"{number(self.measured)} {self.unit}".strip(), bar, *self._verdict()]

    def _verdict(self) -> list[str]:
        if self.bar is None:
            return ["", self.note]
        if self.missed:
            return [f"MISS by {number(self.measured - self.bar)}", self.note]
        return ["pass", self.note]


def undisturbed(milliseconds: Sequence[float]) -> float:
    """Return the lower quartile. What else the machine does only ever adds to a processor's time
    (cold caches, a slower clock), and not to all alike: medians moved by a tenth between runs in
    which lower quartiles moved by a fortieth."""
    return milliseconds[0] if len(milliseconds) == 1 else quantiles(milliseconds, n=4)[0]


def show(title: str, results: Sequence[Result]) -> None:
    """Print results as a table."""
    rows = [result.row() for result in results]
    table(title, ["", "measured", "bar", "", ""], rows)


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; the first column and the last are text, the others numbers."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print(f"\n{title}")
    for line in lines:
        cells = [
            text.ljust(width) if column in {0, len(head) - 1} else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        print(f"  {'  '.join(cells)}".rstrip())


def number(value: float) -> str:
    """`3` and `3.14`: no decimals that say nothing."""
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"
