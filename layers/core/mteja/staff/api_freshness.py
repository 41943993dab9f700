"""The route to the report on how fresh fields are. No function imports this."""

from typing import Annotated, TypedDict

from pydantic import Field

from mteja import errors
from mteja.http.operations import Day, Operation, Parameter, Success, Time
from mteja.staff.api_parts import NOT_ALLOWED


class FieldFreshness(TypedDict):
    """One field over everybody. `known` is `fresh`, `stale` and `suspect` together."""

    field: str
    fresh_days: Annotated[int | None, Field(description="null: it does not go stale")]
    known: int
    fresh: int
    stale: Annotated[int, Field(description="asked for by the next form, call or yearly message")]
    suspect: Annotated[int, Field(description="mail to it came back")]
    never: Annotated[int, Field(description="persons of whom it is not known")]
    median_age_days: Annotated[int | None, Field(description="since it was last observed")]


class ToldInMonth(TypedDict):
    """How many persons told each field in a month for the last time."""

    month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    known: dict[str, int]


_Days = TypedDict("_Days", {"from": Day, "to": Day, "until": Day})


class FreshnessReport(_Days):
    """`counted_at`: until when it counts; null where more was told than can be looked at, and there
    was no night yet."""

    counted_at: Time | None
    persons: int
    items: list[FieldFreshness]
    earlier: Annotated[dict[str, int], Field(description="the same, before the first month")]
    months: list[ToldInMonth]


_FRESHNESS = Operation(
    "GET",
    "/v1/reports/freshness",
    "reportFreshness",
    "How fresh what is known is",
    "Of each field how many persons have it, how many of these fresh, stale, or known to be wrong, "
    "and since when. A person who is several linked customers is one. Each night whoever something "
    "was told of is counted anew; what came since is looked at on the spot, up to a thousand "
    "customers. Whoever is erased is gone at once. With `Accept: text/csv` a table.",
    Success(
        200,
        "The report",
        FreshnessReport,
        {
            "from": "2026-10-01",
            "to": "2026-11-22",
            "until": "2026-11-22",
            "counted_at": "2026-11-22T01:15:04.000Z",
            "persons": 120,
            "items": [
                {
                    "field": "address",
                    "fresh_days": 365,
                    "known": 80,
                    "fresh": 60,
                    "stale": 20,
                    "suspect": 0,
                    "never": 40,
                    "median_age_days": 112,
                }
            ],
            "earlier": {"address": 70},
            "months": [
                {"month": "2026-10", "known": {"address": 6}},
                {"month": "2026-11", "known": {"address": 4}},
            ],
        },
        sheet="field,measure,value\r\n,persons,120\r\naddress,known,80\r\n",
    ),
    parameters=(
        Parameter("from", "first month, by a day of it; without it, a year ago", Day, "2026-10-01"),
        Parameter("to", "last month, by a day of it; without it, this one", Day, "2026-11-22"),
    ),
    refuses=(NOT_ALLOWED, errors.InvalidInput("from", "a day as 2026-11-22")),
)

OPERATIONS = (_FRESHNESS,)
