"""Little by little: which fields a customer is asked now. Pure rules.

Only what is not known or has gone stale; what was declined rests; what is sensitive is asked only
where trust was earned. At most so many are asked at a time, what is sensitive last. A value is
never told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mteja.business.forms import FormField, TrustRule
from mteja.consent.gate import holding
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
    when it was declined, whether trust was earned; by purpose when consent was granted, if that is
    what holds, or else refused; the fields whose value is known to be wrong. Times are epoch ms."""

    observed: Mapping[str, int]
    declined: Mapping[str, int]
    trusted: bool
    granted: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    suspect: frozenset[str] = frozenset()

    def knows(self, one: FormField) -> bool:
        """Whether a field has an answer, however old."""
        return self._answered_at(one) is not None

    def is_fresh(self, one: FormField, now_ms: int) -> bool:
        """Whether a field has an answer that has not gone stale."""
        at = self._answered_at(one)
        if at is None or one.name in self.suspect:
            return False
        return one.fresh_days is None or now_ms - at <= one.fresh_days * DAY_MS

    def rests(self, one: FormField, now_ms: int) -> bool:
        """Whether a field was declined too lately to be asked again."""
        times = [self.declined.get(one.name)]
        if one.type == "consent":
            times.append(self.refused.get(one.purpose))
        return any(at is not None and now_ms - at < RESTS_DAYS * DAY_MS for at in times)

    def _answered_at(self, one: FormField) -> int | None:
        if one.type == "consent":
            return self.granted.get(one.purpose)
        return self.observed.get(one.name) if one.is_trait else None


def known_of(person: Person, rule: TrustRule, now_ms: int, suspect: Iterable[str] = ()) -> KnownOf:
    """Return what is known of a person over all its members. `suspect`: fields whose value is known
    to be wrong (mteja.freshness.suspect)."""
    observed = {name: one.entry.seen for name, one in rules.known(person).items()}
    declined: dict[str, int] = {}
    for member in person.members:
        for held in member.profile.identifiers:
            if held.hold is not Hold.HINT:
                observed.setdefault(held.kind, held.at)
        for name, at in (member.profile.declined or {}).items():
            declined[name] = max(declined.get(name, 0), at)
    stated = [member.profile.consents for member in person.members]
    holds = {purpose: holding(purpose, stated) for one in stated for purpose in one}
    return KnownOf(
        observed,
        declined,
        trusted(person, rule, now_ms),
        granted={purpose: one[1] for purpose, one in holds.items() if one and one[0]},
        refused={purpose: one[1] for purpose, one in holds.items() if one and not one[0]},
        suspect=frozenset(suspect),
    )


def trusted(person: Person, rule: TrustRule, now_ms: int) -> bool:
    """Whether a person has earned being asked for what is sensitive. Who is known by claims only
    has not, however long ago."""
    if rules.trust(person) != Trust.VERIFIED:
        return False
    if rules.orders(person).count >= rule.orders:
        return True
    return now_ms - rules.created_at(person) >= rule.days * DAY_MS


def to_ask(form: Definition, known: KnownOf, now_ms: int) -> Definition:
    """Return a profile with what is asked now, in the form's order, what is known to be wrong first
    and what is sensitive last."""
    open_fields = [one for one in form.fields if is_open(one, known, now_ms)]
    # A stable sort keeps the order.
    open_fields.sort(key=lambda one: (one.name not in known.suspect, one.field.sensitive))
    return form.only([one.name for one in open_fields[: form.form.at_most]])


def to_fill_in(form: Definition, known: KnownOf, now_ms: int) -> Definition:
    """Return a form of another kind with what is asked now, in the form's order. What belongs to
    the occasion is always asked. What was declined is asked all the same where it is needed, or is
    a consent: whoever opens the form may have come to give it."""
    left = [one for one in to_take(form, known).fields if _is_left(one, known, now_ms)]
    about = [one for one in left if one.field.is_trait and one.field.type != "consent"]
    # What is needed is asked first, then what is known to be wrong, what is sensitive last; the
    # rest waits for another time.
    about.sort(
        key=lambda one: (not one.required, one.name not in known.suspect, one.field.sensitive)
    )
    needed = sum(one.required for one in about)
    waits = {one.name for one in about[max(needed, form.form.at_most) :]}
    return replace(form, fields=tuple(one for one in left if one.name not in waits))


def to_take(form: Definition, known: KnownOf) -> Definition:
    """Return a form with all that may be told: nothing that we know is required."""
    fields = tuple(
        AskedField(one.field, one.required and not known.knows(one.field))
        for one in form.fields
        if known.trusted or not one.field.sensitive
    )
    return replace(form, fields=fields)


def is_open(asked: AskedField, known: KnownOf, now_ms: int) -> bool:
    """Whether a field is asked now: it has no fresh answer, was not declined lately, and may be
    asked."""
    field = asked.field
    if field.sensitive and not known.trusted:
        return False
    return not known.rests(field, now_ms) and not known.is_fresh(field, now_ms)


def _is_left(asked: AskedField, known: KnownOf, now_ms: int) -> bool:
    if asked.field.is_trait and not asked.required:
        return is_open(asked, known, now_ms)
    return not known.is_fresh(asked.field, now_ms)
