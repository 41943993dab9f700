"""**Reports**: what visitors do, and what became of products. The numbers are those of the API's
reports; here they are put in order and shown.

The same report goes out as CSV to who is signed in: the API's own needs a bearer token.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mteja.business.load import asking, sites
from mteja.errors import InvalidInput, NotFound
from mteja.forms.labels import fault_text
from mteja.http.sheets import answer_sheet
from mteja.offers.effects import LEAST_BUYERS, LEAST_PEOPLE
from mteja.pages.catalogues import marked
from mteja.products.report import ORDERS
from mteja.staff import freshness, products, reports, survey_sheets, winback
from mteja.staff.access import may_see_reports, sees_persons
from mteja.staff.freshness import FreshnessReports
from mteja.staff.inactivity import Runs
from mteja.staff.pages import words
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.survey_words import TRUST, survey_words, ways_apart
from mteja.staff.pages.told_apart import CAPTIONS, segment_tables
from mteja.staff.predictions import Customers, customers_sheet
from mteja.staff.reports import DEFAULT_DAYS, Reports
from mteja.staff.survey_reports import SurveyReports
from mteja.staff.tasks import Tasks
from mteja.staff.winback import WinbackReports
from mteja.summaries.rows import OTHER
from mteja.times import business_day, now_ms

SECTION = "reports"
PRESETS = (7, 30, 90)
"""Days that end today, one press each."""

FIRST_ROWS, FIRST_WAYS = 100, 12
"""Of a longer table, and of ways through the site; the rest is one press away."""

IN_A_CHART = 12
RUNS_DAYS = 14
"""So many days of the daily job are shown."""

OF_SURVEYS = ("nps", "reasons", "answers")
_CSV = ".csv"
_ASKED = ("from", "to", "site")
_OF_ANSWERS = ("from", "to", "survey", "trust")

type Query = Mapping[str, str]


@dataclass(frozen=True)
class Report:
    """One report: its name on a tab, how the API makes it, and how it becomes CSV."""

    title: str
    make: Callable[[int, Query], dict[str, Any]]
    sheet: Callable[[Mapping[str, Any]], str]
    orders: tuple[str, ...] = ()
    asked: tuple[str, ...] = _ASKED


REPORTS = {
    "pages": Report(
        marked("Pages"),
        lambda now, query: Reports.of_business(now).pages(query),
        reports.pages_sheet,
        ("views", "entries", "exits", "load", "shares"),
    ),
    "sessions": Report(
        marked("Visits"),
        lambda now, query: Reports.of_business(now).sessions(query),
        reports.sessions_sheet,
    ),
    "sources": Report(
        marked("Sources"),
        lambda now, query: SurveyReports.of_business(now).sources(query),
        survey_sheets.sources_sheet,
    ),
    "products": Report(
        marked("Products"),
        lambda now, query: products.Numbers.of_business(now).report(query),
        products.report_sheet,
        tuple(ORDERS),
    ),
    "winback": Report(
        marked("Winning back"),
        lambda now, query: WinbackReports.of_business(now).whole(query),
        winback.report_sheet,
        asked=("from", "to"),
    ),
    "customers": Report(
        marked("Customers"),
        lambda now, query: Customers.of_business(now).report(query),
        customers_sheet,
        asked=("from", "to"),
    ),
    "nps": Report(
        marked("Recommendation"),
        lambda now, query: SurveyReports.of_business(now).nps(query),
        survey_sheets.nps_sheet,
        asked=(*_OF_ANSWERS, "by"),
    ),
    "reasons": Report(
        marked("Reasons"),
        lambda now, query: SurveyReports.of_business(now).reasons(query),
        survey_sheets.reasons_sheet,
        asked=(*_OF_ANSWERS, "by"),
    ),
    "answers": Report(
        marked("Surveys"),
        lambda now, query: SurveyReports.of_business(now).any_survey(query),
        survey_sheets.survey_sheet,
        asked=(*_OF_ANSWERS, "by"),
    ),
    "freshness": Report(
        marked("Freshness"),
        lambda now, query: FreshnessReports.of_business(now).report(query),
        freshness.freshness_sheet,
        asked=("from", "to"),
    ),
}


def show(ask: Ask) -> Response:
    """Answer `GET /staff/reports/{report}?from=&to=&site=&survey=&trust=&by=&rows=all`, and
    `{report}.csv`."""
    may_see_reports(ask.session.caller)
    path = ask.parts["report"]
    name = path.removesuffix(_CSV)
    report = REPORTS.get(name)
    if report is None:
        raise NotFound("report")
    now = now_ms()
    asked = {
        field: ask.request.query[field] for field in report.asked if ask.request.query.get(field)
    }
    by = _order(report, ask.request.query.get("by"))
    try:
        # The report on products has an order of its own; the others are put in order here.
        made = report.make(now, asked | ({"by": by} if name == "products" else {}))
    except InvalidInput as fault:
        return _page(ask, name, now, asked, by, None, fault)
    if name != path:
        filename = f"{name}-{made['from']}-{made['to']}"
        answer = answer_sheet(filename, report.sheet(made))
        return answer | {"cookies": list(ask.session.new_cookies)}
    return _page(ask, name, now, asked, by, made, None)


def _order(report: Report, asked: str | None) -> str:
    return asked if asked in report.orders else next(iter(report.orders), "")


def _page(
    ask: Ask,
    name: str,
    now: int,
    asked: dict[str, str],
    by: str,
    made: dict[str, Any] | None,
    fault: InvalidInput | None,
) -> Response:
    today = business_day(now, ask.business.time_zone)
    faults = {} if fault is None else {fault.field: fault_text(fault, ask.visit.language)}
    usual = {"from": str(today - timedelta(days=DEFAULT_DAYS - 1)), "to": str(today)}
    days = made or usual | {field: _day_or_nothing(text) for field, text in asked.items()}
    return ask.page(
        f"staff/report-{name}.html",
        SECTION,
        status=422 if fault else 200,
        name=name,
        tabs={one: report.title for one, report in REPORTS.items()},
        kept={one: _kept(now, asked, one) for one in REPORTS},
        report=made,
        faults=faults,
        days={"from": days["from"], "to": days["to"]},
        presets=[
            (days, asked | {"from": str(today - timedelta(days=days - 1)), "to": str(today)})
            for days in PRESETS
        ],
        in_order=asked | ({"by": by} if by else {}),
        today=str(today),
        declared=[site.id for site in sites().sites] if "site" in REPORTS[name].asked else [],
        trusts=TRUST if "trust" in REPORTS[name].asked else {},
        most_drawn=IN_A_CHART,
        crossed=_crossed(name, made),
        apart=_ways_apart(name, made),
        tables_apart=segment_tables(name, made),
        captions_apart=CAPTIONS,
        least_people=LEAST_PEOPLE,
        least_buyers=LEAST_BUYERS,
        runs=_runs(now, made) if name == "winback" else [],
        detractors=_detractors(ask, made) if name == "nps" else None,
        called=words.called(ask.visit.language, asking()),
        **survey_words(made, ask.visit.language),
        site=asked.get("site", ""),
        asked=asked,
        by=by,
        **_shown(name, made, by, whole=ask.request.query.get("rows") == "all"),
    )


def _kept(now: int, asked: Query, tab: str) -> dict[str, str]:
    """Return what is asked of another report too. By what one is told apart, another may not be;
    nor has a survey every report."""
    survey = asked.get("survey")
    lost = {"by"}
    if survey and tab not in SurveyReports.of_business(now).reports_of(survey):
        lost.add("survey")
    return {field: value for field, value in asked.items() if field not in lost}


def _ways_apart(name: str, made: Mapping[str, Any] | None) -> dict[str, dict[str, str]]:
    """Return by what a report may be told apart: an anonymous survey is told as a whole; of its
    time, only a score."""
    anonymous = made is not None and made.get("anonymous")
    if "by" not in REPORTS[name].asked or anonymous:
        return {}
    ways = ways_apart()
    return ways if name == "nps" else {"segments": ways["segments"]}


def _runs(now: int, made: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return what the daily job did on the last days of a report, the latest first."""
    if made is None:
        return []
    asked = {"from": max(made["from"], _days_before(made["to"], RUNS_DAYS - 1)), "to": made["to"]}
    runs: list[dict[str, Any]] = Runs.of_business(now).report(asked)["items"]
    return sorted(runs, key=lambda run: str(run["day"]), reverse=True)


