"""Routes to what products did, to what goes with one, and to who may want what."""

from aws_lambda_powertools.event_handler import Response

from mteja.staff import products
from mteja.staff.access import caller, may_see_reports
from mteja.staff.products import Numbers, Wants, tables_apart
from mteja.staff.responding import (
    by_staff,
    done,
    event,
    looked_at,
    parameter,
    query,
    reported,
    router,
)
from mteja.times import now_ms


@router.get("/v1/reports/products")
def report_products() -> Response[str]:
    made = _numbers().report(query("from", "to", "site", "by"))
    return reported(products.REPORT, made, products.report_sheet)


@router.get("/v1/products/<product>/similar")
def similar_products(product: str) -> Response[str]:
    query()  # nothing is asked but the product
    return done(200, products.SIMILAR, _numbers().similar(parameter("id", product)))


@router.get("/v1/customers/<customer>/suggestions")
def suggest_products(customer: str) -> Response[str]:
    by = _wants()
    return looked_at(products.SUGGESTIONS, by.viewer, by.suggestions(customer, query("limit")))


@router.get("/v1/products/<product>/interested")
def interested_in_product(product: str) -> Response[str]:
    by, asked = _wants(), query("purpose", "cursor")
    found = by.interested(parameter("id", product), asked)
    return looked_at(products.INTERESTED, by.viewer, found)


def _numbers() -> Numbers:
    """Return what is nobody's. Raises NotAllowed for who is in none of the groups."""
    may_see_reports(caller(event()))
    return Numbers.of_business(now_ms())


def _wants() -> Wants:
    """Return what persons want. Raises NotAllowed for who may not see persons."""
    return by_staff(lambda viewer, within, now: Wants(viewer, within, now, tables_apart()))
