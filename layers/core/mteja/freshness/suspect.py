"""Addresses to which nothing can be delivered: what is known is then not fresh, however new."""

from collections.abc import Mapping

from mteja.customers import person as persons
from mteja.customers.items import HeldIdentifier
from mteja.customers.reading import Person
from mteja.identity.identifiers import EMAIL, Trust
from mteja.store.table import Table

type Bounced = Mapping[str, tuple[int, int]]
"""By blind index of an address: since when it bounces, and until when that counts (epoch ms)."""


def suspect_fields(table: Table, person: Person, now_ms: int) -> dict[str, int]:
    """Return the fields of a person that are suspect, each with the time (epoch ms) until which it
    is. Reads SUSPECT of each e-mail address that the person has."""
    from mteja.mail.suspects import bounced

    held = addresses(person)
    return suspect_of(person, bounced(table, held), now_ms) if held else {}


def addresses(person: Person) -> list[HeldIdentifier]:
    """Return the e-mail addresses that a person has by more than what anybody could type."""
    return [
        held
        for member in person.members
        for held in member.profile.identifiers
        if held.kind == EMAIL and held.trust == Trust.VERIFIED
    ]


def suspect_of(person: Person, bounced: Bounced, now_ms: int) -> dict[str, int]:
    """Return `{"email": until}` where each of a person's addresses bounced, and none was told since
    (over a link, say, where it is no identifier before it is confirmed); else nothing."""
    held = addresses(person)
    if not held or any(one.index not in bounced for one in held):
        return {}
    since = max(bounced[one.index][0] for one in held)
    until = min(bounced[one.index][1] for one in held)
    told = persons.traits(person).get(EMAIL)
    if until <= now_ms or (told is not None and told.entry.at > since):
        return {}
    return {EMAIL: until}
