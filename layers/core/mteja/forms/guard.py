"""Against robots on hosted pages: a field that people don't see, and a token that says when the
page was shown.

Both belong to the page: a form of the owner's own site, or JSON, has neither and is held back by
the limits alone. What they find is told, and what was typed is kept in the page, so that a person
who was taken for a robot loses nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from mteja.errors import InvalidInput
from mteja.forms.submission import SHOWN, TRAP
from mteja.pages.catalogues import marked
from mteja.times import DAY_MS, from_ms
from mteja.vault.index import BlindIndex

_LEAST_MS = 2_000
_MOST_MS = DAY_MS
_MAC_BYTES = 12

TOO_FAST = marked("That was very quick. Please send it once more")
TOO_OLD = marked("The page was open for too long. Please send it once more")
TRAPPED = marked("Please leave the field for robots empty")


def token(form: str, now_ms: int, index: BlindIndex) -> str:
    """Return what a page sends along: when it was shown, signed. One call of KMS a day."""
    return f"{now_ms}.{_mac(form, now_ms, index)}"


def check(form: str, own: Mapping[str, str], now_ms: int, index: BlindIndex) -> None:
    """Raise InvalidInput for a page that was filled in by a robot, as far as one can tell."""
    check_trap(own)
    sent = own.get(SHOWN)
    if sent is None:
        return
    at, _, mac = sent.partition(".")
    if not (sent.isascii() and at.isdigit() and len(at) <= 14):
        raise InvalidInput(SHOWN, TOO_OLD)
    age = now_ms - int(at)
    if not 0 <= age <= _MOST_MS or not hmac.compare_digest(
        mac.encode(), _mac(form, int(at), index).encode()
    ):
        raise InvalidInput(SHOWN, TOO_OLD)
    if age < _LEAST_MS:
        raise InvalidInput(SHOWN, TOO_FAST)


def check_trap(own: Mapping[str, str]) -> None:
    """Raise InvalidInput where the field that people don't see was filled in."""
    if own.get(TRAP):
        raise InvalidInput(TRAP, TRAPPED)


def _mac(form: str, at_ms: int, index: BlindIndex) -> str:
    key = index.key_of_the_day("page", f"{from_ms(at_ms):%Y-%m-%d}")
    digest = hmac.digest(key, f"{form}\x1f{at_ms}".encode(), "sha256")
    return urlsafe_b64encode(digest[:_MAC_BYTES]).decode()
