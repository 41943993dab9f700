"""What staff may ask of how fresh fields are: numbers, of nobody. Analysts may see them, and no
look is noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.business import asking, business
from mteja.business.forms import Asking
from mteja.freshness.nightly import counted_until, since_the_last_look
from mteja.freshness.report import freshness_report, sheet_rows
from mteja.freshness.storing import read_sums
from mteja.http.sheets import sheet
from mteja.staff.reports import days_asked
from mteja.store.table import Table, customers_table
from mteja.times import business_day, rfc3339

FRESHNESS = "GET /v1/reports/freshness"
_DEFAULT_DAYS = 365
# So many customers of whom something was told since the night are looked at while somebody waits.
_MOST_AHEAD = 1_000


@dataclass(frozen=True)
class FreshnessReports:
    """One request. `now` is in epoch milliseconds."""

    asking: Asking
    table: Table
    zone: str
    now: int

    @classmethod
    def of_business(cls, now: int) -> "FreshnessReports":
        """Return the request of this business and process. Raises Misconfigured."""
        return cls(asking(), customers_table(), business().time_zone, now)

    def report(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/freshness`. Raises InvalidInput."""
        first, last = days_asked(query, self.now, self.zone, _DEFAULT_DAYS)
        sums, look = read_sums(self.table)
        today = business_day(self.now, self.zone)
        ahead = since_the_last_look(self.table, self.zone, self.now, _MOST_AHEAD)
        counted_at = None if look is None else rfc3339(counted_until(look, self.zone))
        if ahead is not None:
            sums = sums.changed(*ahead)
            counted_at = rfc3339(self.now)
        about = {
            "from": str(first),
            "to": str(last),
            "until": str(last),
            "counted_at": counted_at,
        }
        return about | freshness_report(sums, self.asking.fields, first, last, today)


def freshness_sheet(report: Mapping[str, Any]) -> str:
    """Return the report as CSV: a row of each field and measure, and of each field and month."""
    return sheet(("field", "measure", "value"), sheet_rows(report))
