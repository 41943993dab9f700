"""The route to what the daily job did, as JSON or as CSV."""

from aws_lambda_powertools.event_handler import Response

from mteja.staff import inactivity
from mteja.staff.access import caller, may_see_reports
from mteja.staff.inactivity import Runs
from mteja.staff.responding import event, query, reported, router
from mteja.times import now_ms


@router.get("/v1/reports/inactivity")
def report_inactivity() -> Response[str]:
    may_see_reports(caller(event()))
    made = Runs.of_business(now_ms()).report(query("from", "to"))
    return reported(inactivity.REPORT, made, inactivity.report_sheet)
