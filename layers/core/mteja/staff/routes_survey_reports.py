"""Routes to the reports on surveys, as JSON or as CSV."""

from aws_lambda_powertools.event_handler import Response

from mteja.staff import reports, survey_reports, survey_sheets
from mteja.staff.access import caller, may_see_reports
from mteja.staff.responding import event, query, reported, router
from mteja.staff.survey_reports import OF_ANSWERS, SurveyReports
from mteja.times import now_ms


@router.get("/v1/reports/nps")
def report_nps() -> Response[str]:
    made = _reports().nps(query(*OF_ANSWERS))
    return reported(survey_reports.NPS, made, survey_sheets.nps_sheet)


@router.get("/v1/reports/reasons")
def report_reasons() -> Response[str]:
    made = _reports().reasons(query(*OF_ANSWERS))
    return reported(survey_reports.REASONS, made, survey_sheets.reasons_sheet)


@router.get("/v1/reports/survey/<survey>")
def report_survey(survey: str) -> Response[str]:
    made = _reports().survey(survey, query("from", "to", "trust", "by"))
    return reported(survey_reports.SURVEY, made, survey_sheets.survey_sheet)


@router.get("/v1/reports/sources")
def report_sources() -> Response[str]:
    made = _reports().sources(query("from", "to", "site", "survey", "trust"))
    return reported(reports.SOURCES, made, survey_sheets.sources_sheet)


def _reports() -> SurveyReports:
    """Return what is nobody's. Raises NotAllowed for who is in none of the groups."""
    may_see_reports(caller(event()))
    return SurveyReports.of_business(now_ms())
