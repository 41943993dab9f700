"""**Customer**: everything of one person in one place, and linking what belongs together."""

from typing import Any

from mteja.customers.timeline import KINDS
from mteja.errors import InvalidInput
from mteja.pages.catalogues import marked
from mteja.staff.pages.asking import Ask, Response

SECTION = "find"
_TEMPLATE = "staff/customer.html"
_PAGE = 25
_UNNAMED = marked("Customer without a name")


def show(ask: Ask) -> Response:
    """Answer `GET /staff/customers/{customer}?kind=&cursor=`."""
    query = {"limit": str(_PAGE)}
    query |= {
        name: ask.request.query[name] for name in ("kind", "cursor") if name in ask.request.query
    }
    found = ask.desk().open(ask.parts["customer"], query)
    ask.count_unreadable(found.unreadable)
    person, timeline = found.body["person"], found.body["timeline"]
    return ask.page(
        _TEMPLATE,
        SECTION,
        person=person,
        timeline=timeline,
        title=title(person),
        unnamed=_UNNAMED,
        kinds=sorted(KINDS),
        kind=query.get("kind", ""),
        first_page="cursor" not in query,
        purposes={one.id: one.title for one in ask.business.purposes},
    )


def link(ask: Ask) -> Response:
    """Answer `POST /staff/customers/{customer}/link`: the two are one person from now on."""
    person = ask.changes().link(ask.parts["customer"], _other(ask))
    return ask.see_other(f"/staff/customers/{person['id']}")


def unlink(ask: Ask) -> Response:
    """Answer `POST /staff/customers/{customer}/unlink`: they are two persons again."""
    person = ask.changes().unlink(ask.parts["customer"], _other(ask))
    return ask.see_other(f"/staff/customers/{person['id']}")


def title(person: dict[str, Any]) -> str:
    """Return what a person is called: by name, or else by what is known; empty for nothing."""
    values = {field: trait["value"] for field, trait in person["traits"].items()}
    name = values.get("name") or {}
    parts = " ".join(part for part in (name.get("first"), name.get("last")) if part)
    return name.get("full") or parts or values.get("email") or values.get("phone") or ""


def _other(ask: Ask) -> str:
    other = ask.form.get("customer", "")
    if not other:
        raise InvalidInput("customer", "the id of another customer")
    return other
