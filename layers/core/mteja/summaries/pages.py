"""Summary `pages`: of each page what was seen, where people came in, and where they left.

Views, visitors, times and shares count on the day on which they happened; entries, exits and
bounces on the day on which the session began.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import add
from typing import Any

from mteja.summaries.days import ShardDay
from mteja.summaries.kinds import Part
from mteja.summaries.rows import MOST_MERGED, OTHER, largest
from mteja.summaries.sketches import Distinct, Quantiles
from mteja.tracking.sessions import EVENT, Session
from mteja.tracking.shares import network_of, returned_from

_VIEWS, _ENTRIES, _EXITS, _WITHOUT_GOAL, _BOUNCES, _RETURNS = range(6)
_COUNTS = ("views", "entries", "exits", "exits_without_goal", "bounces", "share_returns")


@dataclass(slots=True)
class Row:
    """One page, or several. `numbers` are in the order of `_COUNTS`."""

    numbers: list[int] = field(default_factory=lambda: [0] * len(_COUNTS))
    shares: Counter[str] = field(default_factory=Counter)
    visitors: Distinct = field(default_factory=Distinct)
    active: Quantiles = field(default_factory=Quantiles)
    load: Quantiles = field(default_factory=Quantiles)

    def take_packed(self, told: Mapping[str, Any]) -> None:
        """Add a row as it is told in a part."""
        self.numbers = list(map(add, self.numbers, told["counts"]))
        if told["shares"]:
            self.shares.update(told["shares"])
        self.visitors.take_packed(told["visitors"])
        self.active.take_packed(told["active"])
        self.load.take_packed(told["load"])

    @property
    def counts(self) -> dict[str, int]:
        return dict(zip(_COUNTS, self.numbers, strict=True))

    def packed(self) -> dict[str, Any]:
        return {
            "counts": self.numbers,
            "shares": dict(self.shares),
            "visitors": self.visitors.packed(),
            "active": self.active.packed(),
            "load": self.load.packed(),
        }

    @classmethod
    def unpacked(cls, told: Mapping[str, Any]) -> "Row":
        row = cls()
        row.take_packed(told)
        return row


class _Merged:
    """Rows of parts, each as it is told until a second one of its page comes: most pages of a large
    site are in few parts."""

    def __init__(self) -> None:
        self._told: dict[str, Mapping[str, Any]] = {}
        self._rows: dict[str, Row] = {}

    def take(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        for path, packed in rows.items():
            self._take_one(path, packed)
        if len(self._told) + len(self._rows) > MOST_MERGED:
            self._cut(MOST_MERGED // 2)

    def _take_one(self, path: str, packed: Mapping[str, Any]) -> None:
        row = self._rows.get(path)
        if row is not None:
            row.take_packed(packed)
        elif path in self._told:
            row = self._rows[path] = Row.unpacked(self._told.pop(path))
            row.take_packed(packed)
        else:
            self._told[path] = packed

    def _cut(self, most: int) -> None:
        told = {path: packed["counts"][_VIEWS] for path, packed in self._told.items()}
        rows = {path: row.numbers[_VIEWS] for path, row in self._rows.items()}
        kept = {*largest(told | rows, most), OTHER}
        for path in [path for path in self._told if path not in kept]:
            self._take_one(OTHER, self._told.pop(path))
        for path in [path for path in self._rows if path not in kept]:
            self._take_one(OTHER, self._rows.pop(path).packed())

    def rows(self) -> dict[str, Row]:
        return self._rows | {path: Row.unpacked(one) for path, one in self._told.items()}


def of(day: ShardDay) -> Part:
    """Return the part of one shard."""
    rows: dict[str, Row] = defaultdict(Row)
    for session, view in day.views:
        row = rows[view.path]
        row.numbers[_VIEWS] += 1
        row.visitors.add(session.visitor)
        if view.active_ms is not None:
            row.active.add(view.active_ms)
        if view.load and view.load.get("load") is not None:
            row.load.add(view.load["load"])
        if returned_from(view.event) is not None:
            row.numbers[_RETURNS] += 1
    for told in day.events:
        network = network_of(told.event) if told.event.type == EVENT else None
        if network is not None and told.event.path:
            rows[told.event.path].shares[network] += 1
    for session in day.sessions:
        if session.is_visit:
            _ends(session, rows)
    packed = {path: row.packed() for path, row in rows.items()}
    return {"rows": packed, "bots": sum(day.bots.values())}


def _ends(session: Session, rows: Mapping[str, Row]) -> None:
    entry, last = rows[session.views[0].path].numbers, rows[session.views[-1].path].numbers
    entry[_ENTRIES] += 1
    entry[_BOUNCES] += session.bounced
    last[_EXITS] += 1
    last[_WITHOUT_GOAL] += not session.goals


def merge(parts: Iterable[Part]) -> Part:
    """Return parts as one. They are taken one after the other, and need not be there together."""
    merged, bots = _Merged(), 0
    for part in parts:
        merged.take(part["rows"])
        bots += part["bots"]
    return {"rows": {path: row.packed() for path, row in merged.rows().items()}, "bots": bots}


def merged_rows(parts: Iterable[Part]) -> dict[str, Row]:
    """Return the rows of parts by path."""
    merged = _Merged()
    for part in parts:
        merged.take(part["rows"])
    return merged.rows()


def cut(part: Part, rows: int) -> Part:
    """Return the most viewed pages, and all others as one."""
    views = {path: packed["counts"][_VIEWS] for path, packed in part["rows"].items()}
    names = set(largest(views, rows))
    rest = [packed for path, packed in part["rows"].items() if path not in names]
    kept = {path: packed for path, packed in part["rows"].items() if path in names}
    if rest:
        other = Row()
        for packed in rest:
            other.take_packed(packed)
        kept[OTHER] = other.packed()
    return part | {"rows": kept}


def shares_of(row: Row) -> dict[str, int]:
    """Return how often a page was shared, by network."""
    return dict(sorted(row.shares.items()))
