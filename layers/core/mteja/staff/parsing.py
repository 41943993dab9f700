"""What staff send: from bytes, or a page's fields, to checked values. A fault names its field and
never repeats a value.
"""

import json
import re
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from mteja.errors import InvalidInput, MalformedBody

_IF_MATCH = "If-Match"
_VERSION = re.compile(r'("?)([0-9]{1,15})\1')
# The names in a body are the caller's text: only a plain word is repeated.
_PLAIN = re.compile(r"[a-z_]{1,30}")


def from_json[T](shape: type[T], body: bytes) -> T:
    """Return a body as its shape, a pydantic model or a TypedDict.

    Raises MalformedBody for what is no JSON, InvalidInput for the first field that does not fit.
    """
    try:
        checked: T = _adapter(cast(Hashable, shape)).validate_json(body)
    except ValidationError as error:
        raise _fault(error) from None
    return checked


def from_fields[T](shape: type[T], fields: Mapping[str, object]) -> T:
    """Return the fields of a page as their shape, by the same rules. Raises InvalidInput."""
    return from_json(shape, json.dumps(fields).encode())


def version_asked(headers: Mapping[str, str]) -> int:
    """Return the version on which a change was decided. Raises InvalidInput where there is none:
    a change of what one has not seen may undo another's."""
    version = _VERSION.fullmatch(headers.get(_IF_MATCH.lower(), "").strip())
    if version is None:
        raise InvalidInput(_IF_MATCH, "the version of the person, as it was read")
    return int(version[2])


@cache
def _adapter(shape: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _fault(error: ValidationError) -> MalformedBody | InvalidInput:
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return MalformedBody()
    steps = [str(step) for step in first["loc"]]
    if not all(_PLAIN.fullmatch(step) or step.isdecimal() for step in steps):
        steps = []
    return InvalidInput(".".join(steps) or "body", _message(first))


def _message(fault: Mapping[str, Any]) -> str:
    """Return what is wrong. No message of pydantic's for the shapes that we use holds the value,
    which a test tries."""
    if fault["type"] == "extra_forbidden":
        return "unknown"
    if fault["type"] == "missing":
        return "is needed"
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    if fault["input"] is None:
        return "is null: leave it out; a value can be changed here, not taken away"
    return str(fault["msg"])
