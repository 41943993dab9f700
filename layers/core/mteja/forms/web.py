"""`/v1/forms/{form}` and `/forms/{form}`: forms on the web, for browsers and for programs.

Whether a customer is known shows in no answer: the same fields are asked and the same is answered.
Pages are imported where one is shown: a program that sends JSON does not wait for templates.
"""

from collections.abc import Mapping
from typing import Any

from mteja.errors import faults_of
from mteja.forms import guard, shown, turnstile
from mteja.forms.intake import FormTaken, take
from mteja.forms.sender import WEB, Sender
from mteja.forms.submission import ASKED, Submission, is_browser, read_submission
from mteja.forms.visitors import Service, Visitor, visitor
from mteja.http.headers import idempotency_key
from mteja.http.problems import answer, problem_of
from mteja.http.request import Request
from mteja.identity.identifiers import EMAIL

_FILES = "/assets/"
_API = "/v1/"
_JOINING = "rewards"
# A customer's card of points and stamps.
_CARD = "/rewards"
# What the links of messages lead to.
_UNSUBSCRIBE = "/unsubscribe/"
_OF_MESSAGES = ("/confirm/", _UNSUBSCRIBE)
_STILL_RIGHT = "/still-right"


def respond(
    request: Request, service: Service, now: int
) -> tuple[dict[str, Any], FormTaken | None]:
    """Answer one request; return what was taken, if it was a form.

    Raises errors of the domain: `refused` makes their answer.
    """
    if request.path.startswith(_OF_MESSAGES):
        from mteja.mail import web

        return web.respond(request, service.within, now), None
    if request.path == _CARD:
        from mteja.rewards import wallet

        return wallet.respond(request, service.within, now), None
    if request.path == _STILL_RIGHT:
        from mteja.freshness import web as freshness

        return freshness.respond(request, service, now)
    if request.method == "POST":
        return _taken(request, service, now)
    if request.path.startswith(_FILES):
        from mteja.pages import assets

        return assets.answer(request.path), None
    who = visitor(_form(request), request, service, now)
    if request.path.startswith(_API):
        return answer(200, shown.form(who.asked, who.language, service.within.table)), None
    from mteja.forms import page

    thanked = request.path.endswith("/thanks")
    return (page.thanks_page(who) if thanked else page.form_page(who)), None


def is_unsubscribing(request: Request) -> bool:
    """Whether somebody, or a mail program for somebody, takes a consent back."""
    return request.method == "POST" and request.path.startswith(_UNSUBSCRIBE)


def refused(error: Exception, request: Request | None, service: Service) -> dict[str, Any]:
    """Return the answer that an error means: a page for a browser, problem details for others."""
    if request is None or not _shows_pages(request):
        return problem_of(error)
    from mteja.forms import page

    return page.refusal(error, request, service)


def _shows_pages(request: Request) -> bool:
    if request.method == "POST":
        return is_browser(request.headers)
    return not request.path.startswith((_API, _FILES))


def _form(request: Request) -> str:
    return request.path_parameters.get("form", "")


def _taken(request: Request, service: Service, now: int) -> tuple[dict[str, Any], FormTaken | None]:
    submission = read_submission(request.body, request.headers)
    who = visitor(_form(request), request, service, now, submission.own)
    try:
        taken = _accept(who, submission)
    except Exception as error:
        faults = faults_of(error)
        if not faults or not is_browser(request.headers):
            raise
        from mteja.forms import page

        status = int(problem_of(error)["statusCode"])
        again = page.form_page(who, status=status, sent=submission.values, faults=faults)
        return again, None
    if submission.html:
        from mteja.forms import page

        return page.thanks(who, taken), taken
    return answer(202, taken.told()), taken


def _accept(who: Visitor, submission: Submission) -> FormTaken:
    service = who.service
    guard.check(who.form.id, submission.own, who.now, service.within.vault.index)
    values = dict(submission.values)
    answered = values.pop(turnstile.ANSWER, None)
    asked = service.asking.turnstile if who.form.form.turnstile else None
    if asked is not None and who.person is None:
        turnstile.check(answered, asked.secret, service.secrets)
    if who.person is not None:
        # What a page showed and nobody answered was seen and left out.
        for name in submission.own.get(ASKED, "").split():
            values.setdefault(name, None)
    sender = Sender(
        WEB,
        who.language,
        who.now,
        customer=who.person.id if who.person is not None else None,
        key=idempotency_key(who.request.headers),
        confirms=_confirms(who, values),
        reads=who.reads,
        welcomes=_welcomes(who, values),
    )
    return take(who.taken, values, sender, asking=service.asking, within=service.within)


def _welcomes(who: Visitor, values: Mapping[str, object]) -> bool:
    """Whether whoever joins the rewards is sent the card. Raises RateLimited for one sender who
    causes many mails."""
    mails = who.service.mails() if who.form.kind == _JOINING and values.get(EMAIL) else None
    if mails is None:
        return False
    mails.take(who.request.address)
    return True


def _confirms(who: Visitor, values: Mapping[str, object]) -> bool:
    """Whether a mail asks to confirm what somebody agrees to. Raises RateLimited for one sender who
    causes many."""
    asked = (one.name for one in who.taken.fields if one.field.type == "consent")
    if who.person is not None or not any(map(values.get, asked)):
        return False
    mails = who.service.mails()
    if mails is None:
        return False
    mails.take(who.request.address)
    return True
