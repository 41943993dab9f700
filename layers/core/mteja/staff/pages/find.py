"""**Find**: one box for whatever a customer says or shows.

It is sent with POST: an address or a number in a URL would stay in histories and logs.
"""

from typing import Any

from mteja.errors import InvalidInput
from mteja.pages.catalogues import marked
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.recognise import recognise

SECTION = "find"
_TEMPLATE = "staff/find.html"
_NOTHING = marked("Write an e-mail address, a telephone number, an order number or a card number.")


def show(ask: Ask) -> Response:
    """Answer `GET /staff/find`."""
    ask.desk()
    return _page(ask, asked="")


def search(ask: Ask) -> Response:
    """Answer `POST /staff/find`: whoever is found, or straight to the only one."""
    ask.desk()
    asked = ask.form.get("q", "").strip()
    wanted = recognise(asked)
    if "field" in ask.form:
        # The next page of what one field found.
        wanted = {name: value for name, value in wanted.items() if name == ask.form["field"]}
    if not wanted:
        return _page(ask, asked=asked, error=_NOTHING, status=422)
    found, more = found_by(ask, wanted, ask.form.get("cursor"))
    if len(found) == 1 and more is None and "cursor" not in ask.form:
        return ask.see_other(f"/staff/customers/{found[0]['id']}")
    return _page(ask, asked=asked, found=found, more=more)


def found_by(
    ask: Ask, wanted: dict[str, str], cursor: str | None = None
) -> tuple[list[dict[str, Any]], dict[str, str] | None]:
    """Return people, each once, and where the list goes on. What a text can't be finds nobody."""
    desk = ask.desk()
    people: dict[str, dict[str, Any]] = {}
    more = None
    for name, value in wanted.items():
        query = {name: value} if cursor is None else {name: value, "cursor": cursor}
        try:
            body = ask.told(desk.find(query))
        except InvalidInput:
            continue
        for one in body["items"]:
            people.setdefault(one["id"], one)
        if body["next"] is not None:
            more = {"field": name, "cursor": body["next"]}
    return list(people.values()), more


def _page(ask: Ask, *, asked: str, status: int = 200, **values: Any) -> Response:
    shown = {"found": None, "more": None, "error": ""} | values
    return ask.page(_TEMPLATE, SECTION, status=status, asked=asked, **shown)
