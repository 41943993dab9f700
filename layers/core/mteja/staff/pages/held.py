"""**Held**: what a tablet kept since it was refused, mended by staff. It stays of when, where and
under whom it was filled in; the tablet then lets it go.
"""

from mteja.business.forms import text_in
from mteja.errors import AlreadyTaken, InvalidFields, InvalidInput
from mteja.forms.fields import Fill
from mteja.forms.submission import read_submission
from mteja.http.problems import problem_of
from mteja.recording.record import recorder
from mteja.staff.pages import kiosk, kiosk_pass
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.fill import KEY, SECTION, faults_of
from mteja.staff.pages.forgery import FIELD
from mteja.times import now_ms, rfc3339

_TEMPLATE = "staff/held.html"


def mend(ask: Ask) -> Response:
    """Answer `POST /staff/held/{form}`: what was filled in at a tablet is in; or it is shown with
    what is wrong beside the fields. Raises NotAllowed, NotFound."""
    ask.desk()
    sent = read_submission(ask.request.body, ask.request.headers, kiosk.OWN)
    filled = kiosk_pass.filling(ask.parts["form"], sent.own, now_ms(), recorder().vault.index)
    read = kiosk.as_read(ask.visit, sent)
    try:
        taken = kiosk.taken_of(ask.parts["form"], sent, filled, read.language)
    except (InvalidInput, InvalidFields, AlreadyTaken) as error:
        form = kiosk.form_of(filled.may)
        language = ask.visit.language
        wrong = faults_of(error)
        fill = Fill(form, language, ask.business, now_ms(), sent.values, wrong, completes=False)
        return ask.page(
            _TEMPLATE,
            SECTION,
            status=int(problem_of(error)["statusCode"]),
            form_id=form.id,
            title=text_in(form.form.title, language),
            at=rfc3339(filled.at),
            location=filled.may.location,
            fields=fill.fields(),
            others=fill.others({}),
            own={name: value for name, value in sent.own.items() if name != FIELD},
        )
    return ask.see_other("/staff/forms", done=taken.status, taken=sent.own.get(KEY, ""))
