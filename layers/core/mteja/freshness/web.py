"""`/still-right`: the page over a customer's own link that asks whether all is still right.

It shows which fields are meant and since when they are known, never a value: whoever takes the
answer can't open one. "Still right" moves when a field was last observed; a new value is taken as
the form of profiles takes it.
"""

from collections.abc import Mapping
from typing import Any

from mteja.customers.reading import Person
from mteja.errors import BadSignature, InvalidInput, NotFound, faults_of
from mteja.forms.definition import AskedField, Definition, profile_form
from mteja.forms.intake import FormTaken, take
from mteja.forms.sender import WEB, Confirmed, Sender
from mteja.forms.submission import LANGUAGE, OWN, TRAP, Submission, read_submission
from mteja.forms.visitors import Service, Visitor, visitor
from mteja.freshness import page
from mteja.freshness.confirming import confirm_elsewhere, standing
from mteja.freshness.page import ALL, AS_OF, RIGHT
from mteja.freshness.rules import to_confirm
from mteja.http.problems import problem_of
from mteja.http.request import Request
from mteja.pages.catalogues import marked

NOTHING = marked("tick what is still right, or write what has changed")
_OWN = OWN | {ALL, AS_OF}


def respond(
    request: Request, service: Service, now: int
) -> tuple[dict[str, Any], FormTaken | None]:
    """Answer a request for the page, or what was sent from it.

    Raises NotFound where the owner's file has no form of profiles, BadSignature and LinkExpired for
    a link that opens nothing (any more), and what taking a form raises.
    """
    form = profile_form(service.asking)
    if form is None:
        raise NotFound("form")
    if request.method != "POST":
        who = visitor(form.id, request, service, now)
        return page.show(who, _asked(who, _person(who))), None
    submission = read_submission(request.body, request.headers, _OWN)
    who = visitor(form.id, request, service, now, submission.own)
    person = _person(who)
    try:
        taken = _take(who, person, submission)
    except Exception as error:
        faults = faults_of(error)
        if not faults:
            raise
        status = int(problem_of(error)["statusCode"])
        sent = submission.values
        return page.show(who, _asked(who, person), sent, faults, status=status), None
    return page.thanks(who), taken


def _person(who: Visitor) -> Person:
    if who.person is None:
        raise BadSignature
    return who.person


def _asked(who: Visitor, person: Person) -> tuple[AskedField, ...]:
    return to_confirm(who.form, who.known(person), standing(person), who.now)


def _take(who: Visitor, person: Person, submission: Submission) -> FormTaken:
    if submission.own.get(TRAP):
        raise InvalidInput(TRAP, NOTHING)
    asked = {one.name for one in _asked(who, person)}
    values = dict(submission.values)
    ticked = _names(values.pop(RIGHT, None))
    if ALL in submission.own:
        ticked = asked
    given = _given(values)
    changed = {name for name, value in given.items() if value is not None}
    right = sorted((ticked & asked) - changed - who.suspect.keys())
    if not right and not changed:
        raise InvalidInput(RIGHT, NOTHING)
    as_of = _as_of(submission.own.get(AS_OF), who.now)
    meant = dict.fromkeys(right, as_of)
    here = confirm_elsewhere(person.id, person, meant, who.service.within, who.now)
    sender = Sender(
        WEB,
        submission.own.get(LANGUAGE) or who.language,
        who.now,
        customer=person.id,
        confirmed=Confirmed(tuple(right), here),
    )
    form = _form(who, [*given])
    return take(form, given, sender, asking=who.service.asking, within=who.service.within)


def _form(who: Visitor, names: list[str]) -> Definition:
    """Return the form with the fields that were filled in; what it does not have is told by it."""
    known = {one.name for one in who.taken.fields}
    return who.taken.only([one for one in names if one in known])


def _given(values: Mapping[str, object]) -> dict[str, object]:
    """Return what was filled in. The page shows a country with an address that was left empty."""
    given: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            parts = {part: text for part, text in value.items() if str(text).strip()}
            if parts.keys() - {"country"}:
                given[name] = value
        elif value not in (None, "", []) and not (isinstance(value, str) and not value.strip()):
            given[name] = value
    return given


def _names(sent: object) -> set[str]:
    names = sent if isinstance(sent, list) else [sent]
    return {one for one in names if isinstance(one, str)}


def _as_of(sent: str | None, now: int) -> int:
    """Return when the page was shown. Whoever has the link may say what they like: it decides only
    which of their own values they speak of."""
    if sent is None or not (sent.isascii() and sent.isdigit() and len(sent) <= 14):
        return now
    return min(int(sent), now)
