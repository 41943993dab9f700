"""What an entry of the timeline tells, by kind (`data`), as `mteja.customers.entries` makes it.

For the documentation and its tests: no function imports this. A part that records a new kind adds
its class here, and its entry in `timeline_answers`.
"""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja.heard_from import HeardFrom
from mteja.http.operations import Currency, Day, Time
from mteja.staff.answers import CustomerId, MemberOfStaff, Minor, TraitValue, Unreadable
from mteja.staff.bodies import CallKind


class Line(TypedDict):
    product_id: str | None
    sku: str | None
    title: str
    quantity: int
    total: Minor


class Presentment(TypedDict):
    """What the customer saw and paid, where that was another currency than the shop's."""

    currency: Currency
    total: Minor


class OrderData(TypedDict):
    order_id: str | None
    number: str | None
    updated_at: Time | None
    channel: str | None
    country: Annotated[str | None, Field(description="ISO code, of the address that it names")]
    currency: Currency | None
    total: Minor
    tax: Minor
    shipping: Minor
    discount: Minor
    net: Annotated[Minor, Field(description="what counts of it, after refunds")]
    refunded: Minor
    status: Literal["pending", "authorised", "paid", "cancelled", "refunded"] | None
    counts: bool
    test: bool
    presentment: Presentment | None
    belongs_to: Annotated[str | None, Field(description="a payment's order, as its shop names it")]
    discount_codes: list[str]
    lines: list[Line]


class RefundData(TypedDict):
    order_id: str
    refund_id: str
    total: Minor
    currency: Currency


class TraitData(TypedDict):
    """A value that changed; `late` where the old one was learnt of after the new one."""

    field: str
    old: TraitValue | None
    new: TraitValue | None
    late: bool
    unreadable: NotRequired[Unreadable]


class ConsentData(TypedDict):
    purpose: str
    status: Literal["granted", "denied", "withdrawn"]
    channel: str | None
    text_version: str | None


class LinkData(TypedDict):
    customers: Annotated[list[CustomerId], Field(min_length=2, max_length=2)]
    status: Literal["linked", "unlinked"]


class NoteData(TypedDict):
    """What staff wrote, or what a source told beside orders and persons. Of a disputed payment, its
    money too."""

    text: NotRequired[str]
    by: NotRequired[MemberOfStaff]
    unreadable: NotRequired[Unreadable]
    source: NotRequired[str]
    order_id: NotRequired[str]
    reason: NotRequired[str | None]
    total: NotRequired[Minor]
    currency: NotRequired[Currency]


class _Said(TypedDict):
    """What was said is left out where nothing was, or where it could not be opened."""

    kind: CallKind
    by: MemberOfStaff
    who: NotRequired[str]
    why: NotRequired[str]
    outcome: NotRequired[str]
    unreadable: NotRequired[Unreadable]


class CallData(_Said):
    heard_from: NotRequired[HeardFrom]
    confirmed: NotRequired[Annotated[list[str], Field(description="what was said to be right")]]


class TaskData(TypedDict):
    """What is to be done: after a call, with what was said in it, or about what was sent in."""

    kind: NotRequired[CallKind]
    by: NotRequired[MemberOfStaff]
    who: NotRequired[str]
    why: NotRequired[str]
    outcome: NotRequired[str]
    unreadable: NotRequired[Unreadable]
    call: NotRequired[Annotated[str, Field(description="the call's id")]]
    form: NotRequired[Annotated[str, Field(description="the form's id")]]
    survey: NotRequired[Annotated[str, Field(description="the id of the answer to a survey")]]
    asked: NotRequired[Annotated[str, Field(description="the survey that was answered")]]
    message: NotRequired[Annotated[str, Field(description="what could be told by no message")]]
    due_on: Day
    status: Literal["open", "done"]
    done_at: Time | None
    done_by: MemberOfStaff | None


class FormData(TypedDict):
    """A form that was filled in, with the `answers` by field; or what became of one (`action`)."""

    form: NotRequired[str]
    form_kind: NotRequired[str]
    form_version: NotRequired[Annotated[str, Field(description="which wording was asked")]]
    mode: NotRequired[Literal["web", "staff", "kiosk"]]
    language: NotRequired[str]
    captured_by: NotRequired[MemberOfStaff]
    location: NotRequired[str]
    agreed: NotRequired[Annotated[list[str], Field(description="consents that were ticked")]]
    declined: NotRequired[Annotated[list[str], Field(description="what was not told")]]
    confirmed: NotRequired[Annotated[list[str], Field(description="what was said to be right")]]
    answers: NotRequired[dict[str, Any]]
    action: NotRequired[Literal["cancelled", "received", "passed-on"]]
    product: NotRequired[str]
    serial: NotRequired[str]
    ticket: NotRequired[str]
    unreadable: NotRequired[Unreadable]


class SurveyData(TypedDict):
    """An answer to a survey: the `answers` by question, of a ranking best first, null where one was
    skipped; texts too, unless they can't be opened."""

    survey: str
    survey_version: Annotated[str, Field(description="which wording was asked")]
    day: Annotated[Day, Field(description="on which it was begun")]
    mode: Literal["web", "staff", "kiosk"]
    channel: str
    invited: bool
    language: str
    captured_by: NotRequired[MemberOfStaff]
    location: NotRequired[str]
    answers: dict[str, Any]
    unreadable: NotRequired[Unreadable]


class RequestData(TypedDict):
    """A privacy request: who handed it on, and what it says of the person."""

    topic: str
    source: NotRequired[str]
    orders: NotRequired[list[str]]
    email: NotRequired[str]
    phone: NotRequired[str]
    id: NotRequired[str]
    unreadable: NotRequired[Unreadable]


class SessionData(TypedDict):
    """One visit to a website. `claimed` where only a browser said whose it is."""

    site: str
    entry: Annotated[str, Field(description="the page by which the customer came in")]
    path: Annotated[list[str], Field(description="the pages in order, the first twenty")]
    last_page: str
    pages: Annotated[int, Field(description="page views")]
    duration_s: int
    ended_at: Time
    active_ms: Annotated[int, Field(description="how long the pages were used, as far as told")]
    source: Annotated[str, Field(description="by which way it came: search, social, direct…")]
    goals: Annotated[list[str], Field(description="what it reached of what the owner wants")]
    ref: NotRequired[Annotated[str, Field(description="the personal code of whose link it was")]]


class MessageData(TypedDict):
    """A message that was sent, tried or withheld. `claimed`: it may have left; nobody knows."""

    template: str
    purpose: Annotated[str | None, Field(description="of marketing: what allowed it")]
    channel: Literal["email", "sms", "call"] | None
    status: Literal["claimed", "sent", "delivered", "bounced", "complained", "withheld", "failed"]
    reason: str | None
    status_at: Time | None


class OfferData(TypedDict):
    """What a rule that wins customers back did: made an offer or held it back, or what became of
    it. `order`: which one redeemed it, null where staff did."""

    action: Literal["made", "redeemed"]
    offer: Annotated[str, Field(description="the offer's id")]
    rule: str
    step: Annotated[int, Field(description="of the rule's ladder, from 0")]
    per_cent: Annotated[int | None, Field(description="off; null where it reminds only")]
    code: str | None
    status: Literal["open", "held-out", "redeemed", "stopped"]
    reason: Annotated[str | None, Field(description="why it was stopped")]
    ends: Time
    order: str | None
