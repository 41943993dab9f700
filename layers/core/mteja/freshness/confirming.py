"""Saying that what we know is still right, by whichever way: which values are meant, and whose."""

from collections.abc import Mapping

from mteja.customers import person as persons
from mteja.customers.reading import Person
from mteja.identity.identifiers import Trust
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.sources.own import FORMS


def standing(person: Person) -> dict[str, int]:
    """Return since when the value of each field is known, as it was last observed (epoch ms)."""
    return {name: one.entry.seen for name, one in persons.known(person).items()}


def confirm_elsewhere(
    customer: str,
    person: Person,
    confirmed: Mapping[str, int],
    within: Recorder,
    now_ms: int,
    source: str = FORMS,
) -> dict[str, int]:
    """Record that values are still right which stand with other members of a person than with
    `customer`; return those that stand with it, as its fact has them (Fact.confirmed). Twice is
    once: all that moves is when a value was last observed."""
    by_member: dict[str, dict[str, int]] = {}
    for name, one in persons.traits(person).items():
        if name in confirmed:
            by_member.setdefault(one.customer, {})[name] = confirmed[name]
    here = by_member.pop(customer, {})
    for other, theirs in sorted(by_member.items()):
        fact = Fact(source, Trust.VERIFIED, now_ms, now_ms, customer=other, confirmed=theirs)
        record(fact, within)
    return here
