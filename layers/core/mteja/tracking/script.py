"""`GET /mteja.js`: the tracker, compressed once for the process."""

import gzip
from base64 import b64encode
from functools import cache
from hashlib import blake2s
from pathlib import Path
from typing import Any

from mteja.http.request import Request

_FILE = Path(__file__).parent / "tracker" / "mteja.min.js"
_HEADERS = {
    "content-type": "text/javascript; charset=utf-8",
    # A day, and one more while it is fetched anew: each fetch is an invocation.
    "cache-control": "public, max-age=86400, stale-while-revalidate=86400",
    "vary": "accept-encoding",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
}


@cache
def _tracker() -> tuple[str, str, str]:
    """Return its text, the same gzipped in base64, and its ETag."""
    raw = _FILE.read_bytes()
    tag = blake2s(raw, digest_size=8).hexdigest()
    return raw.decode(), b64encode(gzip.compress(raw, 9, mtime=0)).decode(), f'"{tag}"'


def script(request: Request) -> dict[str, Any]:
    """Return the response: the script, or 304 for who has it."""
    text, packed, tag = _tracker()
    headers = _HEADERS | {"etag": tag}
    if request.headers.get("if-none-match", "").removeprefix("W/") == tag:
        return {"statusCode": 304, "headers": headers}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return {"statusCode": 200, "headers": headers, "body": packed, "isBase64Encoded": True}
    return {"statusCode": 200, "headers": headers, "body": text}
