"""Links of customers: an address that opens one thing for one customer, for so many days.

A token is a payload and a MAC under the index key: nothing is stored, and whoever can't ask KMS
can't make one. It holds the customer's id, which says nothing of who that is. It ends with its day,
and with the customer.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from mteja.errors import BadSignature, LinkExpired
from mteja.times import DAY_MS
from mteja.vault.index import BlindIndex

PROFILE_LINK = "customer"
"""Opens the customer's forms."""
WALLET_LINK = "wallet"
"""Opens the customer's card of points and stamps, as long as it has the number that the link is
marked with (mteja.rewards.numbers)."""
WALLET_DAYS = 400
_INVITED = "survey:"

_MAC_BYTES = 16
_MAX_LENGTH = 400


@dataclass(frozen=True)
class Link:
    """What a link opens: a kind of thing, for a customer (or whatever else it is about: nothing
    personal), until a time in epoch ms. `once` tells links for the same apart: each opens one thing
    once, or as long as something stays as it was."""

    kind: str
    customer: str
    expires_at: int
    once: str = ""


def make(link: Link, index: BlindIndex) -> str:
    """Return the token of a link."""
    parts = [link.kind, link.customer, link.expires_at // 1000]
    if link.once:
        parts.append(link.once)
    payload = json.dumps(parts, separators=(",", ":")).encode()
    return _text(payload + index.link(payload)[:_MAC_BYTES])


def invited_kind(survey: str) -> str:
    """Return the kind of links that invite a customer to a survey."""
    return f"{_INVITED}{survey}"


def new_link(kind: str, customer: str, now_ms: int, days: int, once: str = "") -> Link:
    return Link(kind, customer, now_ms + days * DAY_MS, once)


def open_link(token: str, kind: str, now_ms: int, index: BlindIndex) -> Link:
    """Return what a token opens.

    Raises BadSignature for what we did not make for this kind of thing, LinkExpired for one that is
    too old.
    """
    if not 30 < len(token) <= _MAX_LENGTH:
        raise BadSignature
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise BadSignature from None
    payload, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if _text(raw) != token or not hmac.compare_digest(mac, index.link(payload)[:_MAC_BYTES]):
        raise BadSignature
    named, customer, seconds, *once = json.loads(payload)
    if named != kind:
        raise BadSignature
    link = Link(named, customer, seconds * 1000, *once)
    if link.expires_at < now_ms:
        raise LinkExpired
    return link


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
