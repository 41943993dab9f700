"""The first page: where somebody begins to work."""

from mteja.staff.pages.asking import Ask, Response


def show(ask: Ask) -> Response:
    """Answer `GET /staff`: finding customers, or reports for those who see no persons."""
    seen = ask.frame("")
    if seen["sees_persons"]:
        return ask.see_other("/staff/find")
    if seen["sees_reports"]:
        return ask.see_other("/staff/reports/pages")
    return ask.page("staff/no-persons.html", "")
