"""What routes answer when they refuse: made by `problem_of`, as the handlers make it."""

import json
from typing import Any

from mteja.errors import Conflict, MtejaError
from mteja.http.operations import Area, GatewayMessage, Operation, Problem
from mteja.http.problems import CONTENT_TYPE, problem_of
from mteja_openapi.schemas import ANSWERED, Schemas

_NOT_SIGNED_IN = {"401": "NotSignedIn"}
_ALWAYS = {"429": "TooManyRequests", "500": "Failed", "503": "Busy"}


def refusals(area: Area, one: Operation, schemas: Schemas) -> dict[str, Any]:
    """Return the responses of a route by status, those that several routes share as references."""
    by_status: dict[str, list[dict[str, Any]]] = {}
    for error in one.refuses:
        answer = problem_of(error)
        by_status.setdefault(str(answer["statusCode"]), []).append(answer)
    made = {status: _response(answers, schemas) for status, answers in by_status.items()}
    token = any(scheme.get("scheme") == "bearer" for scheme in area.security.values())
    shared = (_NOT_SIGNED_IN if token else {}) | _ALWAYS
    everywhere = shared_refusals(schemas)
    for status, it in shared.items():
        if status in made:  # by the route's own code as well
            made[status]["content"] |= everywhere[it]["content"]
        else:
            made[status] = {"$ref": f"#/components/responses/{it}"}
    return dict(sorted(made.items()))


def shared_refusals(schemas: Schemas) -> dict[str, Any]:
    """Return components/responses."""
    busy = _response([problem_of(Conflict())], schemas)
    busy["headers"] = {
        "Retry-After": {"description": "seconds to wait", "schema": {"type": "integer"}}
    }
    return {
        "NotSignedIn": _by_gateway("No valid token", "Unauthorized", schemas),
        "TooManyRequests": _by_gateway("Too many requests", "Too Many Requests", schemas),
        "Failed": _response([problem_of(MtejaError())], schemas),
        "Busy": busy,
    }


def _response(answers: list[dict[str, Any]], schemas: Schemas) -> dict[str, Any]:
    """Return the response of one status, with each problem that it may mean as an example."""
    bodies = [json.loads(answer["body"]) for answer in answers]
    return {
        "description": ". ".join(dict.fromkeys(body["title"] for body in bodies)),
        "content": {
            CONTENT_TYPE: {
                "schema": schemas.of(Problem, ANSWERED),
                "examples": {_name(body, bodies): {"value": body} for body in bodies},
            }
        },
    }


def _name(body: dict[str, Any], among: list[dict[str, Any]]) -> str:
    """Return the problem's slug, with the field where it alone would not tell two apart."""
    slug: str = body["type"].rpartition("/")[2]
    alike = sum(one["type"] == body["type"] for one in among)
    return f"{slug}-{body['errors'][0]['field']}" if alike > 1 else slug


def _by_gateway(description: str, message: str, schemas: Schemas) -> dict[str, Any]:
    content = {
        "schema": schemas.of(GatewayMessage, ANSWERED),
        "example": {"message": message},
    }
    return {"description": description, "content": {"application/json": content}}
