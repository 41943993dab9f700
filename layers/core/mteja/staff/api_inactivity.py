"""The route to the report on the daily job. No function imports this."""

from mteja import errors
from mteja.http.operations import Day, Operation, Parameter, Success
from mteja.staff import inactivity_answers
from mteja.staff.api_parts import NOT_ALLOWED

_REPORT = Operation(
    "GET",
    "/v1/reports/inactivity",
    "reportInactivity",
    "Report on the daily job",
    "What each run did with the customers who were due by some rule, the latest first. A step is "
    "passed over for want of `consent`, by the `cap` of offers, where a list has `no-codes` "
    "left, or since an offer was `redeemed` at the till. With `Accept: text/csv` a table.",
    Success(
        200,
        "The report",
        inactivity_answers.Runs,
        {
            "from": "2026-11-01",
            "to": "2026-11-22",
            "items": [
                {
                    "day": "2026-11-22",
                    "at": "2026-11-22T02:15:04.000Z",
                    "first": "2026-11-20",
                    "buckets": 24,
                    "due": 41,
                    "acted": 33,
                    "held_out": 4,
                    "skipped": {"consent": 3},
                    "expired": 2,
                    "asked": 0,
                    "waits": 1,
                    "moved": 0,
                    "failed": 0,
                    "sooner": 0,
                    "read_units": 96.0,
                    "write_units": 640.0,
                    "ms": 2210,
                    "unended": 0,
                    "left": 0,
                }
            ],
        },
        sheet="day,at,first,…\r\n2026-11-22,2026-11-22T02:15:04.000Z,2026-11-20,…\r\n",
    ),
    parameters=(
        Parameter("from", "first day; without it, 30 days that end with `to`", Day, "2026-11-01"),
        Parameter("to", "last day; without it, today", Day, "2026-11-22"),
    ),
    refuses=(NOT_ALLOWED, errors.InvalidInput("from", "a day as 2026-11-22")),
)

OPERATIONS = (_REPORT,)
