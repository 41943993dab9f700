"""Addresses to which nothing can be delivered: what is known is then not fresh, however new."""

from collections.abc import Iterable, Mapping

from mteja.customers.items import HeldIdentifier
from mteja.customers.reading import Person
from mteja.identity.identifiers import EMAIL, Trust
from mteja.store.table import Table


def suspect_fields(table: Table, person: Person, now_ms: int) -> dict[str, int]:
    """Return the fields of a person that are suspect, each with the time (epoch ms) until which it
    is. Reads SUSPECT of each e-mail address that the person has."""
    from mteja.mail.suspects import bounced

    held = addresses(person)
    return of_addresses(held, bounced(table, held), now_ms) if held else {}


def addresses(person: Person) -> list[HeldIdentifier]:
    """Return the e-mail addresses that a person has by more than what anybody could type, also
    those that it gave over a link of its own and has not confirmed."""
    return [
        held
        for member in person.members
        for held in member.profile.identifiers
        if held.kind == EMAIL and held.trust == Trust.VERIFIED
    ]


def of_addresses(
    held: Iterable[HeldIdentifier], bounced: Mapping[str, int], now_ms: int
) -> dict[str, int]:
    """Return `{"email": until}` where each of the addresses bounced; else nothing."""
    until = [bounced.get(one.index, 0) for one in held]
    return {EMAIL: min(until)} if until and min(until) > now_ms else {}
