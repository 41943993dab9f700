"""The pages' own files: style, scripts, icons. Each is named after its content, so that a browser
keeps it for ever and still never sees an old one.
"""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from mteja.errors import NotFound

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
_DIGITS = 12
_FOR_EVER = "public, max-age=31536000, immutable"


def named(name: str) -> str:
    """Return the name under which a file is served: `page.css` is `page.3f5a….css`.

    Raises NotFound where there is no such file.
    """
    stem, dot, kind = name.rpartition(".")
    return f"{stem}.{_digest(name)}{dot}{kind}"


def integrity(name: str) -> str:
    """Return the hash by which a browser refuses anything else in the file's place (Subresource
    Integrity). Raises NotFound."""
    _digest(name)
    return f"sha384-{b64encode(hashlib.sha384(_files()[name]).digest()).decode()}"


def answer(path: str) -> dict[str, Any]:
    """Return the response for a file asked for by its served name. Raises NotFound.

    The name of another version (a page from before a deployment, or from after it) is answered with
    what is there now, and not to be kept.
    """
    stem, _, kind = path.rpartition("/")[2].rpartition(".")
    plain, _, digest = stem.rpartition(".")
    name = f"{plain}.{kind}"
    current = digest == _digest(name)
    return {
        "statusCode": 200,
        "headers": {
            "content-type": _TYPES[f".{kind}"],
            "cache-control": _FOR_EVER if current else "no-store",
            "x-content-type-options": "nosniff",
        },
        "body": _files()[name].decode(),
    }


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.is_file()}


@cache
def _digest(name: str) -> str:
    content = _files().get(name)
    if content is None:
        raise NotFound("file")
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
