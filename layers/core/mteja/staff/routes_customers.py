"""Routes to look at persons, to link them, and to have them erased."""

from aws_lambda_powertools.event_handler import Response

from mteja.customers.find import FIELDS
from mteja.staff import changes, customers
from mteja.staff.access import caller, may_erase
from mteja.staff.bodies import OtherCustomer
from mteja.staff.customers import Desk
from mteja.staff.parsing import from_json
from mteja.staff.responding import (
    by_staff,
    changes_of_caller,
    done,
    event,
    looked_at,
    query,
    request,
    router,
)


@router.get("/v1/customers")
def find_customers() -> Response[str]:
    desk = by_staff(Desk)
    return looked_at(customers.FIND, desk.viewer, desk.find(query(*FIELDS, "cursor")))


@router.get("/v1/customers/<customer>")
def read_customer(customer: str) -> Response[str]:
    desk = by_staff(Desk)
    return looked_at(customers.READ, desk.viewer, desk.read(customer))


@router.get("/v1/customers/<customer>/timeline")
def read_timeline(customer: str) -> Response[str]:
    desk = by_staff(Desk)
    return looked_at(
        customers.TIMELINE, desk.viewer, desk.timeline(customer, query("kind", "limit", "cursor"))
    )


@router.post("/v1/customers/<customer>/link")
def link(customer: str) -> Response[str]:
    by = changes_of_caller()
    return done(200, changes.LINK, by.link(customer, _other()))


@router.post("/v1/customers/<customer>/unlink")
def unlink(customer: str) -> Response[str]:
    by = changes_of_caller()
    return done(200, changes.UNLINK, by.unlink(customer, _other()))


@router.post("/v1/customers/<customer>/erase")
def erase(customer: str) -> Response[str]:
    may_erase(caller(event()))
    return done(202, changes.ERASE, changes_of_caller().erase(customer))


@router.get("/v1/jobs/<job>")
def read_job(job: str) -> Response[str]:
    return done(200, changes.JOB, changes_of_caller().job(job))


@router.get("/v1/duplicates")
def read_duplicates() -> Response[str]:
    return done(200, changes.DUPLICATES, changes_of_caller().duplicates(query("cursor")))


def _other() -> str:
    return from_json(OtherCustomer, request().body).customer
