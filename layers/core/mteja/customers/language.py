"""Which language a person reads, so that what is written to them is in it (docs/decisions/0023)."""

import re
from collections.abc import Sequence

from mteja.customers.reading import Person
from mteja.identity.identifiers import Trust

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
"""As BCP 47 and the platforms write one: `sw`, `en-TZ`, `zh_Hant_TW`."""

type Read = tuple[str, int]
"""A language as it was told, and when that was (epoch ms)."""


def read_tag(told: str | None) -> str | None:
    """Return a language as we keep it; None for what names none."""
    if told is None or not _TAG.fullmatch(told):
        return None
    return told.replace("_", "-")


def later(known: Read | None, told: Read) -> Read:
    """Return the one that was told last, whichever of the two is known first."""
    return told if known is None or told[::-1] > known[::-1] else known


def told_by(person: Person) -> str | None:
    """Return the language that a person reads, as it was told: of verified members before others,
    the last. None where nobody said."""
    told = [
        (member.profile.trust == Trust.VERIFIED, at, tag)
        for member in person.members
        if member.profile.language is not None
        for tag, at in [member.profile.language]
    ]
    return max(told)[2] if told else None


def language_of(person: Person, offered: Sequence[str]) -> str | None:
    """Return which of the offered languages serves a person, None where that is not known."""
    told = told_by(person)
    if told is None:
        return None
    from mteja.pages.languages import chosen

    return chosen(None, told, offered)
