"""**Kiosk**: a tablet that customers fill in themselves.

Whoever starts it signs the tablet out: what remains in the browser is a pass for one form or
survey, which opens no page and no customer. What is typed is forgotten when it is sent, or when
nobody goes on. Without a network it waits in the tablet and is sent later, each form under a key of
its own, so that it counts once; it says when, under which pass and in which language it was filled
in. Answers to an anonymous survey never wait: staff would see them.
"""

import secrets
from dataclasses import replace

from mteja.audit import Viewer
from mteja.business import asking
from mteja.errors import (
    AlreadyTaken,
    InvalidFields,
    InvalidInput,
    NotFound,
    NotSignedIn,
    faults_of,
)
from mteja.forms.labels import fault_text
from mteja.forms.preorder import WAITING
from mteja.forms.submission import LANGUAGE, Submission, read_submission
from mteja.forms.values import NEEDED, NOT_EMAIL
from mteja.http import forms as posted
from mteja.http.problems import answer as json_answer
from mteja.http.problems import problem_of
from mteja.http.request import Request
from mteja.observing import logger
from mteja.pages import assets, responses
from mteja.pages.visit import Visit
from mteja.recording.record import recorder
from mteja.staff.pages import cookies, forgery, kiosk_pass
from mteja.staff.pages import paper as papers
from mteja.staff.pages.asking import SERVICE, Ask, Response
from mteja.staff.pages.fill import show_all
from mteja.staff.pages.kiosk_pass import AT, MARK, Filling, Pass
from mteja.staff.pages.paper import KEY, LOCATION, TABLET, Paper, Taken, Typing
from mteja.times import now_ms

ROOT = "/staff/kiosk/"
WORKER = "/staff/kiosk/worker.js"
THANKS = "/thanks"
OWN = papers.OWN | {forgery.FIELD, AT, MARK, LANGUAGE}
"""Names that are the tablet's own, and no fields of a form."""
_FORGET_S = 300
"""Without scripts nobody sees that somebody still types, so what is shown again stays longer."""
_WITHOUT_NETWORK = {"empty": NEEDED, "email": NOT_EMAIL}
_TEMPLATE, _THANKS_TEMPLATE = "staff/kiosk.html", "staff/kiosk-thanks.html"
_PASS_S = kiosk_pass.DAYS * 86_400


def start(ask: Ask) -> Response:
    """Answer `POST /staff/kiosk`: the tablet shows a form, and is signed out."""
    by = _by(ask)
    form, location = ask.form.get("form", ""), ask.form.get("location") or None
    if not form:
        return show_all(ask, InvalidInput("form", NEEDED))
    may = kiosk_pass.new(form, location, by, now_ms())
    paper_of(Filling(may, now_ms()))
    new = [
        *cookies.ended(),
        cookies.make(cookies.KIOSK, may.token(recorder().vault.index), _PASS_S),
        cookies.make(cookies.FORM, forgery.new_token(), _PASS_S),
    ]
    return responses.see_other(ask.visit.url(f"{ROOT}{form}"), cookies=new)


def wants_json(request: Request) -> bool:
    """Whether the tablet's script asks, which shows by itself what is wrong."""
    return "application/json" in request.headers.get("accept", "")


def answer(request: Request, visit: Visit) -> Response | None:
    """Answer what a tablet asks, None for what is none of its paths.

    Raises NotSignedIn without a pass, or with one for another form, and what is wrong with a form
    that the tablet's script sent.
    """
    path = request.path.rstrip("/")
    if path == WORKER:
        return _worker()
    if not path.startswith(ROOT):
        return None
    may = kiosk_pass.in_force(request.cookies.get(cookies.KIOSK), now_ms(), recorder().vault.index)
    thanks = THANKS if path.endswith(THANKS) else ""
    form = path.removeprefix(ROOT).removesuffix(thanks)
    if request.method == "POST" and not thanks:
        response = _send(request, visit, form)
    elif form != may.form:
        raise NotSignedIn
    elif thanks:
        response = _thanks(request, visit, may)
    else:
        response = _page(request, visit, may, Typing(visit.language, {}))
    what = f"{request.method} {ROOT}{{form}}{thanks}"
    logger(SERVICE).info("answered", what=what, by=may.by, status=response["statusCode"])
    return response


