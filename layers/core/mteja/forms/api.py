"""Forms on the web as others see them (docs/openapi.json). No function imports this.

Pages and their files are for people and stand in no document.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict, get_args

from pydantic import Field

from mteja import errors
from mteja.business import forms as declared
from mteja.forms import values
from mteja.forms.submission import FILE, UNKNOWN
from mteja.forms.warranty import REGISTERED
from mteja.http.operations import Area, Body, Operation, Parameter, Success
from mteja.staff.answers import InteractionId
from mteja.staff.api_parts import BAD_KEY, KEY, UNREADABLE


class FormOption(TypedDict):
    """What may be answered. `value` is what is sent; `label` is in the language asked for."""

    value: str
    label: str


class FormField(TypedDict):
    """A field to ask. `options` is null where anything may be typed. A `name` may be sent as text
    or as `{"first", "last", "full"}`, an `address` as text or as its parts."""

    name: str
    label: str
    type: Literal[*get_args(declared.FieldType)]  # type: ignore[valid-type]
    required: bool
    options: list[FormOption] | None
    help: str | None


class Form(TypedDict):
    """What to ask now. `remaining`: of a pre-order, how many pieces can still be promised."""

    id: str
    kind: Literal[*get_args(declared.Kind)]  # type: ignore[valid-type]
    title: str
    intro: str | None
    language: str
    version: Annotated[str, Field(description="which wording this is")]
    fields: list[FormField]
    remaining: NotRequired[int]
    remaining_by_product: NotRequired[dict[str, int]]


class FormTaken(TypedDict):
    """A form that is durable. `status`: of a pre-order, how it stands; `position` counts those who
    wait, from 1."""

    interaction_id: InteractionId
    status: Literal["accepted", "reserved", "waiting", "cancelled"]
    position: NotRequired[int]


_ID = "frm_01K0EXAMP1E0F0NEF0RM000001"
_FIELDS: dict[str, Any] = {"email": "asha@example.com", "name": "Asha Example", "newsletter": True}
_FORM = Parameter("form", "a form of the owner's file", example="newsletter", at="path")
_LINK = Parameter(
    "t",
    "a customer's own link, which may also be sent as `Authorization: Bearer`",
    example=None,
)
_LANGUAGE = Parameter("lang", "else by Accept-Language", example="sw")
_BAD_LINK = (errors.BadSignature(), errors.LinkExpired())
_TOO_MANY = errors.RateLimited(12)

_ASK = Operation(
    "GET",
    "/v1/forms/{form}",
    "askForm",
    "What a form asks now",
    "Of a stranger everything but what is sensitive, whoever is known. Over a customer's own link "
    "only what is not known or has gone stale, and nothing that was declined within 90 days and is "
    "not needed; a few fields about the customer at a time, beside what the occasion needs; and "
    "what is sensitive only once trust was earned. Never a value.",
    Success(
        200,
        "The form",
        Form,
        {
            "id": "newsletter",
            "kind": "signup",
            "title": "Newsletter",
            "intro": "News from the shop about once a month.",
            "language": "en",
            "version": "3f2a9c1d",
            "fields": [
                {
                    "name": "email",
                    "label": "E-mail address",
                    "type": "email",
                    "required": True,
                    "options": None,
                    "help": None,
                }
            ],
        },
    ),
    parameters=(_FORM, _LINK, _LANGUAGE),
    refuses=(errors.NotFound("form"), *_BAD_LINK, _TOO_MANY),
)

_TAKE = Operation(
    "POST",
    "/v1/forms/{form}",
    "sendForm",
    "Fill in a form",
    "Anybody may: what is said is a claim, which adds to a customer and overwrites nothing that is "
    "verified. The answer, and the time it takes, is the same whether the customer is known. Over "
    "a customer's own link it is verified. The same content within ten minutes, or under the same "
    "`Idempotency-Key` at any time, counts once and is answered as before.",
    Success(202, "The form is durable", FormTaken, {"interaction_id": _ID, "status": "accepted"}),
    parameters=(_FORM, _LINK, _LANGUAGE, KEY),
    bodies=(
        Body(Mapping[str, Any], _FIELDS),
        Body(Mapping[str, Any], _FIELDS, "application/x-www-form-urlencoded"),
        Body(Mapping[str, Any], _FIELDS, "multipart/form-data"),
    ),
    leads_to="Of a form that a browser sent (and that does not accept JSON): a page of thanks",
    refuses=(
        *UNREADABLE,
        errors.UnsupportedMediaType(),
        errors.NotFound("form"),
        *_BAD_LINK,
        errors.InvalidInput("email", values.NOT_EMAIL),
        errors.InvalidInput("colour", UNKNOWN),
        errors.InvalidInput("photo", FILE),
        errors.AlreadyTaken("serial", REGISTERED),
        BAD_KEY,
        _TOO_MANY,
    ),
)

AREAS = (
    Area(
        "Forms",
        "What customers give of themselves on the web.",
        (_ASK, _TAKE),
        {},
    ),
)
