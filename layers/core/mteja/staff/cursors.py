"""Cursors: where a list goes on, as an opaque text. They give no right to anything.

base64url of a check value and a JSON array whose first member names the list. The check value finds
what was cut or changed; it is no signature, since a made-up position is only a position.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from mteja.errors import InvalidInput

_CHECK_BYTES = 6
_MAX_LENGTH = 600


def encode(of_list: str, *position: str | int) -> str:
    body = json.dumps([of_list, *position], separators=(",", ":")).encode()
    return urlsafe_b64encode(_check(body) + body).rstrip(b"=").decode()


def decode(cursor: str, of_list: str) -> list[str | int]:
    """Return the position. Raises InvalidInput for what `encode` did not make for this list."""
    try:
        if len(cursor) > _MAX_LENGTH:
            raise ValueError
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        check, body = raw[:_CHECK_BYTES], raw[_CHECK_BYTES:]
        if check != _check(body):
            raise ValueError
        named, *position = _members(body)
        if named != of_list:
            raise ValueError
    except (ValueError, TypeError):
        raise InvalidInput("cursor", "not a cursor of this list") from None
    return position


def decode_text(cursor: str, of_list: str) -> str:
    """Return a position that is one text. Raises InvalidInput."""
    match decode(cursor, of_list):
        case [str() as position]:
            return position
    raise InvalidInput("cursor", "not a cursor of this list")


def _members(body: bytes) -> list[str | int]:
    members = json.loads(body)
    return members if isinstance(members, list) else []


def _check(body: bytes) -> bytes:
    return hashlib.blake2s(body, digest_size=_CHECK_BYTES).digest()
