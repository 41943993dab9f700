"""What the staff API's routes share: who asks, what was sent, and how it is answered."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from mteja.audit import Viewer
from mteja.errors import InvalidInput
from mteja.http.problems import answer
from mteja.http.request import Request, parse
from mteja.http.sheets import answer_sheet, wants_csv
from mteja.observing import count, logger
from mteja.privacy.queue import send_erasure
from mteja.recording.record import Recorder, recorder
from mteja.staff.access import caller, may_see_persons
from mteja.staff.changes import Changes
from mteja.staff.customers import Answer
from mteja.times import now_ms

SERVICE = "staff"
_PLAIN = re.compile(r"[a-z_]{1,30}")
_PARAMETER = re.compile(r"\{(\w+)\}")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def by_staff[T](use_case: Callable[[Viewer, Recorder, int], T]) -> T:
    """Return a use-case for whoever calls. Raises NotAllowed for who may not see persons."""
    who = caller(event())
    may_see_persons(who)
    return use_case(who.viewer, recorder(), now_ms())


def changes_of_caller() -> Changes:
    """Return what whoever calls may change. Raises NotAllowed for who may not see persons."""
    return by_staff(lambda viewer, within, now: Changes(viewer, within, now, send_erasure))


def routed(raw: dict[str, Any]) -> dict[str, Any]:
    """Return an event by whose path its route is found. API Gateway tells a path decoded, in which
    a product's id may hold a slash; here each parameter stands encoded, where its route has it."""
    given: dict[str, str] = raw.get("pathParameters") or {}
    template = raw.get("routeKey", "").partition(" ")[2]
    if not given or not set(_PARAMETER.findall(template)) <= given.keys():
        return raw
    path = _PARAMETER.sub(lambda name: quote(given[name[1]], safe=""), template)
    return raw | {"rawPath": path}


def parameter(name: str, matched: str) -> str:
    """Return a parameter of the path as it was meant. `matched`: as it stands in the path."""
    given: dict[str, str] = event().get("pathParameters") or {}
    return given.get(name, matched)


def event() -> dict[str, Any]:
    raw: dict[str, Any] = router.current_event.raw_event
    return raw


def request() -> Request:
    """Return what was sent. Raises TooLarge, MalformedBody."""
    return parse(event())


def query(*names: str) -> dict[str, str]:
    """Return what is said in the query, where only these names may stand. Raises InvalidInput."""
    said = router.current_event.query_string_parameters or {}
    for name in said:
        if name not in names:
            # The name is the caller's text: only a plain word is repeated.
            field = name if _PLAIN.fullmatch(name) else "query"
            raise InvalidInput(field, f"unknown; {', '.join(names) or 'nothing'} can be said")
    return said


def done(status: int, what: str, body: dict[str, Any]) -> Response[str]:
    """Answer what was changed. `what` is the path's template: nothing personal is logged."""
    logger(SERVICE).info("answered", what=what)
    return as_response(answer(status, body))


def reported(
    what: str, made: dict[str, Any], as_sheet: Callable[[Mapping[str, Any]], str]
) -> Response[str]:
    """Answer a report with its days, `from` and `to`: as CSV to who asks for that."""
    if not wants_csv(request().headers):
        return done(200, what, made)
    logger(SERVICE).info("answered", what=what)
    name = f"{what.rpartition('/')[2]}-{made['from']}-{made['to']}"
    return as_response(answer_sheet(name, as_sheet(made)))


def looked_at(what: str, by: Viewer, given: Answer) -> Response[str]:
    """Answer what was looked at, and count what did not open."""
    if given.unreadable:
        count(SERVICE, "Unreadable", given.unreadable)
    logger(SERVICE).info("answered", what=what, by=by.sub, unreadable=given.unreadable)
    return as_response(answer(200, given.body))


def as_response(raw: dict[str, Any]) -> Response[str]:
    """Return an answer or a problem as the event handler wants it."""
    return Response(
        status_code=raw["statusCode"], content_type=None, headers=raw["headers"], body=raw["body"]
    )
