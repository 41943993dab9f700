"""Who a visitor is: a random id where they agreed to one, otherwise a hash that lives a day.

The hash is of address, User-Agent and website under the day's salt. Neither address nor User-Agent
is stored; once the salt is destroyed, after 48 hours, nobody can tell the hash's visitor, and the
next day's hash is another (as Plausible does it: https://plausible.io/data-policy). Before it
stands the visitor's shard, which stays: an eighth of all visitors have the same, and by it a
session is seen whole though the hash changes at midnight.
"""

import re
from base64 import b32encode
from dataclasses import dataclass
from hashlib import blake2s
from typing import Self

from mteja.http.request import Request
from mteja.times import business_day, day_begins
from mteja.tracking.packed import ESSENTIAL, FULL, NO_CONSENT, hashed_name, shard_of
from mteja.tracking.sites import Website
from mteja.tracking.store import EventStore

MAX_USER_AGENT = 512
OVERLAP_MS = 30 * 60_000  # a session may go on for so long after midnight
_ID = re.compile(r"[\w-]{4,64}", re.ASCII)


@dataclass(frozen=True)
class Sender:
    """What a request says of who sent it. `address` and `user_agent` are never stored."""

    address: str
    user_agent: str
    gpc: bool

    @classmethod
    def of(cls, request: Request) -> Self:
        return cls(
            request.address,
            request.headers.get("user-agent", "")[:MAX_USER_AGENT],
            request.headers.get("sec-gpc") == "1",
        )


@dataclass(frozen=True)
class Visitor:
    """`before`: the same visitor's hash of the day before, in the first half hour of a day."""

    id: str
    consent: str
    before: str | None = None


def visitor_of(
    sender: Sender,
    site: Website,
    store: EventStore,
    now_ms: int,
    told: object = None,
    consent: object = NO_CONSENT,
) -> Visitor:
    """Return the visitor. An id is kept only with consent and never against Global Privacy
    Control: `Sec-GPC: 1` is a request not to be followed (https://w3c.github.io/gpc/)."""
    agreed = consent in (ESSENTIAL, FULL) and not sender.gpc
    if agreed and isinstance(told, str) and _ID.fullmatch(told) and _is_ones(told):
        return Visitor(told, str(consent))
    day = business_day(now_ms, site.zone)
    before = None
    if now_ms - day_begins(day, site.zone) < OVERLAP_MS:
        salt = store.salt_before(day)
        before = None if salt is None else _hash(salt, sender, site)
    return Visitor(_hash(store.salt_of(day, site.zone), sender, site), NO_CONSENT, before)


def _is_ones(told: str) -> bool:
    """Whether an id is one browser's, and not what many would share: `null`, zeros."""
    # Who agreed to no id needs none of it, nor does the function's start.
    from mteja.identity.identifiers import Identifier, visitor

    return isinstance(visitor(told), Identifier)


def _hash(salt: bytes, sender: Sender, site: Website) -> str:
    content = "\x1f".join((site.id, sender.address, sender.user_agent)).encode("utf-8", "replace")
    hashed = b32encode(blake2s(content, key=salt, digest_size=15).digest()).decode().lower()
    return hashed_name(shard_of(blake2s(content).hexdigest()), hashed)
