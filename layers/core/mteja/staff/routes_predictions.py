"""Routes to what customers do next: of one person, and of all in numbers."""

from aws_lambda_powertools.event_handler import Response

from mteja.staff import predictions
from mteja.staff.access import caller, may_see_reports
from mteja.staff.predictions import Customers, Next
from mteja.staff.responding import by_staff, event, looked_at, query, reported, router
from mteja.store.apart import summaries_table
from mteja.times import now_ms


@router.get("/v1/customers/<customer>/prediction")
def predict_customer(customer: str) -> Response[str]:
    query()  # nothing is asked but the customer
    by = _next()
    return looked_at(predictions.PREDICTION, by.viewer, by.prediction(customer))


@router.get("/v1/leaving")
def list_leaving() -> Response[str]:
    by = _next()
    return looked_at(predictions.LEAVING, by.viewer, by.leaving(query("purpose", "cursor")))


@router.get("/v1/reports/customers")
def report_customers() -> Response[str]:
    may_see_reports(caller(event()))
    made = Customers.of_business(now_ms()).report(query("from", "to"))
    return reported(predictions.REPORT, made, predictions.customers_sheet)


def _next() -> Next:
    """Return what may be asked of one person. Raises NotAllowed for who may not see persons."""
    return by_staff(lambda viewer, within, now: Next(viewer, within, now, summaries_table()))
