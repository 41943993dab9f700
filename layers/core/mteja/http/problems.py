"""From domain errors to HTTP, in one place: RFC 9457 problem details with a stable `type`.

The class of an error decides, never its text; a 500 says nothing but that it is one.
"""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mteja import errors

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int,
    slug: str,
    title: str,
    *,
    detail: str | None = None,
    faults: list[dict[str, str]] | None = None,
    retry_after_s: int | None = None,
) -> dict[str, Any]:
    """Return a response of an HTTP API with a problem as its body."""
    body: dict[str, Any] = {"type": f"/problems/{slug}", "title": title, "status": status}
    if detail is not None:
        body["detail"] = detail
    if faults is not None:
        body["errors"] = faults
    headers = {"content-type": CONTENT_TYPE, "cache-control": "no-store"}
    if retry_after_s is not None:
        headers["retry-after"] = str(retry_after_s)
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}


_UNKNOWN = {
    "source": "unknown-source",
    "form": "unknown-form",
    "survey": "unknown-survey",
    "customer": "unknown-customer",
}


def problem_of(error: Exception) -> dict[str, Any]:
    """Return the response that an error means."""
    match error:
        case errors.InvalidInput():
            faults = [{"field": error.field, "message": error.message}]
            return problem(422, "invalid-field", "A field is invalid", faults=faults)
        case errors.MalformedBody():
            return problem(400, "malformed-body", "The body can't be read")
        case errors.TooLarge():
            return problem(413, "too-large", "The body is too large")
        case errors.BadSignature():
            return problem(401, "bad-signature", "The signature is missing or wrong")
        case errors.NotAllowed():
            return problem(403, "not-allowed", "Your groups may not do this")
        case errors.NotFound():
            slug = _UNKNOWN.get(error.kind, "not-found")
            return problem(404, slug, f"There is no such {error.kind}")
        case errors.StaleVersion():
            return problem(409, "conflict", "It has changed meanwhile: read it again")
        case errors.Conflict():
            return problem(503, "internal", "Busy; try again", retry_after_s=1)
        case ClientError() | BotoCoreError():
            return problem(503, "internal", "Busy; try again", retry_after_s=5)
    return problem(500, "internal", "Something went wrong on our side")


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON response of an HTTP API."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
