"""A person as the platforms describe one: identifiers and traits, in our words."""

from collections.abc import Iterable
from dataclasses import dataclass

from mteja.identity import identifiers
from mteja.identity.identifiers import Identifier, Parsed
from mteja.recording.described import address_lines, name_parts
from mteja.recording.facts import Json


@dataclass(frozen=True)
class Address:
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def lines(self) -> dict[str, Json]:
        return address_lines(vars(self))


@dataclass(frozen=True)
class Name:
    """A name as it was given: in two parts, or as one string, which is not taken apart."""

    first: str | None = None
    last: str | None = None
    full: str | None = None

    def parts(self) -> dict[str, Json]:
        return name_parts(vars(self))


@dataclass(frozen=True)
class Person:
    """What one delivery says of a person. Of names and addresses the first that says something is
    the trait; every e-mail and telephone is an identifier, the first of each is the trait.
    `language` is the one of the shop's pages that they read."""

    customer_id: str | None = None
    emails: tuple[str | None, ...] = ()
    phones: tuple[str | None, ...] = ()
    cards: tuple[str | None, ...] = ()
    names: tuple[Name, ...] = ()
    addresses: tuple[Address, ...] = ()
    language: str | None = None

    def identifiers(self, source: str, region: str) -> tuple[Identifier, ...]:
        """Return what identifies the person, without what is refused as an identifier. Customer ids
        are those of a source."""
        parsed: list[Parsed] = []
        if self.customer_id:
            parsed.append(identifiers.platform_customer(source, self.customer_id))
        parsed += [identifiers.email(one) for one in _said(self.emails)]
        parsed += [identifiers.phone(one, region) for one in _said(self.phones)]
        parsed += [identifiers.card(one) for one in _said(self.cards)]
        return tuple(dict.fromkeys(one for one in parsed if isinstance(one, Identifier)))

    def traits(self, region: str) -> dict[str, Json]:
        traits: dict[str, Json] = {}
        for email in _said(self.emails)[:1]:
            address = identifiers.email(email)
            traits["email"] = address.value if isinstance(address, Identifier) else email
        for phone in _said(self.phones)[:1]:
            number = identifiers.phone(phone, region)
            traits["phone"] = number.value if isinstance(number, Identifier) else phone
        name = next((known for one in self.names if (known := one.parts())), None)
        if name:
            traits["name"] = name
        lines = next((known for one in self.addresses if (known := one.lines())), None)
        if lines:
            traits["address"] = lines
        return traits


def _said(values: Iterable[str | None]) -> list[str]:
    return [value.strip() for value in values if value and value.strip()]
