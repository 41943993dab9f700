"""Routes to write down what staff learn of persons, and what is to be done for them. No function
imports this.
"""

from mteja import errors
from mteja.http.operations import Body, Operation, Parameter, Success
from mteja.staff import answers, examples
from mteja.staff.api_parts import (
    BAD_CURSOR,
    BAD_KEY,
    CURSOR,
    CUSTOMER,
    KEY,
    NOT_ALLOWED,
    UNKNOWN,
    UNREADABLE,
)
from mteja.staff.bodies import Call, CallOfSomebody, Note, Sale, Traits
from mteja.staff.timeline_answers import Tasks

_ONCE = "With an `Idempotency-Key`, the same key and content counts once and answers the same ids."
_VERSION = Parameter(
    "If-Match",
    "`version` of the person, as it was read",
    example="7",
    at="header",
    required=True,
)
_TASK = Parameter("id", "the task", answers.TaskId, examples.TASK_ID, "path")


def _refuses(field: str, message: str, *others: errors.MtejaError) -> tuple[errors.MtejaError, ...]:
    return (NOT_ALLOWED, *UNREADABLE, errors.InvalidInput(field, message), *others)


_CREATE = Operation(
    "POST",
    "/v1/customers",
    "createCustomer",
    "Tell of a customer",
    "Needs an e-mail, a telephone, a loyalty number or a name. Where one of the first three finds "
    "somebody, it is that customer; a name alone makes a new one. " + _ONCE,
    Success(
        201, "The customer", answers.Created, {"id": examples.ONE, "version": 1, "created": True}
    ),
    parameters=(KEY,),
    bodies=(Body(Traits, examples.TRAITS),),
    refuses=_refuses("email", "not an e-mail address", UNKNOWN, BAD_KEY),
)

_CHANGE = Operation(
    "PATCH",
    "/v1/customers/{id}",
    "changeCustomer",
    "Change what is known of a person",
    "What is left out stays. Another e-mail or telephone is added to those that find the person.",
    Success(200, "The person's new version", answers.Changed, {"id": examples.ONE, "version": 8}),
    parameters=(CUSTOMER, _VERSION),
    bodies=(Body(Traits, {"phone": "+12025550124"}),),
    refuses=_refuses(
        "If-Match", "the version of the person, as it was read", UNKNOWN, errors.StaleVersion()
    ),
)

_CALL = Operation(
    "POST",
    "/v1/customers/{id}/calls",
    "noteCall",
    "Write down a call",
    "With `follow_up_on`, a task is open for that day. " + _ONCE,
    Success(201, "The call, and the task", answers.NotedCall, examples.NOTED_CALL),
    parameters=(CUSTOMER, KEY),
    bodies=(Body(Call, examples.CALL),),
    refuses=_refuses("kind", "question, complaint, order or other", UNKNOWN, BAD_KEY),
)

_SALE = Operation(
    "POST",
    "/v1/customers/{id}/sales",
    "noteSale",
    "Write down a sale at the till",
    "It counts like a paid order. A code of an offer among its `discount_codes` is redeemed by it; "
    "with one that was redeemed or has ended nothing is written. " + _ONCE,
    Success(201, "The sale", answers.Noted, {"id": "ord_abcdefghijklmnopqrstuvwx"}),
    parameters=(CUSTOMER, KEY),
    bodies=(Body(Sale, examples.SALE),),
    refuses=_refuses(
        "total",
        "not a whole number of minor units",
        UNKNOWN,
        BAD_KEY,
        errors.AlreadyTaken("discount_codes", "was redeemed before"),
    ),
)

_NOTE = Operation(
    "POST",
    "/v1/customers/{id}/notes",
    "writeNote",
    "Write a note",
    _ONCE,
    Success(201, "The note", answers.Noted, {"id": "nte_abcdefghijklmnopqrstuvwx"}),
    parameters=(CUSTOMER, KEY),
    bodies=(Body(Note, examples.NOTE),),
    refuses=_refuses("text", "is needed", UNKNOWN, BAD_KEY),
)

_CALL_OF_SOMEBODY = Operation(
    "POST",
    "/v1/calls",
    "noteCallOfSomebody",
    "Write down a call of somebody who may be unknown",
    "Finds the customer by e-mail or telephone, or makes one; a name alone makes one. " + _ONCE,
    Success(
        201,
        "The call, its customer, and the task",
        answers.NotedCallOfSomebody,
        examples.NOTED_CALL | {"customer": examples.ONE, "created": True},
    ),
    parameters=(KEY,),
    bodies=(Body(CallOfSomebody, examples.CALL | {"phone": "+12025550123"}),),
    refuses=_refuses("phone", "give a telephone, an e-mail or a name", UNKNOWN, BAD_KEY),
)

_TASKS = Operation(
    "GET",
    "/v1/tasks",
    "listTasks",
    "List what is to be done",
    "Open tasks, due first, with whom each is for. Each person is noted in the audit trail.",
    Success(200, "A page", Tasks, examples.TASKS),
    parameters=(CURSOR,),
    refuses=(NOT_ALLOWED, BAD_CURSOR),
)

_DONE = Operation(
    "POST",
    "/v1/tasks/{id}/done",
    "closeTask",
    "Say that a task is done",
    "Said again, nothing changes: who did it first, and when, is kept.",
    Success(200, "The task", answers.DoneTask, examples.DONE_TASK),
    parameters=(_TASK,),
    refuses=(NOT_ALLOWED, errors.NotFound("task")),
)

OPERATIONS = (_CREATE, _CHANGE, _CALL, _SALE, _NOTE, _CALL_OF_SOMEBODY, _TASKS, _DONE)
