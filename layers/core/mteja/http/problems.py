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


# Errors that say all by their class: status, slug, title, seconds after which to try again.
_PLAIN: dict[type[Exception], tuple[int, str, str, int | None]] = {
    errors.MalformedBody: (400, "malformed-body", "The body can't be read", None),
    # Segment documents 400 for it, and its libraries know no other.
    errors.OverSegmentsLimit: (400, "too-large", "The body is too large", None),
    errors.TooLarge: (413, "too-large", "The body is too large", None),
    errors.UnsupportedMediaType: (
        415,
        "unsupported-media-type",
        "This content type is not taken",
        None,
    ),
    errors.BadSignature: (401, "bad-signature", "The signature is missing or wrong", None),
    errors.LinkExpired: (401, "link-expired", "The link is too old", None),
    errors.LinkUsed: (409, "link-used", "The link has been used", None),
    errors.NotSignedIn: (401, "not-signed-in", "Nobody is signed in", None),
    errors.NotAllowed: (403, "not-allowed", "Your groups may not do this", None),
    errors.ForeignOrigin: (403, "not-allowed", "This website is not among the allowed ones", None),
    errors.StaleVersion: (409, "conflict", "It has changed meanwhile: read it again", None),
    errors.Conflict: (503, "internal", "Busy; try again", 1),
    ClientError: (503, "internal", "Busy; try again", 5),
    BotoCoreError: (503, "internal", "Busy; try again", 5),
}


def problem_of(error: Exception) -> dict[str, Any]:
    """Return the response that an error means."""
    match error:
        case errors.InvalidInput():
            faults = [{"field": error.field, "message": error.message}]
            return problem(422, "invalid-field", "A field is invalid", faults=faults)
        case errors.InvalidFields():
            faults = [{"field": one.field, "message": one.message} for one in error.faults]
            return problem(422, "invalid-field", "Several fields are invalid", faults=faults)
        case errors.AlreadyTaken():
            faults = [{"field": error.field, "message": error.message}]
            return problem(409, "conflict", "It is taken already", faults=faults)
        case errors.NotFound():
            slug = _UNKNOWN.get(error.kind, "not-found")
            return problem(404, slug, f"There is no such {error.kind}")
        case errors.RateLimited():
            wait = error.retry_after_s
            return problem(429, "rate-limited", "Too many requests", retry_after_s=wait)
    for kind, (status, slug, title, retry_after_s) in _PLAIN.items():
        if isinstance(error, kind):
            return problem(status, slug, title, retry_after_s=retry_after_s)
    return problem(500, "internal", "Something went wrong on our side")


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON response of an HTTP API."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
