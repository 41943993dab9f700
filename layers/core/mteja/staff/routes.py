"""The staff API's routes. Query strings hold personal data and are never logged."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from mteja.http.problems import answer
from mteja.observing import count, logger
from mteja.recording.record import recorder
from mteja.staff import customers
from mteja.staff.access import caller, may_see_persons
from mteja.staff.customers import Answer, Desk
from mteja.times import now_ms

SERVICE = "staff"
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get("/v1/customers")
def find_customers() -> Response[str]:
    desk = _desk()
    return _answer(customers.FIND, desk, desk.find(_query()))


@router.get("/v1/customers/<customer>")
def read_customer(customer: str) -> Response[str]:
    desk = _desk()
    return _answer(customers.READ, desk, desk.read(customer))


@router.get("/v1/customers/<customer>/timeline")
def read_timeline(customer: str) -> Response[str]:
    desk = _desk()
    return _answer(customers.TIMELINE, desk, desk.timeline(customer, _query()))


def as_response(raw: dict[str, Any]) -> Response[str]:
    """Return an answer or a problem as the event handler wants it."""
    return Response(
        status_code=raw["statusCode"], content_type=None, headers=raw["headers"], body=raw["body"]
    )


def _desk() -> Desk:
    """Return the desk of whoever calls. Raises NotAllowed for who may not see persons."""
    who = caller(router.current_event.raw_event)
    may_see_persons(who)
    return Desk(who.viewer, recorder(), now_ms())


def _query() -> dict[str, str]:
    return router.current_event.query_string_parameters or {}


def _answer(what: str, desk: Desk, given: Answer) -> Response[str]:
    if given.unreadable:
        count(SERVICE, "Unreadable", given.unreadable)
    logger(SERVICE).info("answered", what=what, by=desk.viewer.sub, unreadable=given.unreadable)
    return as_response(answer(200, given.body))
