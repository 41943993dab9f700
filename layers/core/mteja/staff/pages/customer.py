"""**Customer**: everything of one person in one place, and linking what belongs together."""

import secrets
from collections.abc import Mapping
from typing import Any

from mteja.business import asking, surveying
from mteja.business.forms import text_in
from mteja.business.load import mailing
from mteja.customers.timeline import KINDS
from mteja.errors import InvalidInput
from mteja.forms.definition import profile_form
from mteja.forms.labels import fault_text
from mteja.pages.catalogues import marked
from mteja.predictions.rfm import Bought
from mteja.social.handles import NETWORKS
from mteja.staff.bodies import Note
from mteja.staff.clerk import Clerk
from mteja.staff.forms import Forms
from mteja.staff.pages import words
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.parsing import from_fields
from mteja.store.apart import summaries_table
from mteja.surveys.definition import with_questions
from mteja.times import business_day, now_ms

SECTION = "find"
_TEMPLATE = "staff/customer.html"
_PAGE = 25
_UNNAMED = marked("Customer without a name")
DONE = {
    "call": marked("The call is written down."),
    "note": marked("The note is written down."),
    "link": marked("The link is on its way. What became of it stands among the entries below."),
    "form-accepted": marked("The form is in."),
    "form-answered": marked("The answers are in."),
    "form-reserved": marked("The form is in, and the order is reserved."),
    "form-waiting": marked("The form is in. All pieces are promised, so it waits in line."),
}
_FIRST = ("name", "email", "phone", "address")


def show(ask: Ask) -> Response:
    """Answer `GET /staff/customers/{customer}?kind=&cursor=`."""
    return _page(ask)


def _page(ask: Ask, note: str = "", fault: InvalidInput | None = None) -> Response:
    asked = ask.request.query
    query = {name: asked[name] for name in ("kind", "cursor") if name in asked}
    query |= {"limit": str(_PAGE)}
    found = ask.told(ask.desk().open(ask.parts["customer"], query))
    person, timeline = found["person"], found["timeline"]
    traits, rewards = person["traits"], _rewards(ask, found["rewards"])
    named = with_questions(asking(), surveying())
    person |= {"traits": {name: traits[name] for name in _ordered(traits)}}
    return ask.page(
        _TEMPLATE,
        SECTION,
        person=person,
        timeline=timeline,
        likes=found["likes"],
        rewards=rewards,
        gifts={} if rewards is None else rewards["gifts"],
        reach=found["reach"],
        networks=NETWORKS,
        next=_next(ask, found["bought"]),
        title=title(person),
        unnamed=_UNNAMED,
        may_be_sent=mailing().mail is not None and profile_form(asking()) is not None,
        kinds=sorted(KINDS),
        kind=query.get("kind", ""),
        first_page="cursor" not in query,
        done=DONE.get(asked.get("done", ""), ""),
        key=ask.form.get("key") or secrets.token_urlsafe(12),
        note=note,
        note_error="" if fault is None else fault_text(fault, ask.visit.language),
        status=200 if fault is None else 422,
        called=words.called(ask.visit.language, named),
        answered=words.answered(ask.visit.language, named),
        purposes={one.id: text_in(one.title, ask.visit.language) for one in ask.business.purposes},
    )


def _rewards(ask: Ask, held: dict[str, Any] | None) -> dict[str, Any] | None:
    if held is None:
        return None
    from mteja.staff.pages.rewards import rewards_of

    return rewards_of(ask, held)


def _next(ask: Ask, bought: list[Bought] | None) -> dict[str, Any] | None:
    """Return what comes next, where the entries that were read tell it."""
    if bought is None:
        return None
    from mteja.staff.predictions import at_a_glance

    today = business_day(now_ms(), ask.business.time_zone)
    return at_a_glance(bought, summaries_table(), today)


def link(ask: Ask) -> Response:
    """Answer `POST /staff/customers/{customer}/link`: the two are one person from now on."""
    person = ask.changes().link(ask.parts["customer"], _other(ask))
    return ask.see_other(f"/staff/customers/{person['id']}")


def unlink(ask: Ask) -> Response:
    """Answer `POST /staff/customers/{customer}/unlink`: they are two persons again."""
    person = ask.changes().unlink(ask.parts["customer"], _other(ask))
    return ask.see_other(f"/staff/customers/{person['id']}")


def note(ask: Ask) -> Response:
    """Answer `POST /staff/customers/{customer}/notes`."""
    text, customer = ask.form.get("text", ""), ask.parts["customer"]
    clerk = ask.by_staff(Clerk)
    try:
        clerk.note(customer, from_fields(Note, {"text": text}), ask.form.get("key") or None)
    except InvalidInput as fault:
        return _page(ask, text, fault)
    return ask.see_other(f"/staff/customers/{customer}", done="note")


def send_link(ask: Ask) -> Response:
    """Answer `POST /staff/customers/{customer}/send-link`: the customer is written a link."""
    customer = ask.parts["customer"]
    by = ask.by_staff(lambda viewer, within, now: Forms(viewer, within, now, asking()))
    by.link(customer, send=True)
    return ask.see_other(f"/staff/customers/{customer}", done="link")


def title(person: dict[str, Any]) -> str:
    """Return what a person is called: by name, or else by what is known; empty for nothing."""
    values = {field: trait["value"] for field, trait in person["traits"].items()}
    name = values.get("name") or {}
    parts = " ".join(part for part in (name.get("first"), name.get("last")) if part)
    return name.get("full") or parts or values.get("email") or values.get("phone") or ""


def _ordered(fields: Mapping[str, Any]) -> list[str]:
    """Return a person's fields with those in front that are looked for first."""
    return [*(one for one in _FIRST if one in fields), *sorted(set(fields) - set(_FIRST))]


def _other(ask: Ask) -> str:
    other = ask.form.get("customer", "")
    if not other:
        raise InvalidInput("customer", "the id of another customer")
    return other
