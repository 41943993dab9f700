"""The first page: where somebody begins to work."""

from mteja.business.load import sites
from mteja.staff.pages.asking import Ask, Response


def show(ask: Ask) -> Response:
    """Answer `GET /staff`: finding customers, or reports for those who see no persons."""
    seen = ask.frame("")
    if seen["sees_persons"]:
        return ask.see_other("/staff/find")
    if seen["sees_reports"]:
        # Without websites nothing is known of pages.
        return ask.see_other(f"/staff/reports/{'pages' if sites().sites else 'products'}")
    return ask.page("staff/no-persons.html", "")
