"""Routes to write down what staff learn of persons, and what they have to do for them."""

from aws_lambda_powertools.event_handler import Response

from mteja.http.headers import idempotency_key
from mteja.staff import clerk, tasks
from mteja.staff.bodies import Call, CallOfSomebody, Note, Sale, Traits
from mteja.staff.clerk import Clerk
from mteja.staff.parsing import from_json, version_asked
from mteja.staff.responding import by_staff, done, looked_at, query, request, router
from mteja.staff.tasks import Tasks


@router.post("/v1/customers")
def create_customer() -> Response[str]:
    by = by_staff(Clerk)
    told, key = _sent(Traits)
    return done(201, clerk.CREATE, by.create(told, key))


@router.patch("/v1/customers/<customer>")
def change_customer(customer: str) -> Response[str]:
    by = by_staff(Clerk)
    sent = request()
    version = version_asked(sent.headers)
    told = from_json(Traits, sent.body)
    return done(200, clerk.CHANGE, by.change(customer, told, version))


@router.post("/v1/customers/<customer>/calls")
def note_call(customer: str) -> Response[str]:
    by = by_staff(Clerk)
    told, key = _sent(Call)
    return done(201, clerk.CALL, by.call(customer, told, key))


@router.post("/v1/customers/<customer>/sales")
def note_sale(customer: str) -> Response[str]:
    by = by_staff(Clerk)
    told, key = _sent(Sale)
    return done(201, clerk.SALE, by.sale(customer, told, key))


@router.post("/v1/customers/<customer>/notes")
def write_note(customer: str) -> Response[str]:
    by = by_staff(Clerk)
    told, key = _sent(Note)
    return done(201, clerk.NOTE, by.note(customer, told, key))


@router.post("/v1/calls")
def note_call_of_somebody() -> Response[str]:
    by = by_staff(Clerk)
    told, key = _sent(CallOfSomebody)
    return done(201, clerk.CALL_OF_SOMEBODY, by.call_of_somebody(told, key))


@router.get("/v1/tasks")
def list_tasks() -> Response[str]:
    by = by_staff(Tasks)
    return looked_at(tasks.LIST, by.viewer, by.open(query("cursor")))


@router.post("/v1/tasks/<task>/done")
def close_task(task: str) -> Response[str]:
    return done(200, tasks.DONE, by_staff(Tasks).done(task))


def _sent[T](shape: type[T]) -> tuple[T, str | None]:
    """Return what was sent and the key of the attempt. Raises InvalidInput, MalformedBody."""
    sent = request()
    return from_json(shape, sent.body), idempotency_key(sent.headers)
