"""What was sent to a form, whatever its content type: a flat object of field values.

Names with a dot reach into a field (`address.city`). Some names are the page's own and not fields.
"""

import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mteja.errors import InvalidInput, MalformedBody, UnsupportedMediaType
from mteja.http import forms
from mteja.pages.catalogues import marked

SHOWN, TRAP = "_shown", "_website"
"""When the page was shown, signed; and a field that people don't see (mteja.forms.guard)."""
ASKED, LANGUAGE, LINK = "_asked", "_lang", "_link"
"""The fields that the page showed, its language, the customer's link."""
OWN = frozenset({SHOWN, TRAP, ASKED, LANGUAGE, LINK})

UNKNOWN = marked("this form has no such field")
TWICE = marked("is given twice")
FILE = marked("files are not taken")
# A name is the caller's text, and goes back to nobody but the caller: so much of it is repeated
# that the caller knows which is meant.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json")
_MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Submission:
    """`values` by field name, as they were sent; `own` what the page itself sent along, by the
    names above; `html` says that it is an HTML form, whose sender is led to a page."""

    values: Mapping[str, object]
    own: Mapping[str, str]
    html: bool


def is_form(headers: Mapping[str, str]) -> bool:
    """Whether an HTML form was sent, whose sender is led to a page."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    wants_json = "application/json" in headers.get("accept", "").lower()
    return kind in {forms.URLENCODED, _MULTIPART} and not wants_json


def is_browser(headers: Mapping[str, str]) -> bool:
    """Whether a browser sent an HTML form, and shows what is wrong with it. All browsers say that
    they take HTML; programs that send a form read problem details."""
    return is_form(headers) and "text/html" in headers.get("accept", "").lower()


def read_submission(
    body: bytes, headers: Mapping[str, str], own: frozenset[str] = OWN
) -> Submission:
    """Return what was sent. `own` are the names that are the page's and no fields.

    Raises UnsupportedMediaType, MalformedBody for a body that is not what its type says, and
    InvalidInput for a field that is given twice or is a file.
    """
    content_type = headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if _JSON.fullmatch(kind):
        return _split(_of_json(body).items(), own, html=False)
    if kind == forms.URLENCODED:
        pairs: Iterable[tuple[str, object]] = forms.pairs(body)
    elif kind == _MULTIPART:
        pairs = _of_multipart(body, content_type)
    else:
        raise UnsupportedMediaType
    return _split(_gathered(pairs).items(), own, html=is_form(headers))


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
            part_limit=forms.MOST_FIELDS,
            spool_limit=len(body),
            disk_limit=0,
        )
        for part in parser:
            if part.filename is not None:
                if part.size:
                    raise InvalidInput(_shown(part.name or ""), FILE)
                continue  # a file input that was left empty
            found.append((part.name or "", part.raw.decode()))
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


def _split(
    pairs: Iterable[tuple[str, object]], names_of_page: frozenset[str], *, html: bool
) -> Submission:
    values: dict[str, object] = {}
    own: dict[str, str] = {}
    for name, value in pairs:
        if name in names_of_page:
            own[name] = value if isinstance(value, str) else ""
            continue
        outer, dot, inner = name.partition(".")
        if not dot:
            if name in values:
                raise InvalidInput(_shown(name), TWICE)
            values[name] = value
            continue
        parts = values.setdefault(outer, {})
        if not isinstance(parts, dict) or inner in parts:
            raise InvalidInput(_shown(name), TWICE)
        parts[inner] = value
    return Submission(values, own, html)


def _shown(name: str) -> str:
    """Return a field's name for an error."""
    return name if _NAME.fullmatch(name) else "body"


def unknown_field(name: str) -> InvalidInput:
    """Return the error for a field that a form does not have."""
    return InvalidInput(_shown(name), UNKNOWN)
