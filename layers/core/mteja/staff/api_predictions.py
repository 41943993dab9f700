"""Routes to what customers do next. No function imports this."""

from typing import Any

from mteja import errors
from mteja.http.operations import Day, Operation, Parameter, Success
from mteja.predictions.backtest import MIN_GAPS, MIN_JUDGED
from mteja.predictions.nightly import MAX_LEAVING
from mteja.predictions.rfm import MIN_PEOPLE
from mteja.staff import examples, prediction_answers
from mteja.staff.api_parts import BAD_CURSOR, CURSOR, CUSTOMER, NOT_ALLOWED, UNKNOWN
from mteja.staff.products import DEFAULT_PURPOSE

_JUDGED: dict[str, Any] = {
    "made_on": "2026-11-30",
    "people": 2447,
    "returned": 1310,
    "chance": {
        "people": 2100,
        "returned": 640,
        "model": {"brier": 0.1949, "log_loss": 0.5753, "auc": 0.7119},
        "recency": {"brier": 0.2105, "log_loss": 0.6103, "auc": 0.6648},
        "better": True,
    },
    "date": {
        "people": 900,
        "model_days": 24.8,
        "usual_days": 50.8,
        "intervals": 73,
        "covered": 0.9041,
        "better": True,
    },
}

_PREDICTION = Operation(
    "GET",
    "/v1/customers/{id}/prediction",
    "predictCustomer",
    "What a person does next",
    "When the next order comes and the probability that one comes within 90 days, from the own "
    "gaps of the person, drawn towards the shop's where they are few; and the group by recency, "
    "frequency and money. Each night the model is tried on the shop's own last 90 days: where it "
    "is not better than the time since the last order alone, by more than chance, that is told "
    "instead (`by`), "
    f"and `because` says so. A date needs {MIN_GAPS + 1} days with orders, a verdict {MIN_JUDGED} "
    f"customers, groups {MIN_PEOPLE}. The look is noted in the audit trail.",
    Success(
        200,
        "What is known",
        prediction_answers.Prediction,
        {
            "id": examples.ONE,
            "next_order": {
                "expected_on": "2026-12-19",
                "interval": ["2026-12-09", "2027-01-17"],
            },
            "buys_again_90d": 0.7123,
            "still_customer": 0.9312,
            "by": "model",
            "because": [
                {"reason": "own-gaps", "purchases": 4, "usual_days": 31, "shop_days": 45},
                {"reason": "silence", "days": 12},
            ],
            "model": _JUDGED,
            "rfm": {
                "group": "loyal",
                "recency": 4,
                "frequency": 4,
                "money": 3,
                "history": [
                    {
                        "month": "2026-10",
                        "group": "at-risk",
                        "recency": 2,
                        "frequency": 4,
                        "money": 3,
                    }
                ],
            },
        },
    ),
    parameters=(CUSTOMER,),
    refuses=(NOT_ALLOWED, UNKNOWN, errors.InvalidInput("query", "unknown; nothing can be said")),
)

_REPORT = Operation(
    "GET",
    "/v1/reports/customers",
    "reportCustomers",
    "Report on customers",
    "How many customers there are in each group by recency, frequency and money, who is new, who "
    "came again and who has gone, by month, as of last night. Linked customers count as one. "
    "A month that is over stays as it was made in its first week after, unless an import brings "
    "orders of longer ago; months from before the first night are made of what orders are known. "
    "With `Accept: text/csv` a table.",
    Success(
        200,
        "The report",
        prediction_answers.CustomersReport,
        {
            "from": "2026-11-01",
            "to": "2026-11-30",
            "until": "2026-11-30",
            "items": [
                {
                    "month": "2026-11",
                    "until": "2026-11-30",
                    "customers": 2447,
                    "new": 120,
                    "returning": 410,
                    "gone": 61,
                    "orders": 702,
                    "net": {"TZS": 312500000},
                    "groups": [{"group": "champions", "customers": 301}],
                }
            ],
            "groups": {
                "on": "2026-11-30",
                "customers": 2447,
                "leaving": 510,
                "items": [{"group": "champions", "customers": 301, "share": 0.123}],
            },
            "model": {
                "usual_days": 45.2,
                "leave_share": 0.31,
                "shares": [{"least_days": 0, "most_days": 12, "returned": 180, "people": 210}],
            }
            | _JUDGED,
        },
        sheet="month,until,customers,…\r\n2026-11,2026-11-30,2447,…\r\n",
    ),
    parameters=(
        Parameter("from", "a day in the first month; without it, 30 days before `to`", Day,
                  "2026-11-01"),
        Parameter("to", "a day in the last month; without it, today", Day, "2026-11-30"),
    ),
    refuses=(NOT_ALLOWED, errors.InvalidInput("from", "a day as 2026-11-22")),
)  # fmt: skip

_LEAVING = Operation(
    "GET",
    "/v1/leaving",
    "listLeaving",
    "Who may be about to leave",
    f"At most {MAX_LEAVING} customers of the groups about to sleep, at risk, not to be lost, who "
    "spent most within a year first, as of last night; nobody who has bought since. Each is noted "
    "in the audit trail. A page may be short, or empty, and still have a `next`.",
    Success(
        200,
        "A page",
        prediction_answers.LeavingPeople,
        {
            "items": [
                {
                    "id": examples.ONE,
                    "name": "Asha Example",
                    "email": "asha@example.com",
                    "phone": None,
                    "trust": "verified",
                    "group": "at-risk",
                    "last_order_on": "2026-08-14",
                    "orders": 5,
                    "net": {"TZS": 6250000},
                }
            ],
            "next": None,
        },
    ),
    parameters=(
        Parameter(
            "purpose",
            "who agreed to be written to for it; without it, all",
            example=DEFAULT_PURPOSE,
        ),
        CURSOR,
    ),
    refuses=(NOT_ALLOWED, errors.InvalidInput("purpose", "not declared"), BAD_CURSOR),
)

OF_PERSONS = (_PREDICTION, _LEAVING)
OF_ALL = (_REPORT,)
