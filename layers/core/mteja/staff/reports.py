"""What staff may ask of visits: reports on pages, sessions and sources. They hold nobody's data, so
analysts may see them, and no look is noted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mteja.business import business
from mteja.business.load import sites
from mteja.business.sites import Site, Sites
from mteja.errors import InvalidInput
from mteja.http.sheets import sheet
from mteja.pages.catalogues import marked
from mteja.store.apart import events_table, summaries_table
from mteja.summaries import reading
from mteja.summaries.reading import Tables, Whole
from mteja.summaries.reports import pages_report, sessions_report, sources_report
from mteja.summaries.visits import brief
from mteja.times import business_day

PAGES = "GET /v1/reports/pages"
SESSIONS = "GET /v1/reports/sessions"
SOURCES = "GET /v1/reports/sources"
DEFAULT_DAYS = 30
MAX_DAYS = 366
_NO_SITE = marked("not a declared website")
_NO_DAY = marked("a day as 2026-11-22")
_TURNED = marked("not after the last day")
_TOO_MANY = marked("at most {most} days before the last day")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PAGE_COLUMNS = (
    "path", "views", "visitors", "entries", "exits", "exit_rate", "exits_without_goal", "bounces",
    "active_ms_median", "load_ms_p50", "load_ms_p75", "load_ms_p95", "shares", "share_returns",
)  # fmt: skip


@dataclass(frozen=True)
class Reports:
    """One request. `now` is in epoch milliseconds."""

    sites: Sites
    tables: Tables
    zone: str
    now: int

    @classmethod
    def of_business(cls, now: int) -> "Reports":
        """Return the request of this business and process. Raises Misconfigured."""
        tables = Tables(events_table(), summaries_table())
        return cls(sites(), tables, business().time_zone, now)

    def pages(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/pages`. Raises InvalidInput."""
        return self._report("pages", pages_report, query)

    def sessions(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/sessions`. Raises InvalidInput."""
        return self._report("sessions", sessions_report, query, of_days=brief)

    def sources(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/sources`. Raises InvalidInput."""
        return self._report("sessions", sources_report, query)

    def _report(
        self,
        kind: str,
        shown: Callable[[Whole], dict[str, Any]],
        query: Mapping[str, str],
        **how: reading.Shorten,
    ) -> dict[str, Any]:
        first, last = days_asked(query, self.now, self.zone)
        site = self._site(query.get("site"))
        whole = reading.read(
            kind, site, first, last, tables=self.tables, zone=self.zone, now_ms=self.now, **how
        )
        days = {"from": str(first), "to": str(last), "until": str(whole.until)}
        incomplete = {"incomplete": [str(day) for day in whole.incomplete]}
        return {"site": site.id, **days, **incomplete, **shown(whole)}

    def _site(self, asked: str | None) -> Site:
        for site in self.sites.sites:
            if asked in (None, site.id):
                return site
        raise InvalidInput("site", _NO_SITE)


def days_asked(
    query: Mapping[str, str], now_ms: int, zone: str, usual_days: int = DEFAULT_DAYS
) -> tuple[date, date]:
    """Return the first and the last day that a report is asked for: without a first one, so many
    days. Raises InvalidInput."""
    last = _day("to", query.get("to")) or business_day(now_ms, zone)
    first = _day("from", query.get("from")) or last - timedelta(days=usual_days - 1)
    if first > last:
        raise InvalidInput("from", _TURNED)
    if (last - first).days >= MAX_DAYS:
        raise InvalidInput("from", _TOO_MANY, most=MAX_DAYS - 1)
    return first, last


def _day(field: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        asked = date.fromisoformat(text)
        if not 1971 <= asked.year <= 9990:  # so that its neighbours are days too
            raise ValueError
    except ValueError:
        raise InvalidInput(field, _NO_DAY) from None
    return asked


def pages_sheet(report: Mapping[str, Any]) -> str:
    """Return the report on pages as CSV."""
    flat = [row | {f"load_ms_{name}": ms for name, ms in row["load_ms"].items()}
            for row in report["items"]]  # fmt: skip
    return sheet(_PAGE_COLUMNS, ([row[name] for name in _PAGE_COLUMNS] for row in flat))


def sessions_sheet(report: Mapping[str, Any]) -> str:
    """Return the report on sessions as CSV: one row for each measure, source and way."""
    rows: list[list[Any]] = [
        [name, "", report[name]]
        for name in ("sessions", "visitors", "views", "bounce_rate", "duration_median_s", "late")
    ]
    rows += [
        [f"{name}_of_day", row["day"], row[name]]
        for name in ("sessions", "visitors", "views")
        for row in report["by_day"]
    ]
    rows += [["source", row["channel"], row["sessions"]] for row in report["by_source"]]
    rows += [["goal", row["goal"], row["sessions"]] for row in report["goals"]]
    rows += [["campaign", row["campaign"], row["sessions"]] for row in report["campaigns"]]
    rows += [["path", " > ".join(row["path"]), row["count"]] for row in report["paths"]]
    rows += [["transition", " > ".join(row["path"]), row["count"]] for row in report["transitions"]]
    rows += [["bot", name, views] for name, views in report["bots"]["by_reason"].items()]
    rows += [["refused", reason, events] for reason, events in report["refused"].items()]
    return sheet(("measure", "of", "value"), rows)
