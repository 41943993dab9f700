"""Personal codes: what a customer passes on, as a discount code or in a link, so that what it
brings can be told to be theirs.

`REF-` and nine of 22 letters: 1.2 million million codes, so that of ten thousand that are given out
a guess hits one in 120 million times. No I, L, O, U, so that it can be read aloud, and no digits,
so that it looks like no telephone number. In capitals; shops and people may write it small.
"""

import re
import secrets
from collections.abc import Iterable, Mapping

PREFIX = "REF-"
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 9
_IN_LINKS = ("ref", "campaign", "content")
_CODE = re.compile(rf"{PREFIX}[{_LETTERS}]{{{_LENGTH}}}")


def new_code() -> str:
    """Return a code that nobody has, but for a chance that does not count."""
    return PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def codes_in(texts: Iterable[str]) -> list[str]:
    """Return the personal codes among some texts, in their order."""
    written = (text.strip().upper() for text in texts)
    return [text for text in written if _CODE.fullmatch(text)]


def code_of_visit(campaigns: Iterable[Mapping[str, str] | None]) -> str | None:
    """Return the personal code by whose link somebody came, the first one: in `?ref=`,
    `utm_campaign` or `utm_content`. `campaigns` are those of the visit's pages."""
    told = (one.get(name, "") for one in campaigns if one for name in _IN_LINKS)
    return next(iter(codes_in(told)), None)
