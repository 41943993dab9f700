"""What staff may send. Pages fill the same shapes (`staff.parsing`)."""

from datetime import date
from typing import Annotated, Any, Literal, TypedDict

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    with_config,
)

from mteja.business.rewards import UnitName
from mteja.customers.reading import is_customer_id
from mteja.heard_from import HeardFrom
from mteja.money import exponent
from mteja.offers.riding import MOST_CODES
from mteja.social.handles import NETWORKS
from mteja.social.reach import MAX_FOLLOWERS
from mteja.texts import one_line, paragraphs

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
_MAX_MINOR = 10**13
_MAX_LINE = 200
_MAX_LINES = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2200

type CallKind = Literal["question", "complaint", "order", "other"]


def _something(value: str) -> str:
    if not value:
        raise ValueError("is empty")
    return value


def _whole_name(value: object) -> object:
    return {"full": _short(value)} if isinstance(value, str) else value


def _one_line_of_an_address(value: object) -> object:
    return {"line1": _short(value)} if isinstance(value, str) else value


def _short(value: str) -> str:
    """Check here what stands for an object, so that a fault names what was sent."""
    if len(value) > _MAX_LINE:
        raise ValueError(f"at most {_MAX_LINE} characters")
    return one_line(value)


def _other_customer(value: str) -> str:
    if not is_customer_id(value):
        raise ValueError("the id of another customer")
    return value


def _known_customer(value: str) -> str:
    if not is_customer_id(value):
        raise ValueError("the id of a customer")
    return value


def _currency(value: str) -> str:
    exponent(value)
    return value


def _a_likely_day(value: date) -> date:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError("a day of another century")
    return value


def _network(value: str) -> str:
    if value not in NETWORKS:
        raise ValueError(f"one of {', '.join(NETWORKS)}")
    return value


_Word = Annotated[str, Field(max_length=100), AfterValidator(one_line)]
_Line = Annotated[str, Field(max_length=_MAX_LINE), AfterValidator(one_line)]
_Said = Annotated[_Line, AfterValidator(_something)]
_Long = Annotated[str, Field(max_length=4_000), AfterValidator(paragraphs)]
_Minor = Annotated[int, Field(ge=0, le=_MAX_MINOR, description="integer minor units")]


@with_config(_STRICT)
class NameParts(TypedDict, total=False):
    first: _Word | None
    last: _Word | None
    full: _Line | None


@with_config(_STRICT)
class AddressLines(TypedDict, total=False):
    line1: _Line | None
    line2: _Line | None
    city: _Word | None
    region: _Word | None
    postal_code: _Word | None
    country: _Word | None


CustomerId = Annotated[
    str,
    AfterValidator(_known_customer),
    WithJsonSchema({"type": "string", "pattern": "^cus_[0-9A-HJKMNP-TV-Z]{26}$"}),
]
Name = Annotated[NameParts, BeforeValidator(_whole_name, json_schema_input_type=str | NameParts)]
Address = Annotated[
    AddressLines,
    BeforeValidator(_one_line_of_an_address, json_schema_input_type=str | AddressLines),
]


@with_config(_STRICT)
class Traits(TypedDict, total=False):
    """What is known of a person. What is left out is not touched."""

    email: Annotated[str, Field(max_length=254), AfterValidator(_something)]
    phone: Annotated[str, Field(max_length=40), AfterValidator(_something)]
    name: Name
    first_name: Annotated[_Word, AfterValidator(_something)]
    last_name: Annotated[_Word, AfterValidator(_something)]
    address: Address
    loyalty: _Said
    language: Annotated[str, Field(max_length=35, description="which they read: `sw`, `en-TZ`")]


class Call(BaseModel):
    """A call: who it was, why, and what came of it, in the words of who took it."""

    model_config = _STRICT
    who: _Line | None = None
    why: _Long | None = None
    outcome: _Long | None = None
    heard_from: HeardFrom | None = None
    kind: CallKind = "other"
    follow_up_on: Annotated[date, AfterValidator(_a_likely_day)] | None = None
    still_right: Annotated[
        list[Annotated[str, Field(max_length=40)]],
        Field(max_length=60, description="fields of which the caller says so"),
    ] = []


class CallOfSomebody(Call):
    """A call of somebody who may be unknown: at least one of telephone, e-mail and name."""

    phone: Annotated[str, Field(max_length=40)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    name: Name | None = None


class SaleLine(BaseModel):
    model_config = _STRICT
    product_id: _Word | None = None
    sku: _Word | None = None
    title: _Line = ""
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    total: _Minor = 0


class Sale(BaseModel):
    """A sale at the till, paid."""

    model_config = _STRICT
    currency: Annotated[
        str, AfterValidator(_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})
    ]
    total: _Minor
    lines: Annotated[list[SaleLine], Field(max_length=_MAX_LINES)] = []
    discount_codes: Annotated[
        list[_Word], Field(max_length=MOST_CODES, description="that the customer showed")
    ] = []


class Note(BaseModel):
    model_config = _STRICT
    text: Annotated[_Long, AfterValidator(_something)]


class RewardsOf(BaseModel):
    """Whose points and stamps. The customer joins, if it has not."""

    model_config = _STRICT
    customer: CustomerId


class Joining(RewardsOf):
    """Who joins. `new`: gets a new number instead of the one there is, whose card then ends."""

    new: bool = False


class Stamp(RewardsOf):
    """What a visit gives, as the owner's file says: of a unit, or of stamps if it gives any; or so
    many of them."""

    amount: Annotated[int, Field(ge=1, le=1_000)] | None = None
    unit: UnitName | None = None
    reason: _Line = ""


class Redemption(RewardsOf):
    """What is spent: on a gift of the owner's file, which says how much, or so many."""

    amount: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    unit: UnitName | None = None
    gift: Annotated[str, Field(max_length=60)] | None = None
    reason: _Line = ""


class Adjustment(RewardsOf):
    """What staff put right: more, or below zero less."""

    amount: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
    unit: UnitName | None = None
    reason: _Said


class OtherCustomer(BaseModel):
    """The body of link and unlink."""

    model_config = _STRICT
    customer: Annotated[
        str,
        AfterValidator(_other_customer),
        WithJsonSchema({"type": "string", "pattern": "^cus_[0-9A-HJKMNP-TV-Z]{26}$"}),
    ]


class Followers(BaseModel):
    """So many followers on a network, on a day."""

    model_config = _STRICT
    network: Annotated[
        str,
        AfterValidator(_network),
        WithJsonSchema({"type": "string", "enum": list(NETWORKS)}),
    ]
    followers: Annotated[int, Field(ge=0, le=MAX_FOLLOWERS)]
    on: Annotated[date, AfterValidator(_a_likely_day)] | None = None


class SurveyToAnswer(BaseModel):
    """Which survey a customer is invited to."""

    model_config = _STRICT
    survey: Annotated[str, Field(max_length=60)]


class SetOfLinks(BaseModel):
    """How many anonymous links are made at once."""

    model_config = _STRICT
    count: int


class Codes(BaseModel):
    """Codes that were made in the shop, for a list."""

    model_config = _STRICT
    # One that is too long is refused by its line, and not with all others.
    codes: Annotated[
        list[str], Field(min_length=1, description="as they are typed, each for one purchase")
    ]


class Answers(BaseModel):
    """Answers to a survey, by question, and in which order options were shown."""

    model_config = _STRICT
    answers: dict[str, Any]
    shown: dict[str, Any] = {}
