"""Summary `pages`: of each page what was seen, where people came in, and where they left.

Views, visitors, times and shares count on the day on which they happened; entries, exits and
bounces on the day on which the session began.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mteja.summaries.days import ShardDay
from mteja.summaries.kinds import Part
from mteja.summaries.rows import OTHER, largest
from mteja.summaries.sketches import Distinct, Quantiles
from mteja.tracking.sessions import EVENT, Session
from mteja.tracking.shares import network_of, returned_from

_COUNTS = ("views", "entries", "exits", "exits_without_goal", "bounces", "share_returns")


@dataclass(slots=True)
class Row:
    """One page, or several."""

    counts: Counter[str] = field(default_factory=Counter)
    shares: Counter[str] = field(default_factory=Counter)
    visitors: Distinct = field(default_factory=Distinct)
    active: Quantiles = field(default_factory=Quantiles)
    load: Quantiles = field(default_factory=Quantiles)

    def take(self, other: "Row") -> None:
        self.counts.update(other.counts)
        self.shares.update(other.shares)
        self.visitors.take(other.visitors)
        self.active.take(other.active)
        self.load.take(other.load)

    def packed(self) -> dict[str, Any]:
        return {
            "counts": [self.counts[name] for name in _COUNTS],
            "shares": dict(self.shares),
            "visitors": self.visitors.packed(),
            "active": self.active.packed(),
            "load": self.load.packed(),
        }

    @classmethod
    def unpacked(cls, told: Mapping[str, Any]) -> "Row":
        return cls(
            Counter(dict(zip(_COUNTS, told["counts"], strict=True))),
            Counter(told["shares"]),
            Distinct.unpacked(told["visitors"]),
            Quantiles.unpacked(told["active"]),
            Quantiles.unpacked(told["load"]),
        )


def of(day: ShardDay) -> Part:
    """Return the part of one shard."""
    rows: dict[str, Row] = defaultdict(Row)
    for session, view in day.views:
        row = rows[view.path]
        row.counts["views"] += 1
        row.visitors.add(session.visitor)
        if view.active_ms is not None:
            row.active.add(view.active_ms)
        if view.load and view.load.get("load") is not None:
            row.load.add(view.load["load"])
        if returned_from(view.event) is not None:
            row.counts["share_returns"] += 1
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
    entry, last = session.views[0].path, session.views[-1].path
    rows[entry].counts["entries"] += 1
    rows[entry].counts["bounces"] += session.bounced
    rows[last].counts["exits"] += 1
    rows[last].counts["exits_without_goal"] += not session.goals


def merge(parts: Iterable[Part]) -> Part:
    """Return parts as one."""
    told = list(parts)
    rows = {path: row.packed() for path, row in merged_rows(told).items()}
    return {"rows": rows, "bots": sum(part["bots"] for part in told)}


def merged_rows(parts: Iterable[Part]) -> dict[str, Row]:
    """Return the rows of parts by path."""
    rows: dict[str, Row] = defaultdict(Row)
    for part in parts:
        for path, packed in part["rows"].items():
            rows[path].take(Row.unpacked(packed))
    return dict(rows)


def cut(part: Part, rows: int) -> Part:
    """Return the most viewed pages, and all others as one."""
    views = {path: packed["counts"][0] for path, packed in part["rows"].items()}
    names = set(largest(views, rows))
    rest = [packed for path, packed in part["rows"].items() if path not in names]
    kept = {path: packed for path, packed in part["rows"].items() if path in names}
    if rest:
        other = Row()
        for packed in rest:
            other.take(Row.unpacked(packed))
        kept[OTHER] = other.packed()
    return part | {"rows": kept}


def shares_of(row: Row) -> dict[str, int]:
    """Return how often a page was shared, by network."""
    return dict(sorted(row.shares.items()))
