"""The shapes of what the staff API answers, as `shown`, `changes` and `customers` make it.

For the documentation and its tests: no function imports this.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja.http.operations import Currency, Day, Time

type CustomerId = Annotated[str, Field(pattern=r"^cus_[0-9A-HJKMNP-TV-Z]{26}$")]
type JobId = Annotated[str, Field(pattern=r"^job_[0-9A-HJKMNP-TV-Z]{26}$")]
type TaskId = Annotated[str, Field(pattern=r"^tsk_[0-9A-HJKMNP-TV-Z]{52}$")]
MemberOfStaff = Annotated[str, Field(description="id of the member of staff in the user pool")]
type InteractionId = Annotated[str, Field(pattern=r"^frm_[0-9A-HJKMNP-TV-Z]{26}$")]
type PlaceStatus = Literal["reserved", "waiting", "cancelled"]
Cursor = Annotated[
    str | None, Field(description="give it as `cursor` for the next page; null on the last one")
]
Trust = Annotated[
    Literal["verified", "claimed"],
    Field(description="known by a signed source or staff, or only by what anybody could type"),
]
Minor = Annotated[int, Field(description="integer minor units of its currency")]
Unreadable = Annotated[
    bool, Field(description="there, and true, only where a value could not be opened")
]
_EVIDENCE = "by which kind of identifier the two are alike, and the fact that showed it"


class Listed(TypedDict):
    """A person as one line of a list: enough to choose the right one."""

    id: CustomerId
    name: str | None
    email: str | None
    phone: str | None
    matched_on: Literal["email", "phone", "card", "loyalty", "order"]
    trust: Trust


class People(TypedDict):
    items: list[Listed]
    next: Cursor


class Name(TypedDict):
    first: str | None
    last: str | None
    full: str | None


class Address(TypedDict):
    line1: str | None
    line2: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None


type TraitValue = Name | Address | str | int | list[str]
"""By field: most are text; what a form asks may be a number or several choices."""


class Trait(TypedDict):
    """A property of the person. `value` is null where it could not be opened."""

    value: TraitValue | None
    verified: bool
    source: str
    observed_at: Time
    unreadable: NotRequired[Unreadable]


class StandingTrait(Trait):
    """`state`: `stale` is older than the owner's file lets it be; to what is `suspect`, mail came
    back."""

    state: Literal["fresh", "stale", "suspect"]


class AsideTrait(Trait):
    """A claim from before the person was verified, for staff to judge."""

    field: str


class Identifier(TypedDict):
    """By what the person is found: `email`, `phone`, `shopify:customer`…"""

    kind: str
    value: str | None
    verified: bool
    source: str
    unreadable: NotRequired[Unreadable]


class Orders(TypedDict):
    """What counts of the orders: paid or authorised, minus refunds; no tests, none cancelled."""

    count: int
    net: Annotated[dict[Currency, int], Field(description="integer minor units by currency")]
    first_at: Time | None
    last_at: Time | None


class Consent(TypedDict):
    """What holds for a purpose: the strictest of what was said. One that is not verified waits to
    be confirmed, and allows nothing yet."""

    purpose: str
    status: Literal["granted", "denied", "withdrawn"]
    at: Time
    channel: str | None
    text_version: str | None
    source: str
    verified: bool


class Evidence(TypedDict):
    kind: str
    fact: str


class Candidate(TypedDict):
    """Another customer who may be the same person."""

    customer: CustomerId
    evidence: Annotated[list[Evidence], Field(description=_EVIDENCE)]


class Piece(TypedDict):
    """A registered piece. `warranty_ends_on` is null for a product without warranty."""

    product: str
    serial: str
    bought_on: Day
    warranty_ends_on: Day | None
    in_warranty: bool


class Preordered(TypedDict):
    product: str
    ticket: InteractionId
    status: PlaceStatus
    quantity: int
    at: Time


class Person(TypedDict):
    """Everything of one person but the timeline, over all customers linked to it."""

    id: Annotated[CustomerId, Field(description="the smallest of `members`")]
    members: Annotated[list[CustomerId], Field(min_length=1)]
    created_at: Time
    trust: Trust
    traits: Annotated[
        dict[str, StandingTrait], Field(description="by field: email, name, phone, address…")
    ]
    to_ask: Annotated[list[str], Field(description="fields to ask at the next call")]
    aside: list[AsideTrait]
    identifiers: list[Identifier]
    orders: Orders
    last_seen_at: Time | None
    last_login_at: Time | None
    language: Annotated[
        str | None, Field(description="which they read, as it was told last; null if it never was")
    ]
    consents: list[Consent]
    owns: Annotated[list[Piece], Field(description="registered pieces, newest first")]
    preorders: Annotated[list[Preordered], Field(description="newest first")]
    candidates: list[Candidate]
    version: Annotated[int, Field(description="raised by any change of any member")]


class Created(TypedDict):
    """A customer whom staff told of."""

    id: CustomerId
    version: Annotated[int, Field(description="of the person, for `If-Match`")]
    created: Annotated[bool, Field(description="false where an identifier found somebody")]


class Changed(TypedDict):
    id: CustomerId
    version: Annotated[int, Field(description="of the person, for the next `If-Match`")]


class Noted(TypedDict):
    """What was written down, by the id that it has in the timeline."""

    id: str


class NotedCall(Noted):
    task: NotRequired[Annotated[TaskId, Field(description="where a follow-up was asked for")]]


class NotedCallOfSomebody(NotedCall):
    customer: CustomerId
    created: Annotated[bool, Field(description="false where an identifier found somebody")]


class DoneTask(TypedDict):
    """A task that is done: who did it first, and when."""

    id: TaskId
    customer: CustomerId
    status: Literal["done"]
    done_at: Time
    done_by: MemberOfStaff


class Joined(TypedDict):
    """The person that the customer is a member of now."""

    id: CustomerId
    members: Annotated[list[CustomerId], Field(min_length=1)]


class Duplicate(TypedDict):
    id: str
    customers: Annotated[list[CustomerId], Field(min_length=2, max_length=2)]
    evidence: Annotated[list[Evidence], Field(description=_EVIDENCE)]
    score: Annotated[int, Field(ge=0, le=100, description="how likely the two are one person")]


class Duplicates(TypedDict):
    items: list[Duplicate]
    next: Cursor


class AskedJob(TypedDict):
    job: JobId


class Tombstone(TypedDict):
    """An order that stays as nobody's for a while, so that a late delivery revives nobody."""

    source: str
    order: str
    until: Time


class Receipt(TypedDict):
    """What an erasure did, in numbers, and what stays till when."""

    removed: dict[str, int]
    tombstones: list[Tombstone]


class Job(TypedDict):
    """A job. `url` is where its result can be fetched, for kinds that have one."""

    job: JobId
    kind: Literal["erase"]
    status: Literal["waiting", "working", "done"]
    url: str | None
    done_at: NotRequired[Time]
    receipt: NotRequired[Receipt]
