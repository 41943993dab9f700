"""What staff say of a person, as identifiers and traits. Unlike a shop's, what can't be right is
refused and not left out: whoever typed it can mend it.
"""

from mteja.customers.language import read_tag
from mteja.errors import InvalidInput
from mteja.identity import identifiers
from mteja.identity.identifiers import EMAIL, LOYALTY, PHONE, Identifier, Parsed
from mteja.orders.platforms.person import Address, Name
from mteja.recording.facts import Json
from mteja.staff.bodies import CallOfSomebody, Traits

NO_LANGUAGE = "a language as BCP 47 writes it: `sw`, `en-TZ`"


def person_of(told: Traits, region: str) -> tuple[tuple[Identifier, ...], dict[str, Json]]:
    """Return identifiers and traits. `region`: where numbers without country code are dialled.

    Raises InvalidInput for an e-mail, telephone or loyalty number that is none, and for a name or
    address that says nothing.
    """
    found: list[Identifier] = []
    traits: dict[str, Json] = {}
    if "email" in told:
        found.append(_identifier(EMAIL, identifiers.email(told["email"])))
    if "phone" in told:
        found.append(_identifier(PHONE, identifiers.phone(told["phone"], region)))
    traits |= {one.kind: one.value for one in found}
    if "loyalty" in told:
        found.append(_identifier(LOYALTY, identifiers.loyalty(told["loyalty"])))
    if name := _name(told):
        traits["name"] = name
    if "address" in told:
        traits["address"] = _address(told)
    return tuple(found), traits


def language_of(told: Traits) -> str | None:
    """Return which language a person reads, as staff say. Raises InvalidInput for what is none."""
    if "language" not in told:
        return None
    if read_tag(told["language"]) is None:
        raise InvalidInput("language", NO_LANGUAGE)
    return told["language"]


def of_caller(told: CallOfSomebody) -> Traits:
    """Return what a call says of who called."""
    traits = Traits()
    if told.email:
        traits["email"] = told.email
    if told.phone:
        traits["phone"] = told.phone
    if told.name and any(told.name.values()):
        traits["name"] = told.name
    return traits


def _identifier(field: str, parsed: Parsed) -> Identifier:
    if not isinstance(parsed, Identifier):
        raise InvalidInput(field, parsed.reason)
    return parsed


def _name(told: Traits) -> dict[str, Json]:
    given = told.get("name", {})
    name = Name(
        first=given.get("first") or told.get("first_name"),
        last=given.get("last") or told.get("last_name"),
        full=given.get("full"),
    ).parts()
    if "name" in told and not name:
        raise InvalidInput("name", "is empty")
    return name


def _address(told: Traits) -> dict[str, Json]:
    lines = Address(**told["address"]).lines()
    if not lines:
        raise InvalidInput("address", "needs a street (line1) or a town (city)")
    return lines
