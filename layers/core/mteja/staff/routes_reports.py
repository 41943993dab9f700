"""Routes to the reports on visits, as JSON or as CSV."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response

from mteja.staff import reports
from mteja.staff.access import caller, may_see_reports
from mteja.staff.reports import Reports
from mteja.staff.responding import event, query, reported, router
from mteja.times import now_ms


@router.get("/v1/reports/pages")
def report_pages() -> Response[str]:
    return _told(reports.PAGES, Reports.pages, reports.pages_sheet)


@router.get("/v1/reports/sessions")
def report_sessions() -> Response[str]:
    return _told(reports.SESSIONS, Reports.sessions, reports.sessions_sheet)


@router.get("/v1/reports/sources")
def report_sources() -> Response[str]:
    return _told(reports.SOURCES, Reports.sources, reports.sources_sheet)


def _told(
    what: str,
    report: Callable[[Reports, Mapping[str, str]], dict[str, Any]],
    as_sheet: Callable[[Mapping[str, Any]], str],
) -> Response[str]:
    may_see_reports(caller(event()))
    made = report(Reports.of_business(now_ms()), query("from", "to", "site"))
    return reported(what, made, as_sheet)
