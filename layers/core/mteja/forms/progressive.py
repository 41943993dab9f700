"""Little by little: which fields a customer is asked now. Pure rules.

At most so many at a time, and only what is not known or has gone stale; what was declined rests;
what is sensitive comes last, and only where trust was earned. A value is never told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mteja.business.forms import TrustRule
from mteja.customers import person as rules
from mteja.customers.items import Hold
from mteja.customers.reading import Person
from mteja.forms.definition import AskedField, Definition
from mteja.identity.identifiers import Trust
from mteja.times import DAY_MS

RESTS_DAYS = 90


@dataclass(frozen=True)
class KnownOf:
    """What is known of a customer, without any value: by field when it was last observed, by field
    when it was declined, and whether trust was earned. Times are epoch ms."""

    observed: Mapping[str, int]
    declined: Mapping[str, int]
    trusted: bool


def known_of(person: Person, rule: TrustRule, now_ms: int) -> KnownOf:
    """Return what is known of a person over all its members."""
    observed: dict[str, int] = {}
    declined: dict[str, int] = {}
    for member in person.members:
        for name, entry in (member.traits.fields if member.traits else {}).items():
            observed[name] = max(observed.get(name, 0), entry.seen)
        for held in member.profile.identifiers:
            if held.hold is not Hold.HINT:
                observed.setdefault(held.kind, held.at)
        for name, at in (member.profile.declined or {}).items():
            declined[name] = max(declined.get(name, 0), at)
    return KnownOf(observed, declined, trusted(person, rule, now_ms))


def trusted(person: Person, rule: TrustRule, now_ms: int) -> bool:
    """Whether a person has earned being asked for what is sensitive. Who is known by claims only
    has not, however long ago."""
    if rules.trust(person) != Trust.VERIFIED:
        return False
    if rules.orders(person).count >= rule.orders:
        return True
    return now_ms - rules.created_at(person) >= rule.days * DAY_MS


def to_ask(form: Definition, known: KnownOf, now_ms: int) -> Definition:
    """Return the form with what is asked now, in the form's order, what is sensitive last."""
    open_fields = [one for one in form.fields if is_open(one, known, now_ms)]
    open_fields.sort(key=lambda one: one.field.sensitive)  # a stable sort keeps the order
    return form.only([one.name for one in open_fields[: form.form.at_most]])


def is_open(asked: AskedField, known: KnownOf, now_ms: int) -> bool:
    """Whether a field is asked now: not known or gone stale, and not declined lately."""
    field = asked.field
    if field.sensitive and not known.trusted:
        return False
    declined = known.declined.get(field.name)
    if declined is not None and now_ms - declined < RESTS_DAYS * DAY_MS:
        return False
    observed = known.observed.get(field.name)
    if observed is None:
        return True
    return field.fresh_days is not None and now_ms - observed > field.fresh_days * DAY_MS
