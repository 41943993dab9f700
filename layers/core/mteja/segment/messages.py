"""One call of a Segment library, checked: what every kind of call has (Segment: "Spec: Common
Fields").
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mteja.identity import identifiers
from mteja.identity.identifiers import Identifier
from mteja.ids import derived_id
from mteja.segment.reading import CALLS, as_text
from mteja.texts import one_line
from mteja.times import to_ms
from mteja.tracking.events import Refused

# What a library changes when it sends a call again, or what says nothing of the call.
_NOT_CONTENT = frozenset({"sentAt", "receivedAt", "_metadata", "writeKey", "integrations"})
_PLAIN_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_OLDEST_MS = 946_684_800_000  # 2000: before that nobody wrote JSON
_MAX_ID = 200
_SECONDS = 10**11  # a number below is epoch seconds, one above milliseconds


@dataclass(frozen=True)
class Message:
    """A call. Times are epoch ms: `at` is put right by the sender's clock (received minus sent),
    `said_at` is as the sender's clock told it.

    `anonymous_id` of an alias is its previous id. `digest` is of the content, the same when a
    library sends the call again. `named`: the call has an id of its own, so that nobody guesses the
    digest.
    """

    type: str
    id: str
    digest: str
    named: bool
    at: int
    said_at: int
    user_id: str | None
    anonymous_id: str | None
    content: Mapping[str, Any]
    context: Mapping[str, Any]

    def part(self, name: str) -> Mapping[str, Any]:
        """Return `properties` or `traits`; empty where it is no object."""
        return _object(self.content.get(name))

    def text(self, name: str) -> str | None:
        """Return a member of the call as text of one line."""
        return text_of(self.content.get(name))


def message(
    call: object, *, sent_at: object, context: Mapping[str, Any], received_at: int, site: str
) -> Message:
    """Return a checked call. Raises Refused."""
    if not isinstance(call, dict):
        raise Refused("not-an-object")
    if call.get("type") not in CALLS:
        raise Refused("unknown-type")
    user_id, anonymous_id = _ids(call)
    said = moment(call.get("timestamp"))
    sent = moment(call.get("sentAt")) or moment(sent_at)
    given = call.get("messageId")
    named = isinstance(given, str) and bool(given.strip())
    # Without an id and a time the same thing done again would be the same call.
    digest = digest_of(call if named or said is not None else call | {"received": received_at})
    at = _corrected(said, sent, received_at)
    if at < _OLDEST_MS:
        raise Refused("too-old")
    return Message(
        type=call["type"],
        id=_message_id(str(given) if named else digest, site),
        digest=digest,
        named=named,
        at=at,
        said_at=received_at if said is None else said,
        user_id=user_id,
        anonymous_id=anonymous_id,
        content=call,
        context={**context, **_object(call.get("context"))},
    )


def digest_of(call: object) -> str:
    """Return 32 hex characters for the content of a call, whether it can be right or not: the same
    when a library sends it again."""
    if isinstance(call, dict):
        call = {name: value for name, value in call.items() if name not in _NOT_CONTENT}
    return hashlib.sha256(as_text(call).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def moment(value: object) -> int | None:
    """Return epoch ms of a time as libraries write it: ISO 8601, without an offset meaning UTC, or
    a number. None for anything else."""
    try:
        if isinstance(value, str):
            told = datetime.fromisoformat(value.strip())
            return to_ms(told if told.tzinfo is not None else told.replace(tzinfo=UTC))
        if isinstance(value, int) and not isinstance(value, bool):
            return to_ms(datetime.fromtimestamp(value / (1 if value < _SECONDS else 1000), UTC))
    except (ValueError, OverflowError, OSError):
        return None
    return None


def text_of(value: object, most: int = 200) -> str | None:
    """Return text of one line, cut to so many characters; a whole number is taken for its digits.
    None for what is nothing, or no text."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    try:
        return one_line(value[: 2 * most])[:most].strip() or None
    except ValueError:
        return None


def _corrected(said: int | None, sent: int | None, received_at: int) -> int:
    """Segment: timestamp = receivedAt - (sentAt - originalTimestamp). Nothing happens after it was
    received."""
    if said is None:
        return received_at
    return min(received_at, said + (received_at - sent if sent is not None else 0))


def _ids(call: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the user's id and the browser's. An alias says that the previous id was the user's.
    Raises Refused where neither names anybody."""
    user_id = _user(_id(call.get("userId")))
    if call["type"] != "alias":
        anonymous_id = _browser(_id(call.get("anonymousId")))
        if user_id is None and anonymous_id is None:
            raise Refused("no-id")
        return user_id, anonymous_id
    previous_id = _browser(_id(call.get("previousId")))
    if user_id is None or previous_id is None:
        raise Refused("no-id")
    return user_id, previous_id


def _message_id(given: str, site: str) -> str:
    return given if _PLAIN_ID.fullmatch(given) else derived_id("msg", site, given)


def _id(value: object) -> str | None:
    """Return a user's or browser's id. Raises Refused for one that is no text or far too long."""
    if value is None or value == "":
        return None
    text = text_of(value, _MAX_ID + 1)
    if text is None or len(text) > _MAX_ID:
        raise Refused("bad-id")
    return text


def _user(told: str | None) -> str | None:
    """Return a user's id, None for what many people share: `null`, `anonymous`, `0`."""
    parsed = None if told is None else identifiers.platform_customer("segment", told)
    return told if isinstance(parsed, Identifier) else None


def _browser(told: str | None) -> str | None:
    """Return a browser's id, None for one that many share: `undefined`, a UUID of zeros."""
    parsed = None if told is None else identifiers.visitor(told)
    return told if isinstance(parsed, Identifier) else None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
