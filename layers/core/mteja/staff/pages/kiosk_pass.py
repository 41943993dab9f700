"""A tablet's pass: which form it shows, where, and who started it. Nobody else can make one.

It is in force for a day, in a cookie. A form that was filled in under it names it too, so that who
and where stay those of the filling, however late and under which later pass it is sent.
"""

import json
from dataclasses import dataclass, field

from mteja import links
from mteja.errors import BadSignature, LinkExpired, NotFound, NotSignedIn
from mteja.links import Link
from mteja.times import DAY_MS
from mteja.vault.index import BlindIndex

KIND = "kiosk"
DAYS = 1
HELD_DAYS = 7
"""So long after its day a pass still says under whom a form was filled in."""


@dataclass(frozen=True)
class Pass:
    """What a tablet may do: send one form, at one place, in the name of who started it. `ends_at`
    is in epoch ms; `token` is the pass as the browser holds it."""

    form: str
    location: str | None
    by: str
    ends_at: int
    token: str = field(repr=False)

    @property
    def began_at(self) -> int:
        return self.ends_at - DAYS * DAY_MS


def new(form: str, location: str | None, by: str, now: int, index: BlindIndex) -> Pass:
    ends_at = now + DAYS * DAY_MS
    subject = json.dumps([form, location, by], separators=(",", ":"))
    return Pass(form, location, by, ends_at, links.make(Link(KIND, subject, ends_at), index))


def in_force(token: str | None, now: int, index: BlindIndex) -> Pass:
    """Return the pass under which a tablet is held now. Raises NotSignedIn where there is none."""
    try:
        return _opened(token or "", now, index)
    except (BadSignature, LinkExpired):
        raise NotSignedIn from None


def of_filling(token: str, now: int, index: BlindIndex) -> Pass:
    """Return the pass under which a form was filled in that is sent now. It allows nothing by
    itself. Raises NotFound for what is none, or has ended too long ago."""
    try:
        return _opened(token, now - HELD_DAYS * DAY_MS, index)
    except (BadSignature, LinkExpired):
        raise NotFound("pass") from None


def _opened(token: str, at: int, index: BlindIndex) -> Pass:
    link = links.open_link(token, KIND, at, index)
    form, location, by = json.loads(link.customer)
    return Pass(form, location, by, link.expires_at, token)
