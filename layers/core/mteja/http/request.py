"""A request of an HTTP API (payload format 2.0) as the capture functions see it.

Powertools' event handler costs a capture function more at its cold start than all it does here; the
staff API, which has many routes, uses it.
"""

from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mteja.errors import MalformedBody, TooLarge

MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True)
class Request:
    """Header names in lower case; the body as raw bytes. Of a parameter that is given twice, API
    Gateway makes one with a comma; of a cookie that is there twice, the first counts."""

    method: str
    path: str
    headers: Mapping[str, str]
    path_parameters: Mapping[str, str]
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    address: str  # from which it came, as API Gateway saw it; never stored or logged
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
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return Request(
        method=http["method"],
        path=event.get("rawPath", "/"),
        headers=headers,
        path_parameters=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        cookies=_cookies([*(event.get("cookies") or ()), headers.get("cookie", "")]),
        address=str(http.get("sourceIp", "")),
        body=raw,
    )


def _cookies(lines: Iterable[str]) -> dict[str, str]:
    """API Gateway takes cookies out of the headers into a list of their own; emulators do not."""
    found: dict[str, str] = {}
    for line in lines:
        for pair in line.split(";"):
            name, there, value = pair.partition("=")
            if there:
                found.setdefault(name.strip(), value.strip())
    return found
