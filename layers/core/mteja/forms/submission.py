"""What was sent to a form, whatever its content type: a flat object of field values.

Names with a dot reach into a field (`address.city`). Names that begin with `_` are the page's own.
"""

import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from mteja.errors import InvalidInput, MalformedBody, UnsupportedMediaType

_MOST_FIELDS = 200
_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json")
_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Submission:
    """`values` by field name, as they were sent; `own` what the page itself sent along; `html` says
    that a browser sent a form and waits for a page."""

    values: Mapping[str, object]
    own: Mapping[str, str]
    html: bool


def is_form(headers: Mapping[str, str]) -> bool:
    """Whether a browser sent a form and waits for a page."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    wants_json = "application/json" in headers.get("accept", "").lower()
    return kind in {_URLENCODED, _MULTIPART} and not wants_json


def read_submission(body: bytes, headers: Mapping[str, str]) -> Submission:
    """Return what was sent.

    Raises UnsupportedMediaType, MalformedBody for a body that is not what its type says, and
    InvalidInput for a field that is given twice or is a file.
    """
    content_type = headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if _JSON.fullmatch(kind):
        return _split(_of_json(body).items(), html=False)
    if kind == _URLENCODED:
        pairs: Iterable[tuple[str, object]] = _of_urlencoded(body)
    elif kind == _MULTIPART:
        pairs = _of_multipart(body, content_type)
    else:
        raise UnsupportedMediaType
    return _split(_gathered(pairs).items(), html=is_form(headers))


def _of_json(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedBody from None
    if not isinstance(value, dict):
        raise MalformedBody
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """JSON lets a name stand twice, and readers differ in which they take: neither is taken."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _of_urlencoded(body: bytes) -> list[tuple[str, object]]:
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=bool(text),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise MalformedBody from None
    return list(pairs)


def _of_multipart(body: bytes, content_type: str) -> list[tuple[str, object]]:
    from multipart import MultipartError, MultipartParser, parse_options_header

    _, options = parse_options_header(content_type)
    boundary = options.get("boundary", "")
    found: list[tuple[str, object]] = []
    try:
        parser = MultipartParser(
            io.BytesIO(body),
            boundary,
            len(body),
            strict=True,
            part_limit=_MOST_FIELDS,
            spool_limit=len(body),
            disk_limit=0,
        )
        for part in parser:
            if part.filename is not None:
                if part.size:
                    raise InvalidInput(_shown(part.name), "files are not taken")
                continue  # a file input that was left empty
            found.append((part.name, part.raw.decode()))
    except (MultipartError, UnicodeDecodeError, ValueError):
        raise MalformedBody from None
    return found


def _gathered(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """A name that stands several times is a list, as browsers send several ticks."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name not in found:
            found[name] = value
            continue
        known = found[name]
        found[name] = [*known, value] if isinstance(known, list) else [known, value]
    return found


def _split(pairs: Iterable[tuple[str, object]], *, html: bool) -> Submission:
    values: dict[str, object] = {}
    own: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith("_"):
            own[name] = value if isinstance(value, str) else ""
            continue
        outer, dot, inner = name.partition(".")
        if not dot:
            if name in values:
                raise InvalidInput(_shown(name), "is given twice")
            values[name] = value
            continue
        parts = values.setdefault(outer, {})
        if not isinstance(parts, dict) or inner in parts:
            raise InvalidInput(_shown(outer), "is given twice")
        parts[inner] = value
    return Submission(values, own, html)


def _shown(name: str) -> str:
    """Return a field's name for an error. A name is the caller's text: only a plain word is
    repeated."""
    return name if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) else "body"


def unknown_field(name: str) -> InvalidInput:
    """Return the error for a field that a form does not have."""
    return InvalidInput(_shown(name), "this form has no such field")
