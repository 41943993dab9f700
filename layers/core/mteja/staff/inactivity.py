"""What staff may ask of the daily job: what its runs did, in numbers. They hold nobody's data, so
analysts may see them, and no look is noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.business import business
from mteja.http.sheets import sheet
from mteja.inactivity import runs
from mteja.inactivity.acting import MOVED, WAITS
from mteja.inactivity.runs import FAILED, SOONER, Report
from mteja.inactivity.watching import ACTED, ASKED, EXPIRED, HELD_OUT
from mteja.staff.reports import days_asked
from mteja.store.table import Table, customers_table
from mteja.times import rfc3339

REPORT = "GET /v1/reports/inactivity"
_COLUMNS = (
    "day", "at", "first", "buckets", "due", "acted", "held_out", "expired", "asked", "waits",
    "moved", "failed", "sooner", "read_units", "write_units", "ms", "unended", "left",
)  # fmt: skip


@dataclass(frozen=True)
class Runs:
    """One request. `now` is in epoch milliseconds."""

    table: Table
    zone: str
    now: int

    @classmethod
    def of_business(cls, now: int) -> "Runs":
        """Return the request of this business and process. Raises Misconfigured."""
        return cls(customers_table(), business().time_zone, now)

    def report(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/inactivity`. Raises InvalidInput."""
        first, last = days_asked(query, self.now, self.zone)
        found = runs.reports(self.table, first, last)
        return {"from": str(first), "to": str(last), "items": [_shown(one) for one in found]}


def _shown(one: Report) -> dict[str, Any]:
    return {
        "day": str(one.day),
        "at": rfc3339(one.at),
        "first": str(one.first),
        "buckets": one.buckets,
        "due": one.due,
        "acted": one.counts[ACTED],
        "held_out": one.counts[HELD_OUT],
        "skipped": dict(sorted(one.skipped.items())),
        "expired": one.counts[EXPIRED],
        "asked": one.counts[ASKED],
        "waits": one.counts[WAITS],
        "moved": one.counts[MOVED],
        "failed": one.counts[FAILED],
        "sooner": one.counts[SOONER],
        "read_units": one.read_units,
        "write_units": one.write_units,
        "ms": one.ms,
        "unended": one.unended,
        "left": one.left,
    }


def report_sheet(report: Mapping[str, Any]) -> str:
    """Return the report as CSV: a row for each run; reasons stand in one cell."""
    columns = (*_COLUMNS, "skipped")
    rows = [
        [row[name] for name in _COLUMNS]
        + ["; ".join(f"{why}: {number}" for why, number in row["skipped"].items())]
        for row in report["items"]
    ]
    return sheet(columns, rows)
