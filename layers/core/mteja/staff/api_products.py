"""Routes to products. No function imports this."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mteja import errors
from mteja.http.operations import Day, Operation, Parameter, Success
from mteja.products.report import MAX_ROWS
from mteja.products.similar import MIN_SUPPORT, MIN_VISITS, TOP
from mteja.staff import examples, product_answers
from mteja.staff.api_parts import BAD_CURSOR, CURSOR, CUSTOMER, NOT_ALLOWED, UNKNOWN
from mteja.staff.products import DEFAULT_PURPOSE, MAX_SUGGESTIONS

_PRODUCT = Parameter("id", "a product's id", example="demo-lamp", at="path")
_ROW: dict[str, Any] = {
    "product_id": "demo-lamp",
    "title": "Lamp",
    "sold": 14,
    "orders": 12,
    "net": {"TZS": 1250000},
    "views": 320,
    "saved": 22,
    "removed": 3,
    "on_lists": 40,
    "saved_not_bought": 31,
    "buyers": 55,
    "rating": {"mean": 4.8, "n": 50, "bound": 4.4373, "of_buyers": 41},
    "score": 9.25,
    "trend": "steady",
    "sold_before": 6,
    "sold_recently": 8,
}
_SUGGESTED: dict[str, Any] = {
    "product_id": "demo-shade",
    "title": "Shade",
    "score": 0.9312,
    "because": [{"how": "bought", "people": 14, "product_id": "demo-lamp"}],
}

_REPORT = Operation(
    "GET",
    "/v1/reports/products",
    "reportProducts",
    "Report on products",
    "What was sold, viewed, saved and rated. Best sellers count each piece half as much for each "
    "14 days ago; ratings are ranked by the lower end of what their mean may be; a trend is shown "
    "where the two halves of the time differ by more than chance. Orders of the last days are read "
    f"on the spot; ratings and lists are those of last night. At most {MAX_ROWS} products. With "
    "`Accept: text/csv` a table.",
    Success(
        200,
        "The report",
        product_answers.ProductReport,
        {
            "from": "2026-11-01",
            "to": "2026-11-22",
            "until": "2026-11-22",
            "incomplete": [],
            "items": [_ROW],
            "other": {"views": 0, "saved": 0, "removed": 0},
        },
        sheet="product_id,title,sold,…\r\ndemo-lamp,Lamp,14,…\r\n",
    ),
    parameters=(
        Parameter("from", "first day; without it, 30 days that end with `to`", Day, "2026-11-01"),
        Parameter("to", "last day; without it, today", Day, "2026-11-22"),
        Parameter("site", "views of one declared website; without it, of all", example="shop"),
        Parameter(
            "by",
            "the order; `rated` is by the bound",
            Literal["best", "sold", "viewed", "saved", "saved-not-bought", "rated"],
        ),
    ),
    refuses=(NOT_ALLOWED, errors.InvalidInput("from", "a day as 2026-11-22")),
)

# An id with characters that no path takes.
_NO_PATH = errors.NotFound("path")

_SIMILAR = Operation(
    "GET",
    "/v1/products/{id}/similar",
    "similarProducts",
    "Products that go with one",
    f"At most {TOP}, worked out each night from what people bought, saved and viewed: more people "
    "than chance would give did something with both (log-likelihood ratio), and at least "
    f"{MIN_SUPPORT}, or {MIN_VISITS} visits that viewed both; linked customers count as each of "
    "them. An unknown product has none.",
    Success(200, "The products", product_answers.Suggestions, {"items": [_SUGGESTED]}),
    parameters=(_PRODUCT,),
    refuses=(NOT_ALLOWED, errors.InvalidInput("id", "a product's id"), _NO_PATH),
)

_SUGGESTIONS = Operation(
    "GET",
    "/v1/customers/{id}/suggestions",
    "suggestProducts",
    "What a person may want next",
    "Products that the person has had nothing to do with, by what goes with what they bought, "
    "saved and viewed; then what sells best. The look is noted in the audit trail.",
    Success(200, "The products", product_answers.Suggestions, {"items": [_SUGGESTED]}),
    parameters=(
        CUSTOMER,
        Parameter("limit", "how many", Annotated[int, Field(ge=1, le=MAX_SUGGESTIONS, default=10)]),
    ),
    refuses=(NOT_ALLOWED, UNKNOWN, errors.InvalidInput("limit", "too many")),
)

_INTERESTED = Operation(
    "GET",
    "/v1/products/{id}/interested",
    "interestedPeople",
    "Who is interested in a product",
    "Persons who saved it, gave it 4 stars or more, or viewed it on three days, who have not "
    "bought it and agreed to be written to for the purpose. Each is noted in the audit trail. A "
    "page may be short, or empty, and still have a `next`.",
    Success(
        200,
        "A page",
        product_answers.WantingPeople,
        {
            "items": [
                {
                    "id": examples.ONE,
                    "name": "Asha Example",
                    "email": "asha@example.com",
                    "phone": None,
                    "trust": "verified",
                    "saved": True,
                    "stars": None,
                    "viewed_on_days": 4,
                    "last_viewed_on": "2026-11-20",
                }
            ],
            "next": None,
        },
    ),
    parameters=(
        _PRODUCT,
        Parameter("purpose", "which consent they gave", example=DEFAULT_PURPOSE),
        CURSOR,
    ),
    refuses=(
        NOT_ALLOWED,
        errors.InvalidInput("purpose", "not declared"),
        BAD_CURSOR,
        _NO_PATH,
    ),
)

OPERATIONS = (_REPORT, _SIMILAR, _SUGGESTIONS, _INTERESTED)
