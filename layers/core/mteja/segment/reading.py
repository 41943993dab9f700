"""A request of a Segment library: its key, its calls and when it was sent.

Limits and formats are those of Segment's HTTP API: a call of at most 32 KB, a batch of at most 500
KB; beside these at most 2,500 calls a batch.
"""

import json
import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mteja.errors import MalformedBody, OverSegmentsLimit
from mteja.http.request import Request

MAX_BATCH_BYTES = 500 * 1024
MAX_CALL_BYTES = 32 * 1024
MAX_CALLS = 2_500
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_BASIC = "basic "
_BATCHES = frozenset({"batch", "b"})
TYPES = {
    "t": "track", "p": "page", "s": "screen", "i": "identify", "g": "group", "a": "alias",
}  # fmt: skip
CALLS = tuple(TYPES.values())
PATHS = ("batch", *CALLS, *TYPES, "b")
"""What stands after `/v1/`."""


@dataclass(frozen=True)
class Sent:
    """What one request holds. `keys` are the write keys that it gives, the most particular last;
    `calls` are as they came, each with the type that its path says."""

    keys: tuple[str, ...]
    calls: tuple[object, ...]
    sent_at: object
    context: Mapping[str, Any]


def read(request: Request) -> Sent:
    """Take a request apart.

    Numbers with a point become Decimal, so that money stays exact. Raises MalformedBody for what is
    no JSON object, OverSegmentsLimit.
    """
    called = request.path.rpartition("/")[2]
    body = _parsed(_plain(request.body, request.headers.get("content-encoding", "")))
    context = body.get("context")
    if called in _BATCHES:
        calls = body.get("batch")
        if not isinstance(calls, list):
            raise MalformedBody
        given: tuple[object, ...] = tuple(calls)
    else:
        given = (body | {"type": TYPES.get(called, called)},)
    if len(given) > MAX_CALLS:
        raise OverSegmentsLimit
    if len(request.body) > MAX_CALL_BYTES or _GZIP in request.body[:2]:
        _check_sizes(given)
    keys = (_basic(request.headers.get("authorization", "")), body.get("writeKey"))
    return Sent(
        tuple(one for one in keys if isinstance(one, str) and one),
        given,
        body.get("sentAt"),
        context if called in _BATCHES and isinstance(context, dict) else {},
    )


def key_of(call: object) -> str | None:
    """Return the write key that a single call gives, itself or in its context."""
    if not isinstance(call, dict):
        return None
    context = call.get("context")
    given = call.get("writeKey")
    if given is None and isinstance(context, dict):
        given = context.get("writeKey")
    return given if isinstance(given, str) and given else None


def _plain(body: bytes, encoding: str) -> bytes:
    """Return the body unpacked, and never more of it than a batch may have."""
    encoding = encoding.strip().lower()
    if encoding not in {"", "identity", "gzip"}:
        raise MalformedBody
    if encoding != "gzip" or not body.startswith(_GZIP):  # a gateway may have unpacked it
        if len(body) > MAX_BATCH_BYTES:
            raise OverSegmentsLimit
        return body
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = unpacking.decompress(body, MAX_BATCH_BYTES + 1)
    except zlib.error:
        raise MalformedBody from None
    if len(plain) > MAX_BATCH_BYTES:
        raise OverSegmentsLimit
    if not unpacking.eof:
        raise MalformedBody
    return plain


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError):  # a number with a hopeless exponent
        raise MalformedBody from None
    if not isinstance(value, dict):
        raise MalformedBody
    return value


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _check_sizes(calls: tuple[object, ...]) -> None:
    for one in calls:
        if len(as_text(one).encode("utf-8", "surrogatepass")) > MAX_CALL_BYTES:
            raise OverSegmentsLimit


def as_text(value: object) -> str:
    """Return the canonical JSON of a parsed value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str)


def _basic(header: str) -> str | None:
    """Return the user name of Basic authorization, which is where libraries put their key."""
    if not header.lower().startswith(_BASIC):
        return None
    try:
        pair = b64decode(header[len(_BASIC) :].strip(), validate=True).decode()
    except ValueError:
        return None
    return pair.partition(":")[0] or None
