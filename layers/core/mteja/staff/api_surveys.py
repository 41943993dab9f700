"""Routes to answer surveys at the counter, and to invite to them. No function imports this."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from mteja import errors
from mteja.http.operations import Body, Operation, Parameter, Success, Time
from mteja.staff import answers, answers_forms, examples
from mteja.staff.api_parts import BAD_KEY, CUSTOMER, KEY, NOT_ALLOWED, UNKNOWN, UNREADABLE
from mteja.staff.bodies import Answers, SetOfLinks, SurveyToAnswer
from mteja.surveys.api import ANSWERS, ID, REFUSED_ANSWERS, SURVEY, ResponseId

_TOKEN = "WyJzdXJ2ZXk6c2F0aXNmYWN0aW9uIiwi"  # noqa: S105 - an example
_LINK = {
    "token": _TOKEN,
    "path": f"/surveys/satisfaction?t={_TOKEN}",
    "expires_at": "2026-03-31T10:01:00.000Z",
}


class SurveyFilledIn(TypedDict):
    """An answer that was given to staff. `customer` is null where it is nobody's."""

    response_id: ResponseId
    customer: answers.CustomerId | None


class AnonymousLink(TypedDict):
    token: str
    path: str


class AnonymousLinks(TypedDict):
    """Links in an order of chance, all of which end at once."""

    items: Annotated[list[AnonymousLink], Field(min_length=10, max_length=500)]
    expires_at: Time


_FILL_IN = Operation(
    "POST",
    "/v1/staff/surveys/{survey}",
    "fillInSurvey",
    "Answer a survey at the counter or by telephone",
    "Verified: what a customer tells staff, or answers on the shop's tablet (`mode=kiosk`). The "
    "same content within ten minutes, or under the same `Idempotency-Key` at any time, counts "
    "once.",
    Success(201, "The answer", SurveyFilledIn, {"response_id": ID, "customer": examples.ONE}),
    parameters=(
        SURVEY,
        Parameter("mode", "who typed it", Literal["staff", "kiosk"]),
        Parameter("channel", "by which way it was told, such as phone; else as the mode"),
        Parameter("location", "where, as the owner's file calls it", example="main-shop"),
        Parameter("customer", "whose it is, where that is known"),
        Parameter("lang", "the language in which it was asked"),
        KEY,
    ),
    bodies=(Body(Answers, {"answers": ANSWERS}),),
    refuses=(
        NOT_ALLOWED,
        *UNREADABLE,
        errors.NotFound("survey"),
        UNKNOWN,
        *REFUSED_ANSWERS,
        BAD_KEY,
    ),
)

_INVITE = Operation(
    "POST",
    "/v1/customers/{id}/survey-links",
    "inviteToSurvey",
    "Make a customer's invitation to a survey",
    "Whoever has it answers once as this customer, verified, until it ends; the answer may be "
    "changed for as many days as the owner's file says. Nothing is stored of it until it is used.",
    Success(201, "The link", answers_forms.CustomersLink, _LINK),
    parameters=(CUSTOMER,),
    bodies=(Body(SurveyToAnswer, {"survey": "satisfaction"}),),
    refuses=(
        NOT_ALLOWED,
        *UNREADABLE,
        errors.NotFound("survey"),
        UNKNOWN,
        errors.InvalidInput("survey", "is anonymous: its links are made for many at once"),
    ),
)

_LINKS = Operation(
    "POST",
    "/v1/surveys/{survey}/links",
    "makeAnonymousLinks",
    "Make a set of anonymous links to a survey",
    "Each opens the survey once, and nobody can tell which of them. Give them out in any order "
    "and don't note who gets which. Nothing is stored of one until it is used.",
    Success(
        201,
        "The links",
        AnonymousLinks,
        {
            "items": [{"token": _TOKEN, "path": f"/surveys/anonymous-profile?t={_TOKEN}"}] * 10,
            "expires_at": "2026-04-06T00:00:00.000Z",
        },
    ),
    parameters=(
        Parameter("survey", "an anonymous survey", example="anonymous-profile", at="path"),
    ),
    bodies=(Body(SetOfLinks, {"count": 50}),),
    refuses=(
        NOT_ALLOWED,
        *UNREADABLE,
        errors.NotFound("survey"),
        errors.InvalidInput("count", "10 to 500"),
    ),
)

OPERATIONS = (_FILL_IN, _INVITE, _LINKS)
