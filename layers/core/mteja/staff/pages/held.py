"""**Held**: what a tablet kept since it was refused, mended by staff. It stays of when, where and
under whom it was filled in; the tablet then lets it go.
"""

from mteja.errors import AlreadyTaken, InvalidFields, InvalidInput, faults_of
from mteja.forms.submission import read_submission
from mteja.http.problems import problem_of
from mteja.recording.record import recorder
from mteja.staff.pages import kiosk, kiosk_pass
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.fill import SECTION
from mteja.staff.pages.forgery import FIELD
from mteja.staff.pages.paper import KEY, Typing, named
from mteja.times import now_ms, rfc3339

_TEMPLATE = "staff/held.html"


def mend(ask: Ask) -> Response:
    """Answer `POST /staff/held/{form}` and `POST /staff/held/surveys/{survey}`: what was filled in
    at a tablet is in; or it is shown with what is wrong beside the fields. Raises NotAllowed,
    NotFound."""
    ask.desk()
    name = named(ask.parts)
    sent = read_submission(ask.request.body, ask.request.headers, kiosk.OWN)
    filled = kiosk_pass.filling(name, sent.own, now_ms(), recorder().vault.index)
    read = kiosk.as_read(ask.visit, sent)
    try:
        taken = kiosk.take(sent, filled, read.language)
    except (InvalidInput, InvalidFields, AlreadyTaken) as error:
        paper = kiosk.paper_of(filled)
        typing = Typing(ask.visit.language, sent.values, faults_of(error), sent.own)
        shown = paper.shown(typing)
        own = {name: value for name, value in sent.own.items() if name != FIELD}
        return ask.page(
            _TEMPLATE,
            SECTION,
            status=int(problem_of(error)["statusCode"]),
            at=rfc3339(filled.at),
            location=filled.may.location,
            form_id=paper.name,
            **shown | {"own": shown["own"] | own},
        )
    return ask.see_other("/staff/forms", done=taken.status, taken=sent.own.get(KEY, ""))
