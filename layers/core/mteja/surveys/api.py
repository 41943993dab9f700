"""Surveys on the web as others see them (docs/openapi.json). No function imports this.

Pages are for people and stand in no document.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict, get_args

from pydantic import Field

from mteja import errors
from mteja.business import forms as declared
from mteja.business import surveys
from mteja.forms import values
from mteja.forms.api import FormOption
from mteja.http.operations import Area, Body, Operation, Parameter, Success
from mteja.staff.api_parts import BAD_KEY, KEY, UNREADABLE
from mteja.surveys import intake, reply

ResponseId = Annotated[str, Field(pattern="^rsp_[0-9A-Za-z]{24,26}$")]
_KINDS = (*get_args(surveys.QuestionKind), *get_args(declared.FieldType))


class QuestionWhen(TypedDict):
    """Asked only after this answer to an earlier question: one of some options, or a number."""

    question: str
    any_of: list[str] | None
    at_least: int | None
    at_most: int | None


class SurveyQuestion(TypedDict):
    """A question. `kind` is that of the question, of a field of the business its type. `least` and
    `most` are of numbers; of a text, `most` is how many characters. Options stand in the order in
    which they should be shown."""

    id: str
    kind: Literal[*dict.fromkeys(_KINDS)]  # type: ignore[valid-type]
    label: str
    help: str | None
    required: bool
    options: list[FormOption] | None
    least: int | None
    most: int | None
    when: QuestionWhen | None


class Survey(TypedDict):
    """What is asked."""

    id: str
    title: str
    intro: str | None
    anonymous: Annotated[bool, Field(description="nobody can tell whose answers are whose")]
    language: str
    version: Annotated[str, Field(description="which wording this is")]
    questions: list[SurveyQuestion]


class SurveyResponse(TypedDict):
    """Answers by question: of a scale a number, of a choice its option, of several choices or a
    ranking (best first, as many as one likes) the options; what is left out was skipped."""

    answers: dict[str, Any]
    invitation: NotRequired[Annotated[str, Field(description="the token of an invitation")]]
    channel: NotRequired[Literal["web", "email", "sms", "phone", "staff", "kiosk"]]
    shown: NotRequired[
        Annotated[
            dict[str, list[str]],
            Field(description="in which order options were shown, so that its effect can be told"),
        ]
    ]


class SurveyResponseTaken(TypedDict):
    """An answer that is durable."""

    response_id: ResponseId


ID = "rsp_01K0EXAMP1E0F0NEF0RM000001"
ANSWERS: dict[str, Any] = {
    "recommend": 9,
    "why": "You mended my lamp",
    "heard_from": "friend",
    "reasons": ["quality", "price"],
}
SURVEY = Parameter("survey", "a survey of the owner's file", example="satisfaction", at="path")
_INVITATION = Parameter("t", "the token of an invitation", example=None)
_LANGUAGE = Parameter("lang", "else by Accept-Language", example="sw")
_BAD_LINK = (errors.BadSignature(), errors.LinkExpired(), errors.LinkUsed())
REFUSED_ANSWERS = (
    errors.InvalidInput("recommend", "at most 10"),
    errors.InvalidInput("reasons", reply.NOT_RANKING),
    errors.InvalidInput("heard_from", values.NOT_OPTION),
    errors.InvalidInput("answers", reply.NOTHING),
    errors.InvalidInput("channel", intake.NOT_CHANNEL),
)

_ASK = Operation(
    "GET",
    "/v1/surveys/{survey}",
    "askSurvey",
    "What a survey asks",
    "All questions in their order, with what each hangs on (`when`). Who comes by an invitation is "
    "asked for fields of the business only where they are not known or have gone stale, and for "
    "what is sensitive only once trust was earned. Never a value.",
    Success(
        200,
        "The survey",
        Survey,
        {
            "id": "satisfaction",
            "title": "How are we doing?",
            "intro": None,
            "anonymous": False,
            "language": "en",
            "version": "3f2a9c1d",
            "questions": [
                {
                    "id": "recommend",
                    "kind": "nps",
                    "label": "Would you recommend us to a friend?",
                    "help": None,
                    "required": False,
                    "options": None,
                    "least": 1,
                    "most": 10,
                    "when": None,
                }
            ],
        },
    ),
    parameters=(SURVEY, _INVITATION, _LANGUAGE),
    refuses=(errors.NotFound("survey"), *_BAD_LINK),
)

_TAKE = Operation(
    "POST",
    "/v1/surveys/{survey}/responses",
    "answerSurvey",
    "Answer a survey",
    "Anybody may, where the survey is not for invited persons only: it is a claim then. By an "
    "invitation it is verified, counts once, and may be changed for some days by answering again: "
    "the whole is what was sent last. Without one, the same content from one address within ten "
    "minutes, or under the same `Idempotency-Key` at any time, counts once. An anonymous survey "
    "stores no time finer than the week, and neither key nor address. A form of the owner's "
    "site names its fields by the questions' ids (of a ranking `reasons.price=1`), "
    "with `_invitation` and `_channel`.",
    Success(202, "The answer is durable", SurveyResponseTaken, {"response_id": ID}),
    parameters=(SURVEY, _LANGUAGE, KEY),
    bodies=(
        Body(SurveyResponse, {"answers": ANSWERS}),
        Body(
            Mapping[str, Any],
            {"recommend": "9", "reasons.price": "1"},
            "application/x-www-form-urlencoded",
        ),
        Body(Mapping[str, Any], {"recommend": "9", "reasons.price": "1"}, "multipart/form-data"),
    ),
    leads_to="Of a form that a browser sent (and that does not accept JSON): the next question, or "
    "a page of thanks",
    refuses=(
        *UNREADABLE,
        errors.UnsupportedMediaType(),
        errors.NotFound("survey"),
        *_BAD_LINK,
        *REFUSED_ANSWERS,
        BAD_KEY,
    ),
)

AREAS = (Area("Surveys", "What customers think.", (_ASK, _TAKE), {}),)
