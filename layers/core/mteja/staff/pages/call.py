"""**Call**: who called, why, and what came of it. First the telephone number, to see whether it is
somebody whom we know; whoever is not becomes a customer with the call.

Numbers and addresses are sent with POST, so that none stands in a URL.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from mteja.business import asking
from mteja.errors import InvalidInput
from mteja.forms.definition import profile_form
from mteja.forms.labels import fault_text
from mteja.identity.identifiers import Trust
from mteja.pages.catalogues import marked
from mteja.staff.bodies import Call, CallOfSomebody
from mteja.staff.clerk import Clerk
from mteja.staff.pages import customer, words
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.find import found_by
from mteja.staff.pages.recognise import recognise
from mteja.staff.pages.words import CALLS, CHANNELS
from mteja.staff.parsing import from_fields

SECTION = "call"
_TEMPLATE = "staff/call.html"
_SAID = ("kind", "who", "why", "outcome", "heard_from", "follow_up_on")
_RIGHT = "right."  # before a field's name: the caller says that it is still right
_WHOLE_NUMBER = 8  # fewer digits are the end of a number
_SAYS_NOTHING = marked("Write down at least one of these.")
_NOBODY = marked("Write a telephone number, an e-mail address or who it was.")


def show(ask: Ask) -> Response:
    """Answer `GET /staff/call`: the number first, or the call of a customer who is known."""
    known = ask.request.query.get("customer")
    if known is None:
        ask.desk()
        return ask.page(_TEMPLATE, SECTION, **_empty())
    person = ask.told(ask.desk().read(known))
    return ask.page(_TEMPLATE, SECTION, **_empty(), **_form(ask, {}, _of(person)))


def look_up(ask: Ask) -> Response:
    """Answer `POST /staff/call/look-up`: who has that number, and the call of who has not."""
    asked = ask.form.get("q", "").strip()
    wanted = {name: value for name, value in recognise(asked).items() if name in {"phone", "email"}}
    found, more = found_by(ask, wanted)
    shown = _empty() | {"asked": asked, "found": found, "more": more is not None}
    whole = {name: value for name, value in wanted.items() if name == "email" or _is_whole(value)}
    return ask.page(_TEMPLATE, SECTION, **shown, **_form(ask, {}, whole))


def _is_whole(number: str) -> bool:
    return sum(one.isdigit() for one in number) >= _WHOLE_NUMBER


def record(ask: Ask) -> Response:
    """Answer `POST /staff/call`: the call is written down; then the customer's page."""
    said: dict[str, Any] = {
        name: ask.form[name] for name in _SAID if ask.form.get(name, "").strip()
    }
    ticked = _ticked(ask.form)
    if ticked:
        said["still_right"] = ticked
    known = ask.form.get("customer", "")
    key = ask.form.get("key") or None
    clerk = ask.by_staff(Clerk)
    try:
        if said.keys() <= {"kind"}:
            raise InvalidInput("body", _SAYS_NOTHING)  # the kind is chosen beforehand
        if known:
            clerk.call(known, from_fields(Call, said), key)
        else:
            known = clerk.call_of_somebody(from_fields(CallOfSomebody, _caller(ask, said)), key)[
                "customer"
            ]
    except InvalidInput as fault:
        return _again(ask, known, fault)
    return ask.see_other(f"/staff/customers/{known}", done="call")


def _ticked(form: Mapping[str, str]) -> list[str]:
    """Return the fields of which the caller says that they are still right."""
    return [name.removeprefix(_RIGHT) for name in form if name.startswith(_RIGHT)]


def _caller(ask: Ask, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of somebody unknown: who it was is also their name."""
    reached = {name: ask.form[name] for name in ("phone", "email") if ask.form.get(name)}
    name = {"name": said["who"]} if said.get("who") else {}
    if not reached and not name:
        raise InvalidInput("who", _NOBODY)
    return reached | name | dict(said)


def _again(ask: Ask, known: str, fault: InvalidInput) -> Response:
    of = _of(ask.told(ask.desk().read(known))) if known else _reached(ask.form)
    shown = _form(ask, ask.form, of, fault)
    again = ask.at("/staff/call", customer=known or None)
    return again.page(_TEMPLATE, SECTION, status=422, **_empty(), **shown)


def _options(ask: Ask, of_list: str, values: Iterable[str]) -> list[dict[str, str]]:
    word = words.word(ask.visit.language)
    return [{"value": value, "label": word(of_list, value)} for value in values]


def _empty() -> dict[str, Any]:
    return {"asked": "", "found": None, "more": False}


def _of(person: dict[str, Any]) -> dict[str, Any]:
    return {"customer": person["id"], "title": customer.title(person), "to_ask": _to_ask(person)}


def _to_ask(person: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is to be asked of a customer, each field with what is known of it by now: what
    anybody may have typed is told anew, and not only called right."""
    known = {
        name: one
        for name, one in person["traits"].items()
        if one["verified"] or person["trust"] == Trust.CLAIMED
    }
    return [{"field": name, "known": known.get(name)} for name in person["to_ask"]]


def _reached(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get(name, "") for name in ("phone", "email")}


def _form(
    ask: Ask, typed: Mapping[str, str], of: Mapping[str, Any], fault: InvalidInput | None = None
) -> dict[str, Any]:
    """Return the form's values. `of`: a customer's `customer` and `title`, or how somebody unknown
    was reached."""
    errors = {}
    if fault is not None:
        field = fault.field.partition(".")[0]
        at = {"name": "who", "body": "why"}.get(field, field)
        errors[at] = fault_text(fault, ask.visit.language)
    language, declared = ask.visit.language, asking()
    form = profile_form(declared)
    return {
        "of": of,
        "called": words.called(language, declared),
        "answered": words.answered(language, declared),
        "profile": form.id if form is not None and "staff" in form.modes else None,
        "right": _RIGHT,
        "ticked": _ticked(typed),
        "values": {name: typed.get(name, "") for name in _SAID},
        "errors": errors,
        "key": typed.get("key") or secrets.token_urlsafe(12),
        "kinds_of_calls": _options(ask, "call", CALLS),
        "channels": _options(ask, "channel", CHANNELS),
    }
