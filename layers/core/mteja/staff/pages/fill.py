"""**Form**: any form in staff mode, for somebody at the counter or on the telephone."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from mteja.business import asking
from mteja.business.forms import Asking, text_in
from mteja.errors import AlreadyTaken, InvalidFields, InvalidInput
from mteja.errors import faults_of as faults_of  # kiosk.py takes it from here
from mteja.forms.definition import Definition
from mteja.forms.fields import Fill
from mteja.forms.intake import FormTaken
from mteja.forms.labels import fault_text
from mteja.forms.submission import read_submission
from mteja.http.problems import problem_of
from mteja.pages.catalogues import catalogue
from mteja.staff.forms import Forms
from mteja.staff.pages import customer as customers
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.forgery import FIELD
from mteja.times import now_ms

SECTION = "forms"
MODE = "staff"
KEY, LOCATION, CUSTOMER = "_key", "_location", "_customer"
OWN = frozenset({FIELD, KEY, LOCATION, CUSTOMER})
"""Names that are the staff pages' own, and no fields of a form."""
_LIST, _FILL = "staff/forms.html", "staff/fill.html"


def show_all(ask: Ask, fault: InvalidInput | None = None) -> Response:
    """Answer `GET /staff/forms`: the forms that staff fill in, and those that a tablet shows.
    `fault`: why a tablet was not started."""
    ask.desk()
    declared = asking()
    done = customers.DONE.get(f"form-{ask.request.query.get('done', '')}")
    return ask.page(
        _LIST,
        SECTION,
        status=200 if fault is None else 422,
        customer=ask.request.query.get("customer") or None,
        done=None if done is None else catalogue(ask.visit.language).gettext(done),
        forms=of_mode(declared, MODE, ask.visit.language),
        kiosks=[
            {"value": one["id"], "label": one["title"]}
            for one in of_mode(declared, "kiosk", ask.visit.language)
        ],
        locations=location_options(declared),
        location=ask.form.get("location", ""),
        taken=ask.request.query.get("taken", ""),
        fault=None if fault is None else fault_text(fault, ask.visit.language),
    )


def show(ask: Ask) -> Response:
    """Answer `GET /staff/forms/{form}`, for a customer where one is named. Raises NotFound."""
    chosen = ask.request.query.get("customer") or None
    form = _forms(ask).form(ask.parts["form"], MODE, chosen)
    return _page(ask, form, chosen, {}, ())


def send(ask: Ask) -> Response:
    """Answer `POST /staff/forms/{form}`: the form is in; then the customer's page."""
    sent = read_submission(ask.request.body, ask.request.headers, OWN)
    chosen = sent.own.get(CUSTOMER) or None
    forms = _forms(ask)
    try:
        taken = forms.fill_in(
            ask.parts["form"],
            sent.values,
            mode=MODE,
            language=ask.visit.language,
            customer=chosen,
            location=sent.own.get(LOCATION) or None,
            key=sent.own.get(KEY) or None,
        )
    except (InvalidInput, InvalidFields, AlreadyTaken) as error:
        form = forms.form(ask.parts["form"], MODE, chosen)
        own = {name: sent.own.get(name, "") for name in (KEY, LOCATION)}
        status = int(problem_of(error)["statusCode"])
        return _page(ask, form, chosen, sent.values, faults_of(error), own, status)
    return _after(ask, taken)


def of_mode(declared: Asking, mode: str, language: str) -> list[dict[str, Any]]:
    """Return the forms that are filled in in a mode: `[{"id", "title"}]`."""
    return [
        {"id": one.id, "title": text_in(one.title, language)}
        for one in declared.forms
        if mode in one.modes
    ]


def location_options(declared: Asking) -> list[dict[str, str]]:
    return [{"value": one, "label": one.replace("-", " ")} for one in declared.locations]


def _after(ask: Ask, taken: FormTaken) -> Response:
    if taken.customer is None:
        return ask.see_other("/staff/forms", done=taken.status)
    return ask.see_other(f"/staff/customers/{taken.customer}", done=f"form-{taken.status}")


def _page(
    ask: Ask,
    form: Definition,
    chosen: str | None,
    typed: Mapping[str, object],
    faults: Sequence[InvalidInput],
    own: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    fill = Fill(form, ask.visit.language, ask.business, now_ms(), typed, faults, completes=False)
    title = None
    if chosen is not None:
        title = customers.title(ask.told(ask.desk().read(chosen)))
    return ask.at(f"/staff/forms/{form.id}", customer=chosen).page(
        _FILL,
        SECTION,
        status=status,
        form_id=form.id,
        title=text_in(form.form.title, ask.visit.language),
        intro=text_in(form.form.intro, ask.visit.language),
        fields=fill.fields(),
        others=fill.others({}),
        customer=chosen,
        customer_title=title,
        locations=location_options(asking()),
        location=(own or {}).get(LOCATION, ""),
        key=(own or {}).get(KEY) or secrets.token_urlsafe(12),
    )


def _forms(ask: Ask) -> Forms:
    return ask.by_staff(lambda viewer, within, now: Forms(viewer, within, now, asking()))
