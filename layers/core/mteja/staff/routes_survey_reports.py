"""Routes to the reports on surveys, as JSON or as CSV."""

from aws_lambda_powertools.event_handler import Response

from mteja.business import business
from mteja.business.load import asking, sites, surveying
from mteja.staff import reports, survey_reports, survey_sheets
from mteja.staff.access import caller, may_see_reports
from mteja.staff.reports import Reports
from mteja.staff.responding import event, query, reported, router
from mteja.staff.survey_reports import SurveyReports
from mteja.store.apart import events_table, summaries_table
from mteja.store.table import customers_table
from mteja.summaries.reading import Tables
from mteja.times import now_ms


@router.get("/v1/reports/nps")
def report_nps() -> Response[str]:
    return reported(survey_reports.NPS, _reports().nps(query()), survey_sheets.nps_sheet)


@router.get("/v1/reports/reasons")
def report_reasons() -> Response[str]:
    made = _reports().reasons(query())
    return reported(survey_reports.REASONS, made, survey_sheets.reasons_sheet)


@router.get("/v1/reports/survey/<survey>")
def report_survey(survey: str) -> Response[str]:
    made = _reports().survey(survey, query())
    return reported(survey_reports.SURVEY, made, survey_sheets.survey_sheet)


@router.get("/v1/reports/sources")
def report_sources() -> Response[str]:
    asked = _reports()
    tables = Tables(events_table(), summaries_table())
    visits = Reports(sites(), tables, asked.zone, asked.now)
    made = asked.sources(query(), visits)
    return reported(reports.SOURCES, made, survey_sheets.sources_sheet)


def _reports() -> SurveyReports:
    """Return what is nobody's. Raises NotAllowed for who is in none of the groups."""
    may_see_reports(caller(event()))
    zone = business().time_zone
    return SurveyReports(
        surveying(), asking(), customers_table(), summaries_table(), zone, now_ms()
    )
