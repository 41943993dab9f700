"""Routes to reports on visits. No function imports this."""

from typing import Any

from mteja import errors
from mteja.http.operations import Day, Operation, Parameter, Success
from mteja.staff import report_answers
from mteja.staff.api_parts import NOT_ALLOWED

_PARAMETERS = (
    Parameter("from", "first day; without it, 30 days that end with `to`", Day, "2026-11-01"),
    Parameter("to", "last day; without it, today", Day, "2026-11-22"),
    Parameter("site", "a declared website; without it, the first one", example="shop"),
)
_REFUSES = (NOT_ALLOWED, errors.InvalidInput("from", "a day as 2026-11-22"))
_FRESH = (
    "Days are those of the business's time zone. Days that are over are summarised each night, the "
    "last three again; what came since is read on the spot. With `Accept: text/csv` a table."
)
_ABOUT: dict[str, Any] = {
    "site": "shop",
    "from": "2026-11-01",
    "to": "2026-11-22",
    "until": "2026-11-22",
    "incomplete": [],
}

_PAGES = Operation(
    "GET",
    "/v1/reports/pages",
    "reportPages",
    "Report on pages",
    "What each page was: seen, opened how fast, used how long, come in by, left from, shared. "
    "Of a day the thousand most viewed paths are told apart; the others are the row `(other)`. "
    + _FRESH,
    Success(
        200,
        "The report",
        report_answers.Pages,
        _ABOUT
        | {
            "items": [
                {
                    "path": "/",
                    "views": 120,
                    "visitors": 80,
                    "entries": 70,
                    "exits": 30,
                    "exit_rate": 0.25,
                    "exits_without_goal": 21,
                    "bounces": 12,
                    "active_ms_median": 14200,
                    "load_ms": {"p50": 640, "p75": 910, "p95": 2300},
                    "shares": 3,
                    "shares_by_network": {"whatsapp": 3},
                    "share_returns": 5,
                }
            ],
            "bots": {"views": 40},
        },
        sheet="path,views,visitors,…\r\n/,120,80,…\r\n",
    ),
    parameters=_PARAMETERS,
    refuses=_REFUSES,
)

_SESSIONS = Operation(
    "GET",
    "/v1/reports/sessions",
    "reportSessions",
    "Report on visits",
    "A visit goes on while a visitor does something at least every 30 minutes, over midnight too, "
    "and counts on the day on which it begins. " + _FRESH,
    Success(
        200,
        "The report",
        report_answers.Sessions,
        _ABOUT
        | {
            "sessions": 100,
            "visitors": 80,
            "views": 320,
            "bounce_rate": 0.31,
            "duration_median_s": 95,
            "by_day": [{"day": "2026-11-20", "sessions": 100, "visitors": 80, "views": 320}],
            "by_source": [
                {"channel": "search", "sessions": 60, "bounces": 20, "with_goal": 9, "share": 0.6}
            ],
            "paths": [{"path": ["/", "/lamps"], "count": 30}],
            "transitions": [{"path": ["/", "/lamps"], "count": 44}],
            "goals": [{"goal": "order", "sessions": 9}],
            "campaigns": [{"campaign": "spring", "sessions": 12}],
            "bots": {"views": 40, "by_reason": {"Googlebot": 40}},
            "late": 0,
            "refused": {},
        },
        sheet="measure,of,value\r\nsessions,,100\r\n",
    ),
    parameters=_PARAMETERS,
    refuses=_REFUSES,
)

OPERATIONS = (_PAGES, _SESSIONS)
