"""**Kiosk**: a tablet that customers fill in themselves.

Whoever starts it signs the tablet out: what remains in the browser is a pass for one form, which
opens no page and no customer. What is typed is forgotten when it is sent, or when nobody goes on.
Without a network it waits in the tablet and is sent later, each form under a key of its own, so
that it counts once.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mteja import links
from mteja.audit import Viewer
from mteja.business import asking
from mteja.business.forms import text_in
from mteja.errors import (
    AlreadyTaken,
    InvalidFields,
    InvalidInput,
    MtejaError,
    NotFound,
    NotSignedIn,
)
from mteja.forms.definition import Definition
from mteja.forms.fields import Fill
from mteja.forms.preorder import WAITING
from mteja.forms.submission import Submission, read_submission
from mteja.http import forms as posted
from mteja.http.problems import answer as json_answer
from mteja.http.problems import problem_of
from mteja.http.request import Request
from mteja.links import Link
from mteja.pages import assets, responses
from mteja.pages.visit import Visit
from mteja.recording.record import recorder
from mteja.staff.forms import Forms
from mteja.staff.pages import cookies, forgery
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.fill import KEY, OWN, faults_of
from mteja.times import DAY_MS, business_day, now_ms

ROOT = "/staff/kiosk/"
WORKER = "/staff/kiosk/worker.js"
THANKS = "/thanks"
KIND = "kiosk"
_MODE = "kiosk"
_TEMPLATE, _THANKS_TEMPLATE = "staff/kiosk.html", "staff/kiosk-thanks.html"
_PASS_DAYS = 1


@dataclass(frozen=True)
class Pass:
    """What the tablet may do: send one form, at one place, in the name of who started it."""

    form: str
    location: str | None
    by: str


def start(ask: Ask) -> Response:
    """Answer `POST /staff/kiosk`: the tablet shows a form, and is signed out."""
    may = Pass(ask.form.get("form", ""), ask.form.get("location") or None, _by(ask))
    _check(may)
    subject = json.dumps([may.form, may.location, may.by], separators=(",", ":"))
    link = Link(KIND, subject, now_ms() + _PASS_DAYS * DAY_MS)
    token = links.make(link, recorder().vault.index)
    new = [
        *cookies.ended(),
        cookies.make(cookies.KIOSK, token, _PASS_DAYS * 86_400),
        cookies.make(cookies.FORM, forgery.new_token(), _PASS_DAYS * 86_400),
    ]
    return responses.see_other(ask.visit.url(f"{ROOT}{may.form}"), cookies=new)


def answer(request: Request, visit: Visit) -> Response | None:
    """Answer what a tablet asks, None for what is none of its paths.

    Raises NotSignedIn without a pass, or with one for another form.
    """
    path = request.path.rstrip("/")
    if path == WORKER:
        return _worker()
    if not path.startswith(ROOT):
        return None
    may = _pass_of(request)
    thanked = path.endswith(THANKS)
    if path.removeprefix(ROOT).removesuffix(THANKS) != may.form:
        raise NotSignedIn
    if thanked:
        return responses.page(visit, _THANKS_TEMPLATE, _thanks(request, visit, may))
    if request.method == "POST":
        return _send(request, visit, may)
    return _page(request, visit, may, {}, ())


def _send(request: Request, visit: Visit, may: Pass) -> Response:
    wants_json = "application/json" in request.headers.get("accept", "")
    try:
        forgery.check(request, posted.fields(request))
        sent = read_submission(request.body, request.headers, OWN)
        return _taken(request, visit, may, sent, wants_json=wants_json)
    except MtejaError as error:
        if wants_json:
            return problem_of(error)
        raise


def _taken(
    request: Request, visit: Visit, may: Pass, sent: Submission, *, wants_json: bool
) -> Response:
    try:
        taken = _forms(may).fill_in(
            may.form,
            sent.values,
            mode=_MODE,
            language=visit.language,
            location=may.location,
            key=sent.own.get(KEY) or None,
        )
    except (InvalidInput, InvalidFields, AlreadyTaken) as error:
        if wants_json:
            raise
        status = int(problem_of(error)["statusCode"])
        return _page(request, visit, may, sent.values, faults_of(error), status)
    if wants_json:
        return json_answer(201, {"interaction_id": taken.interaction, "status": taken.status})
    told = {"status": WAITING} if taken.status == WAITING else {}
    return responses.see_other(visit.url(f"{ROOT}{may.form}{THANKS}", **told))


def _page(
    request: Request,
    visit: Visit,
    may: Pass,
    typed: Mapping[str, object],
    faults: Sequence[InvalidInput],
    status: int = 200,
) -> Response:
    form = _check(may)
    today = business_day(now_ms(), recorder().business.time_zone)
    fill = Fill(form, visit.language, today, typed, faults, completes=False)
    held = forgery.token(request)
    token = held or forgery.new_token()
    new = () if held else (cookies.make(cookies.FORM, token, _PASS_DAYS * 86_400),)
    shown: dict[str, Any] = {
        "form_id": form.id,
        "title": text_in(form.form.title, visit.language),
        "intro": text_in(form.form.intro, visit.language),
        "button": text_in(form.form.button, visit.language),
        "thanks": text_in(form.form.thanks, visit.language),
        "fields": fill.fields(),
        "others": fill.others({}),
        "token_field": forgery.FIELD,
        "token": token,
        "key": secrets.token_urlsafe(12),
    }
    return responses.page(visit, _TEMPLATE, shown, status=status, cookies=new)


def _thanks(request: Request, visit: Visit, may: Pass) -> dict[str, Any]:
    form = _check(may)
    return {
        "form_id": form.id,
        "thanks": text_in(form.form.thanks, visit.language),
        "waiting": request.query.get("status") == WAITING,
    }


def _worker() -> Response:
    """Return the script that keeps the page for when there is no network. It stands under the
    tablet's own path, since a worker serves no page above its script."""
    response = assets.answer(f"/{assets.named('kiosk-worker.js')}")
    response["headers"]["cache-control"] = "no-cache"
    return response


def _pass_of(request: Request) -> Pass:
    held = request.cookies.get(cookies.KIOSK)
    if not held:
        raise NotSignedIn
    try:
        link = links.open_link(held, KIND, now_ms(), recorder().vault.index)
    except MtejaError:
        raise NotSignedIn from None
    form, location, by = json.loads(link.customer)
    return Pass(form, location, by)


def _check(may: Pass) -> Definition:
    """Return the form of a pass. Raises NotFound for one that no tablet shows, or elsewhere."""
    if may.location is not None and may.location not in asking().locations:
        raise NotFound("location")
    return _forms(may).form(may.form, _MODE)


def _forms(may: Pass) -> Forms:
    return Forms(Viewer(may.by, None), recorder(), now_ms(), asking())


def _by(ask: Ask) -> str:
    ask.desk()
    return ask.session.caller.viewer.sub