def take(sent: Submission, filled: Filling, language: str) -> Taken:
    """Take what was filled in at a tablet. Raises as `Paper.take` does."""
    own = {**sent.own, LOCATION: filled.may.location or ""}
    return paper_of(filled).take(Typing(language, sent.values, own=own))


def paper_of(filled: Filling) -> Paper:
    """Return what a pass shows. Raises NotFound for what no tablet shows, or elsewhere."""
    may = filled.may
    if may.location is not None and may.location not in asking().locations:
        raise NotFound("location")
    return papers.paper(may.form, TABLET, Viewer(may.by, None), recorder(), filled.at)


def as_read(visit: Visit, sent: Submission) -> Visit:
    """Return the visit in the language of the page that was filled in: in that one somebody read
    what they agreed to."""
    language = sent.own.get(LANGUAGE, "")
    return replace(visit, language=language) if language in visit.offered else visit


def _send(request: Request, visit: Visit, form: str) -> Response:
    """Take a form, for the pass under which it was filled in."""
    forgery.check(request, posted.fields(request))
    sent = read_submission(request.body, request.headers, OWN)
    filled = kiosk_pass.filling(form, sent.own, now_ms(), recorder().vault.index)
    seen = as_read(visit, sent)
    try:
        taken = take(sent, filled, seen.language)
    except (InvalidInput, InvalidFields, AlreadyTaken) as error:
        if wants_json(request):
            raise _translated(error, seen.language) from error
        status = int(problem_of(error)["statusCode"])
        typing = Typing(seen.language, sent.values, faults_of(error), sent.own)
        return _page(request, seen, filled.may, typing, status)
    if wants_json(request):
        return json_answer(201, dict(taken.told))
    told = {"status": WAITING} if taken.status == WAITING else {}
    return responses.see_other(visit.url(f"{ROOT}{form}{THANKS}", **told))


def _translated(
    error: InvalidInput | InvalidFields | AlreadyTaken, language: str
) -> InvalidInput | InvalidFields | AlreadyTaken:
    """Return the same error with its texts in a language."""
    faults = [InvalidInput(one.field, fault_text(one, language)) for one in faults_of(error)]
    match error:
        case AlreadyTaken():
            return AlreadyTaken(error.field, faults[0].message)
        case InvalidInput():
            return faults[0]
        case InvalidFields():
            return InvalidFields(faults)


def _page(request: Request, visit: Visit, may: Pass, typing: Typing, status: int = 200) -> Response:
    paper = paper_of(Filling(may, now_ms()))
    held = forgery.token(request)
    token = held or forgery.new_token()
    new = () if held else (cookies.make(cookies.FORM, token, _PASS_S),)
    shown = paper.shown(typing)
    shown |= {
        "form_id": paper.name,
        "again": _FORGET_S if typing.faults else None,
        "faults": {
            name: fault_text(InvalidInput(name, text), visit.language)
            for name, text in _WITHOUT_NETWORK.items()
        },
        "token_field": forgery.FIELD,
        "token": token,
        "own": shown["own"]
        | {
            KEY: secrets.token_urlsafe(12),
            MARK: may.mark(recorder().vault.index),
            LANGUAGE: visit.language,
        },
    }
    return responses.page(visit, _TEMPLATE, shown, status=status, cookies=new)


def _thanks(request: Request, visit: Visit, may: Pass) -> Response:
    paper = paper_of(Filling(may, now_ms()))
    shown = {
        "form_id": paper.name,
        "thanks": paper.shown(Typing(visit.language, {}))["thanks"],
        "waiting": request.query.get("status") == WAITING,
    }
    return responses.page(visit, _THANKS_TEMPLATE, shown)


def _worker() -> Response:
    """Return the script that keeps the page for when there is no network. It stands under the
    tablet's own path, since a worker serves no page above its script."""
    response = assets.answer(f"/{assets.named('kiosk-worker.js')}")
    response["headers"]["cache-control"] = "no-cache"
    return response


def _by(ask: Ask) -> str:
    ask.desk()
    return ask.session.caller.viewer.sub
