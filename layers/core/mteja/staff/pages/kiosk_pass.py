"""A tablet's pass: which form or survey it shows (mteja.staff.pages.paper), where, and who started
it. Nobody else can make one.

It is in force for a day, in a cookie. A form that was filled in under it carries a mark of it, so
that who and where stay those of the filling, however late and under whichever pass it is sent. The
mark stands in the page, so it is no pass: it opens nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from mteja import links
from mteja.errors import BadSignature, LinkExpired, NotFound, NotSignedIn
from mteja.links import Link
from mteja.times import DAY_MS
from mteja.vault.index import BlindIndex

AT, MARK = "_at", "_pass"
"""When a form was filled in, in epoch ms by the tablet's clock, and the mark of its pass."""
DAYS = 1
HELD_DAYS = 30
"""So long after its day a pass still says under whom a form was filled in."""
_KIOSK, _FILLING = "kiosk", "kiosk-filling"
_MOST_DIGITS = 15


@dataclass(frozen=True)
class Pass:
    """What a tablet may do: send one form, at one place, in the name of who started it. `ends_at`
    is in epoch ms."""

    form: str
    location: str | None
    by: str
    ends_at: int

    def token(self, index: BlindIndex) -> str:
        """Return the pass as the tablet holds it."""
        return self._signed(_KIOSK, index)

    def mark(self, index: BlindIndex) -> str:
        """Return what a form that is filled in under it carries."""
        return self._signed(_FILLING, index)

    def _signed(self, kind: str, index: BlindIndex) -> str:
        subject = json.dumps([self.form, self.location, self.by], separators=(",", ":"))
        return links.make(Link(kind, subject, self.ends_at), index)


@dataclass(frozen=True)
class Filling:
    """Under which pass a form was filled in, and when, in epoch ms."""

    may: Pass
    at: int


def new(form: str, location: str | None, by: str, now: int) -> Pass:
    return Pass(form, location, by, now + DAYS * DAY_MS)


def in_force(token: str | None, now: int, index: BlindIndex) -> Pass:
    """Return the pass under which a tablet is held now. Raises NotSignedIn where there is none."""
    try:
        return _opened(token or "", _KIOSK, now, index)
    except (BadSignature, LinkExpired):
        raise NotSignedIn from None


def filling(form: str, own: Mapping[str, str], now: int, index: BlindIndex) -> Filling:
    """Return under which pass a form was filled in and when, by what its page sent along: not
    before the pass and not after now; now where the tablet does not say.

    Raises NotFound for no mark, one of another form, or of a pass that ended too long ago.
    """
    try:
        may = _opened(own.get(MARK, ""), _FILLING, now - HELD_DAYS * DAY_MS, index)
    except (BadSignature, LinkExpired):
        raise NotFound("pass") from None
    if may.form != form:
        raise NotFound("pass")
    told = own.get(AT, "")
    if not (told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS):
        return Filling(may, now)
    return Filling(may, min(max(int(told), may.ends_at - DAYS * DAY_MS), now))


def _opened(token: str, kind: str, at: int, index: BlindIndex) -> Pass:
    link = links.open_link(token, kind, at, index)
    form, location, by = json.loads(link.customer)
    return Pass(form, location, by, link.expires_at)
