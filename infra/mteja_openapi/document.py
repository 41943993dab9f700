"""The OpenAPI 3.1 document of the whole API. https://spec.openapis.org/oas/v3.1.1.html"""

from importlib.metadata import version
from typing import Any

from mteja.http.operations import Area, Operation, Parameter
from mteja_openapi.areas import areas
from mteja_openapi.refusals import refusals, shared_refusals
from mteja_openapi.schemas import ANSWERED, SENT, Schema, Schemas

_ABOUT = """\
Mteja's HTTP API. Money is integer minor units with an ISO 4217 currency; times are RFC 3339 in UTC;
ids are opaque. More members may appear in any object: ignore what you don't know.

Errors are problem details (RFC 9457) with a stable `type`. What API Gateway itself refuses (no
valid token, too many requests) has its own shorter body."""


def document() -> dict[str, Any]:
    """Return the document. Raises ValueError for two schemas, routes or ids of one name."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    schemes: dict[str, Any] = {}
    all_areas = areas()
    for area in all_areas:
        schemes |= area.security
        for one in area.operations:
            methods = paths.setdefault(one.path, {})
            if one.method.lower() in methods:
                raise ValueError(f"{one.method} {one.path} is told twice")
            methods[one.method.lower()] = _operation(area, one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mteja",
            "version": version("mteja"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [
            {
                "url": "https://{api}.execute-api.{region}.amazonaws.com",
                "description": "Output ApiUrl of the stack",
                "variables": {"api": {"default": "example"}, "region": {"default": "us-east-1"}},
            }
        ],
        "tags": [{"name": area.name, "description": area.description} for area in all_areas],
        "paths": dict(sorted(paths.items())),
        "components": {
            "responses": shared_refusals(schemas),
            "schemas": dict(sorted(schemas.named.items())),
            "securitySchemes": schemes,
        },
    }


def _operation(area: Area, one: Operation, schemas: Schemas) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.id,
        "tags": [area.name],
        "summary": one.summary,
        "description": one.description,
        "security": [{name: []} for name in area.security],
        "parameters": [_parameter(it, area.prefix, schemas) for it in one.parameters],
    }
    if one.bodies:
        content = {
            body.media_type: _content(schemas.of(body.type, SENT, area.prefix), body.example)
            for body in one.bodies
        }
        made["requestBody"] = {"required": True, "content": content}
    success = one.success
    response: dict[str, Any] = {"description": success.description}
    if success.media_type is not None:
        answer = schemas.of(success.type, ANSWERED, area.prefix)
        response["content"] = {success.media_type: _content(answer, success.example)}
    if success.sheet is not None:
        response["content"]["text/csv"] = _content({"type": "string"}, success.sheet)
    made["responses"] = {str(success.status): response} | refusals(area, one, schemas)
    if one.leads_to is not None:
        location = {"description": "relative address of the page", "schema": {"type": "string"}}
        made["responses"]["303"] = {
            "description": one.leads_to,
            "headers": {"Location": location},
        }
    return made


def _parameter(one: Parameter, prefix: str, schemas: Schemas) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": one.at,
        "description": one.description,
        "required": one.required or one.at == "path",
        "schema": schemas.of(one.type, SENT, prefix),
    } | ({} if one.example is None else {"example": one.example})


def _content(schema: Schema, example: Any) -> dict[str, Any]:
    return {"schema": schema, "example": example}
