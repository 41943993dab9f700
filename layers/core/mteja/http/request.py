"""A request of an HTTP API (payload format 2.0) as the capture functions see it.

Powertools' event handler costs a capture function more at its cold start than all it does here; the
staff API, which has many routes, uses it.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.errors import MalformedBody, TooLarge

MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True)
class Request:
    """Header names in lower case; the body as raw bytes."""

    method: str
    path: str
    headers: Mapping[str, str]
    path_parameters: Mapping[str, str]
    body: bytes


def parse(event: Mapping[str, Any], *, max_body: int = MAX_BODY_BYTES) -> Request:
    """Return the request. Raises TooLarge above `max_body` bytes, MalformedBody for bad base64."""
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        if len(body) > max_body * 4 // 3 + 4:
            raise TooLarge
        try:
            raw = b64decode(body, validate=True)
        except ValueError:
            raise MalformedBody from None
    else:
        try:
            raw = body.encode()
        except UnicodeEncodeError:
            raise MalformedBody from None
    if len(raw) > max_body:
        raise TooLarge
    http = event["requestContext"]["http"]
    return Request(
        method=http["method"],
        path=event.get("rawPath", "/"),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        path_parameters=event.get("pathParameters") or {},
        body=raw,
    )
