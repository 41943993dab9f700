"""When a customer is asked whether what we know is still right. Pure rules.

A field goes stale as the owner's file says (`fresh_days`). Forms and calls ask for it then. By
message a customer is asked once a year at most, and not in the first one.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from mteja.business.forms import FormField
from mteja.customers import person as persons
from mteja.customers.reading import Person
from mteja.forms.definition import AskedField, Definition
from mteja.forms.progressive import KnownOf
from mteja.freshness.when import asked_on
from mteja.times import DAY_MS

SOON_DAYS = 90
"""Whoever looks at the page is asked what goes stale within so many days as well: else it would be
asked for in another message."""


def goes_stale(one: FormField) -> bool:
    """Whether a field is a property of the customer that has a time to live."""
    return one.is_trait and one.type != "consent" and one.fresh_days is not None


def asked_about(fields: Iterable[FormField]) -> dict[str, int]:
    """Return the fields about which a customer is asked by message, and for how many days each is
    fresh. What is sensitive causes no message."""
    return {
        one.name: one.fresh_days
        for one in fields
        if one.fresh_days is not None and goes_stale(one) and not one.sensitive
    }


def persons_due(person: Person, fields: Iterable[FormField], zone: str) -> date | None:
    """Return the earliest day on which a person is to be asked by message about one of the fields,
    None where nothing that is known of it goes stale. What any member has told is told."""
    told = {name: one.entry.seen for name, one in persons.known(person).items()}
    since = asked_at(person) or persons.created_at(person)
    return asked_on(told, asked_about(fields), since, zone)


def asked_at(person: Person) -> int | None:
    """Return when a person was last asked by message, or said that all is right; None if never."""
    times = (member.profile.fresh_asked_at for member in person.members)
    return max((at for at in times if at is not None), default=None)


def to_confirm(
    form: Definition, known: KnownOf, standing: Mapping[str, int], now_ms: int
) -> tuple[AskedField, ...]:
    """Return the fields of a form of which a customer is asked whether they are still right: known,
    and stale by now or soon, or known to be wrong. `standing`: since when each is known, as it was
    last observed. What was declined lately is not asked, nor what is sensitive before its time."""
    soon = now_ms + SOON_DAYS * DAY_MS
    return tuple(
        one
        for one in form.fields
        if one.name in standing
        and (goes_stale(one.field) or one.name in known.suspect)
        and (known.trusted or not one.field.sensitive)
        and not known.rests(one.field, now_ms)
        and not known.is_fresh(one.field, soon)
    )
