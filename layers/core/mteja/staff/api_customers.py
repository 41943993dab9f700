"""Routes to look at persons, link them and have them erased. No function imports this."""

from typing import Annotated

from pydantic import Field, JsonValue

from mteja import errors
from mteja.customers.find import ENDINGS_A_PAGE, FIELDS, MIN_ENDING
from mteja.customers.timeline import KINDS, MAX_PAGE
from mteja.http.operations import Body, Operation, Parameter, Success
from mteja.staff import answers, examples
from mteja.staff.api_parts import (
    BAD_CURSOR,
    CURSOR,
    CUSTOMER,
    NOT_ALLOWED,
    UNKNOWN,
    UNREADABLE,
)
from mteja.staff.bodies import OtherCustomer
from mteja.staff.timeline_answers import Timeline

_Kind = Annotated[str, Field(json_schema_extra={"enum": list[JsonValue](sorted(KINDS))})]

_BODY_ERRORS = (*UNREADABLE, errors.InvalidInput("customer", "the id of another customer"))
_OTHER = Body(OtherCustomer, {"customer": examples.TWO})
_OTHER_MEMBERS = {"id": examples.ONE, "members": [examples.ONE, examples.TWO]}

_FIND = Operation(
    "GET",
    "/v1/customers",
    "findCustomers",
    "Find persons",
    f"By exactly one of {', '.join(FIELDS)}. Nobody found is an empty list. A page holds at most "
    f"{ENDINGS_A_PAGE} customers; one with fewer, or none, may still have a `next`.",
    Success(200, "Who was found", answers.People, examples.PEOPLE),
    parameters=(
        Parameter("email", "whole address, in any case", example="asha@example.com"),
        Parameter(
            "phone",
            f"whole number with + and country code, or at least its last {MIN_ENDING} digits",
        ),
        Parameter("card", "a payment card's fingerprint, as the platform gives it"),
        Parameter("loyalty", "number of a loyalty card"),
        Parameter("order", "an order's id on its platform, or the number people see"),
        CURSOR,
    ),
    refuses=(NOT_ALLOWED, errors.InvalidInput("phone", "not a telephone number"), BAD_CURSOR),
)

_READ = Operation(
    "GET",
    "/v1/customers/{id}",
    "readCustomer",
    "Read a person",
    "All that is known, over all linked customers. The reading is noted in the audit trail.",
    Success(200, "The person", answers.Person, examples.PERSON),
    parameters=(CUSTOMER,),
    refuses=(NOT_ALLOWED, UNKNOWN),
)

_TIMELINE = Operation(
    "GET",
    "/v1/customers/{id}/timeline",
    "readTimeline",
    "Read a person's timeline",
    "Newest first. A page may be shorter than `limit` and still have a `next`.",
    Success(200, "A page", Timeline, examples.TIMELINE),
    parameters=(
        CUSTOMER,
        Parameter("kind", "entries of one kind only", _Kind),
        Parameter("limit", "entries a page", Annotated[int, Field(ge=1, le=MAX_PAGE, default=50)]),
        CURSOR,
    ),
    refuses=(NOT_ALLOWED, UNKNOWN, errors.InvalidInput("limit", "too many"), BAD_CURSOR),
)

_LINK = Operation(
    "POST",
    "/v1/customers/{id}/link",
    "linkCustomers",
    "Link two customers that are one person",
    "Nothing moves, so it can be undone. Linking again changes nothing.",
    Success(200, "The person", answers.Joined, _OTHER_MEMBERS),
    parameters=(CUSTOMER,),
    bodies=(_OTHER,),
    refuses=(NOT_ALLOWED, UNKNOWN, *_BODY_ERRORS),
)

_UNLINK = Operation(
    "POST",
    "/v1/customers/{id}/unlink",
    "unlinkCustomers",
    "Undo a link",
    "The two are two persons again, each with its own facts. They are not linked by themselves "
    "again.",
    Success(
        200,
        "The person that `id` is now",
        answers.Joined,
        _OTHER_MEMBERS | {"members": [examples.ONE]},
    ),
    parameters=(CUSTOMER,),
    bodies=(_OTHER,),
    refuses=(NOT_ALLOWED, UNKNOWN, *_BODY_ERRORS),
)

_ERASE = Operation(
    "POST",
    "/v1/customers/{id}/erase",
    "eraseCustomer",
    "Erase a person",
    "All linked customers, by a job: their keys are destroyed. Owners only. It can't be undone.",
    Success(202, "The job", answers.AskedJob, {"job": examples.JOB["job"]}),
    parameters=(CUSTOMER,),
    refuses=(NOT_ALLOWED, UNKNOWN),
)

_JOB = Operation(
    "GET",
    "/v1/jobs/{job}",
    "readJob",
    "Read a job",
    "How far a job is, and its receipt when it is done.",
    Success(200, "The job", answers.Job, examples.JOB),
    parameters=(Parameter("job", "the job's id", answers.JobId, examples.JOB["job"], "path"),),
    refuses=(NOT_ALLOWED, errors.NotFound("job")),
)

_DUPLICATES = Operation(
    "GET",
    "/v1/duplicates",
    "listDuplicates",
    "List customers who may be one person",
    "Pairs with their evidence, the likelier first within a page.",
    Success(200, "A page", answers.Duplicates, examples.DUPLICATES),
    parameters=(CURSOR,),
    refuses=(NOT_ALLOWED, BAD_CURSOR),
)

OPERATIONS = (_FIND, _READ, _TIMELINE, _LINK, _UNLINK, _ERASE, _JOB, _DUPLICATES)