def _days_before(day: str, days: int) -> str:
    return str(date.fromisoformat(day) - timedelta(days=days))


def _detractors(ask: Ask, made: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return whom to ask what went wrong, for who may see persons; None for others, and of an
    anonymous survey."""
    if made is None or made["anonymous"] or not sees_persons(ask.session.caller):
        return None
    return ask.told(ask.by_staff(Tasks).of_detractors(made["survey"]))


def _crossed(name: str, made: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what is counted of pairs as a table has it: `rows`, `columns`, `counts` by both."""
    of = {"sources": ("matrix", "declared", "measured"), "reasons": ("pairwise", "option", "over")}
    if made is None or name not in of:
        return None
    cells, row, column = of[name]
    rows, columns = (list(dict.fromkeys(pair[of_it] for pair in made[cells]))
                     for of_it in (row, column))  # fmt: skip
    if name == "reasons":  # each against each, the best first
        rows = columns = [one["option"] for one in made["items"]]
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for pair in made[cells]:
        counts[pair[row]][pair[column]] = pair["count"]
    return {"rows": rows, "columns": columns, "counts": counts}


def _day_or_nothing(text: str) -> str:
    """A field of a date shows no other text: browsers empty it, and complain."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _shown(name: str, made: Mapping[str, Any] | None, by: str, *, whole: bool) -> dict[str, Any]:
    """Return the rows of a report's table and what is drawn of them."""
    if made is None:
        return {"rows": [], "more": 0, "drawn": [], "net": {}, "most": 0}
    if name == "sessions":
        ways = max(len(made["paths"]), len(made["transitions"]))
        most = ways if whole else FIRST_WAYS
        return {"rows": [], "more": max(0, ways - most), "drawn": [], "net": {}, "most": most}
    rows = [] if name in OF_SURVEYS else list(made["items"])
    if name == "pages":
        rows = sorted(rows, key=lambda row: (row["path"] == OTHER, -_measure(row, by)))
    most = len(rows) if whole else FIRST_ROWS
    net: Counter[str] = Counter()
    for row in rows:
        net.update(row.get("net", {}))
    return {
        "rows": rows[:most],
        "more": max(0, len(rows) - most),
        "drawn": [row for row in rows if row.get("path") != OTHER][:IN_A_CHART],
        "net": net,
        "most": most,
    }


def _measure(row: Mapping[str, Any], by: str) -> int:
    """Return by what a page is put in order: of loading, the slowest is first."""
    return int((row["load_ms"]["p75"] or 0) if by == "load" else row[by])
