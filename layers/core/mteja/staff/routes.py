"""The staff API's routes. Query strings hold personal data and are never logged."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from mteja.http.problems import answer
from mteja.http.request import parse
from mteja.observing import count, logger
from mteja.privacy.queue import send_erasure
from mteja.recording.record import recorder
from mteja.staff import changes, customers
from mteja.staff.access import caller, may_erase, may_see_persons
from mteja.staff.changes import Changes
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


@router.post("/v1/customers/<customer>/link")
def link(customer: str) -> Response[str]:
    return _done(200, changes.LINK, _changes().link(customer, _body()))


@router.post("/v1/customers/<customer>/unlink")
def unlink(customer: str) -> Response[str]:
    return _done(200, changes.UNLINK, _changes().unlink(customer, _body()))


@router.post("/v1/customers/<customer>/erase")
def erase(customer: str) -> Response[str]:
    may_erase(caller(router.current_event.raw_event))
    return _done(202, changes.ERASE, _changes().erase(customer))


@router.get("/v1/jobs/<job>")
def read_job(job: str) -> Response[str]:
    return _done(200, "GET /v1/jobs/{job}", _changes().job(job))


@router.get("/v1/duplicates")
def read_duplicates() -> Response[str]:
    return _done(200, "GET /v1/duplicates", _changes().duplicates(_query()))


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


def _changes() -> Changes:
    """Return what whoever calls may change. Raises NotAllowed for who may not see persons."""
    who = caller(router.current_event.raw_event)
    may_see_persons(who)
    return Changes(who.viewer, recorder(), now_ms(), send_erasure)


def _body() -> bytes:
    return parse(router.current_event.raw_event).body


def _done(status: int, what: str, body: dict[str, Any]) -> Response[str]:
    logger(SERVICE).info("answered", what=what)
    return as_response(answer(status, body))


def _query() -> dict[str, str]:
    return router.current_event.query_string_parameters or {}


def _answer(what: str, desk: Desk, given: Answer) -> Response[str]:
    if given.unreadable:
        count(SERVICE, "Unreadable", given.unreadable)
    logger(SERVICE).info("answered", what=what, by=desk.viewer.sub, unreadable=given.unreadable)
    return as_response(answer(200, given.body))
