"""Rows of one order, put together while the file is read: never more than a window in memory."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2s

from mteja.imports.cells import Refused, Row

WINDOW = 500


@dataclass
class Group:
    """The rows of one order, or one customer. `refused` says why none of it can be recorded."""

    rows: list[Row] = field(default_factory=list)
    refused: Refused | None = None

    @property
    def line(self) -> int:
        return self.rows[0].line


def one_by_one(rows: Iterable[Row]) -> Iterator[Group]:
    """Yield a group for each row: a file of customers."""
    for row in rows:
        yield Group([row])


def by_order(rows: Iterable[Row], name: str) -> Iterator[Group]:
    """Yield the rows of each order, in the order of first rows. `name` is the field that tells.

    Exports put an order's rows together. Rows that stand at most WINDOW orders apart are put
    together
    too; what stands further apart is refused as a second part, since it would replace the first
    one's lines. Of each order 8 bytes are remembered for that, about 6 MB for 100,000.
    """
    window: OrderedDict[str, Group] = OrderedDict()
    gone: set[int] = set()
    for row in rows:
        key = row.text(name)
        if not key:
            yield Group([row], Refused(name, "missing"))
            continue
        if key not in window:
            if _short(key) in gone:
                why = f"a second part of an order, more than {WINDOW} orders after the first one"
                yield Group([row], Refused(name, why))
                continue
            window[key] = Group()
            if len(window) > WINDOW:
                left, group = window.popitem(last=False)
                gone.add(_short(left))
                yield group
        window[key].rows.append(row)
    yield from window.values()


def _short(key: str) -> int:
    return int.from_bytes(blake2s(key.encode(), digest_size=8).digest())
