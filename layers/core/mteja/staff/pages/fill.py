"""**Form**: any form or survey in staff mode, for somebody at the counter or on the telephone."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mteja.business import asking, surveying
from mteja.business.forms import Asking, Form, text_in
from mteja.errors import AlreadyTaken, InvalidFields, InvalidInput, faults_of
from mteja.forms.labels import fault_text
from mteja.forms.submission import read_submission
from mteja.http.problems import problem_of
from mteja.pages.catalogues import catalogue
from mteja.staff.pages import customer as customers
from mteja.staff.pages import paper as papers
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.forgery import FIELD
from mteja.staff.pages.paper import (
    CUSTOMER,
    KEY,
    LOCATION,
    STAFF,
    SURVEYS,
    TABLET,
    Paper,
    Taken,
    Typing,
)

if TYPE_CHECKING:
    from mteja.business.surveys import Survey

SECTION = "forms"
_LIST, _FILL = "staff/forms.html", "staff/fill.html"


def show_all(ask: Ask, fault: InvalidInput | None = None) -> Response:
    """Answer `GET /staff/forms`: the forms and surveys that staff fill in, and those that a tablet
    shows. `fault`: why a tablet was not started."""
    ask.desk()
    language = ask.visit.language
    forms, surveys = asking().forms, surveying().surveys
    on_tablets = [
        *_of_mode(forms, TABLET, language),
        *(one | {"id": f"{SURVEYS}{one['id']}"} for one in _of_mode(surveys, TABLET, language)),
    ]
    done = customers.DONE.get(f"form-{ask.request.query.get('done', '')}")
    return ask.page(
        _LIST,
        SECTION,
        status=200 if fault is None else 422,
        customer=ask.request.query.get("customer") or None,
        done=None if done is None else catalogue(language).gettext(done),
        forms=_of_mode(forms, STAFF, language),
        surveys=_of_mode(surveys, STAFF, language),
        kiosks=[{"value": one["id"], "label": one["title"]} for one in on_tablets],
        locations=location_options(asking()),
        location=ask.form.get("location", ""),
        taken=ask.request.query.get("taken", ""),
        fault=None if fault is None else fault_text(fault, language),
    )


def show(ask: Ask) -> Response:
    """Answer `GET /staff/forms/{form}` and `GET /staff/surveys/{survey}`, for a customer where one
    is named. Raises NotFound, InvalidInput."""
    chosen = ask.request.query.get("customer") or None
    return _page(ask, _paper(ask, chosen), chosen, Typing(ask.visit.language, {}))


def send(ask: Ask) -> Response:
    """Answer a POST there: it is in; then the customer's page."""
    sent = read_submission(ask.request.body, ask.request.headers, papers.OWN | {FIELD})
    chosen = sent.own.get(CUSTOMER) or None
    paper = _paper(ask, chosen)
    typing = Typing(ask.visit.language, sent.values, own=sent.own)
    try:
        taken = paper.take(typing)
    except (InvalidInput, InvalidFields, AlreadyTaken) as error:
        typing = replace(typing, faults=faults_of(error))
        return _page(ask, paper, chosen, typing, int(problem_of(error)["statusCode"]))
    return _after(ask, taken)


def _of_mode(
    declared: "Iterable[Form] | Iterable[Survey]", mode: str, language: str
) -> list[dict[str, Any]]:
    """Return the forms or surveys of a mode: `[{"id", "title"}]`."""
    return [
        {"id": one.id, "title": text_in(one.title, language)}
        for one in declared
        if mode in one.modes
    ]


def location_options(declared: Asking) -> list[dict[str, str]]:
    return [{"value": one, "label": one.replace("-", " ")} for one in declared.locations]


def _after(ask: Ask, taken: Taken) -> Response:
    if taken.customer is None:
        return ask.see_other("/staff/forms", done=taken.status)
    return ask.see_other(f"/staff/customers/{taken.customer}", done=f"form-{taken.status}")


def _page(
    ask: Ask, paper: Paper, chosen: str | None, typing: Typing, status: int = 200
) -> Response:
    title = None
    if chosen is not None:
        title = customers.title(ask.told(ask.desk().read(chosen)))
    own = typing.own or {}
    return ask.at(paper.path, customer=chosen).page(
        _FILL,
        SECTION,
        status=status,
        action=paper.path,
        customer=chosen,
        customer_title=title,
        locations=location_options(asking()),
        location=own.get(LOCATION, ""),
        key=own.get(KEY) or secrets.token_urlsafe(12),
        **paper.shown(typing),
    )


def _paper(ask: Ask, customer: str | None) -> Paper:
    name = papers.named(ask.parts)
    return ask.by_staff(
        lambda viewer, within, now: papers.paper(name, STAFF, viewer, within, now, customer)
    )
