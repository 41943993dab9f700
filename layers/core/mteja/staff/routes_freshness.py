"""The route to the report on how fresh fields are, as JSON or as CSV."""

from aws_lambda_powertools.event_handler import Response

from mteja.staff import freshness
from mteja.staff.access import caller, may_see_reports
from mteja.staff.freshness import FreshnessReports
from mteja.staff.responding import event, query, reported, router
from mteja.times import now_ms


@router.get("/v1/reports/freshness")
def report_freshness() -> Response[str]:
    may_see_reports(caller(event()))
    made = FreshnessReports.of_business(now_ms()).report(query("from", "to"))
    return reported(freshness.FRESHNESS, made, freshness.freshness_sheet)
