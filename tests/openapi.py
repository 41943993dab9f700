"""Do real answers fit docs/openapi.json? Stricter than the document itself, which lets clients meet
members that they don't know: here an answer may have no member that the document does not name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from openapi_schema_validator import OAS31Validator, oas31_format_checker

from tests import kit

type Tree = dict[str, Any]

FILE = kit.ROOT / "docs/openapi.json"


@cache
def committed() -> Tree:
    """Return the document as it is committed."""
    tree: Tree = json.loads(FILE.read_text(encoding="utf-8"))
    return tree


def operations() -> Iterator[tuple[str, str, Tree]]:
    """Yield method, path and operation of each route."""
    for path, methods in committed()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def operation_of(method: str, path: str) -> Tree | None:
    """Return the operation that a request reaches, None for a path that is not documented."""
    for its_method, template, operation in operations():
        pattern = re.sub(r"\\\{[a-z]+\\\}", "[^/]+", re.escape(template))
        if its_method == method and re.fullmatch(pattern, path):
            return operation
    return None


def misfits(
    method: str, path: str, status: int, headers: Mapping[str, str], body: Any
) -> list[str]:
    """Return in what an answer differs from the document; nothing for an unknown path."""
    operation = operation_of(method, path)
    if operation is None:
        return []
    response = resolved(operation["responses"].get(str(status), {}))
    media_type = headers.get("content-type", "").partition(";")[0]
    content = response.get("content", {}).get(media_type)
    if content is None:
        return [f"{operation['operationId']}: {status} {media_type} is not documented"]
    return [f"{operation['operationId']}: {it}" for it in errors(content["schema"], body)]


def resolved(response: Tree) -> Tree:
    """Return a response, or what it refers to."""
    if "$ref" not in response:
        return response
    named: Tree = committed()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return named


def errors(schema: Tree, value: Any, *, closed: bool = True) -> list[str]:
    """Return where a value does not fit a schema of the document."""
    whole = (_closed(schema) if closed else schema) | _named(closed=closed)
    validator = OAS31Validator(whole, format_checker=oas31_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@cache
def _named(*, closed: bool) -> Tree:
    """Return what schemas refer to."""
    schemas = committed()["components"]["schemas"]
    return {"components": {"schemas": _closed(schemas) if closed else schemas}}


def _closed(tree: Any) -> Any:
    """Return a copy of schemas whose objects take no member that is not named."""
    if isinstance(tree, list):
        return [_closed(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    copied = {name: _closed(value) for name, value in tree.items()}
    if isinstance(copied.get("properties"), dict) and copied.get("type") == "object":
        copied.setdefault("additionalProperties", False)
    return copied
