"""The first page: where somebody begins to work."""

from mteja.staff.pages.asking import Ask, Response


def show(ask: Ask) -> Response:
    """Answer `GET /staff`: finding customers, or what those may do who see no persons."""
    if ask.frame("")["sees_persons"]:
        return ask.see_other("/staff/find")
    return ask.page("staff/no-persons.html", "")
