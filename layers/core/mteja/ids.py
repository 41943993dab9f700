"""Identifiers of our own records: a prefix and a ULID (time-ordered, 80 random bits)."""

import hashlib
import os
from base64 import b32encode

from mteja.times import LATEST_MS

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(at_ms: int, random: bytes | None = None) -> str:
    """Return a 26-character ULID for a time in epoch milliseconds (https://github.com/ulid/spec)."""
    value = (at_ms << 80) | int.from_bytes(os.urandom(10) if random is None else random)
    characters = []
    for _ in range(26):
        value, digit = divmod(value, 32)
        characters.append(_CROCKFORD[digit])
    return "".join(reversed(characters))


def ulid_ms(text: str) -> int:
    """Return the time of a ULID. Raises ValueError for what is none, or after 9999."""
    value = 0
    for character in text[:10]:
        value = value * 32 + _CROCKFORD.index(character)
    if value > LATEST_MS:
        raise ValueError("a time must be between 1970 and 9999")
    return value


def new_customer_id(at_ms: int, random: bytes | None = None) -> str:
    return f"cus_{ulid(at_ms, random)}"


def derived_ulid(at_ms: int, *parts: str) -> str:
    """Return a ULID of a time that is the same for the same parts: its random bits are a digest."""
    return ulid(at_ms, _digest(parts)[:10])


def derived_id(prefix: str, *parts: str) -> str:
    """Return an id that is the same for the same parts, whoever makes it and whenever.

    What arrives twice gets the same id twice, so that a second write changes nothing. Parts may be
    any text of a JSON body, half a surrogate pair too.
    """
    return f"{prefix}_{b32encode(_digest(parts)[:15]).decode().lower()}"


def _digest(parts: tuple[str, ...]) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode(errors="surrogatepass")).digest()
