"""Asking by message, once a year: is this still right? The link leads to a page that shows no
value (mteja.freshness.page)."""

from datetime import date

from mteja.business.forms import Asking, FormField
from mteja.customers import person as persons
from mteja.customers.reading import Person
from mteja.forms.definition import profile_form
from mteja.freshness.rules import persons_due
from mteja.identity.identifiers import Trust
from mteja.mail.messages import STILL_RIGHT, Message, derived_id
from mteja.times import DAY_MS, business_day, day_begins

PURPOSE = "relationship"
"""What the message is for. With it, it is sent like marketing: at most once, by day, below the cap,
with a way to object; on the basis that the owner's file gives the purpose, usually a legitimate
interest: data that is kept must be right (GDPR, article 5, 1 d)."""
_WAITS_MS = 14 * DAY_MS


def ask(person: Person, asking: Asking, *, zone: str, now_ms: int) -> Message | None:
    """Return the message that asks a person whether all is still right; None where that is not due
    today, where only claims are known of it, and where the owner's file has no form of profiles.

    Its id is that of person and day. Whoever writes it changes PROFILE by `asked` in the same
    transaction, so that nobody is asked twice.
    """
    due = asks_on(person, asking, zone)
    if due is None or due > business_day(now_ms, zone):
        return None
    today = day_begins(business_day(now_ms, zone), zone)
    return Message(
        id=derived_id(today, STILL_RIGHT, person.id),
        template=STILL_RIGHT,
        language=None,
        due=now_ms,
        not_after=now_ms + _WAITS_MS,
        purpose=PURPOSE,
    )


def asks_on(person: Person, asking: Asking, zone: str) -> date | None:
    """Return the day on which a person is asked; None where only claims are known of it, where
    nothing that it has goes stale, and where the owner's file has no form of profiles."""
    if persons.trust(person) != Trust.VERIFIED:
        return None
    return persons_due(person, fields_asked(asking), zone)


def fields_asked(asking: Asking) -> list[FormField]:
    """Return the fields that the page can ask: those of the form of profiles."""
    form = profile_form(asking)
    names = set() if form is None else {one.field for one in form.fields}
    return [one for one in asking.fields if one.name in names]


def asked(now_ms: int) -> dict[str, int]:
    """Return what changes of PROFILE with the message: the next one is due in a year."""
    return {"fresh_asked_at": now_ms}
