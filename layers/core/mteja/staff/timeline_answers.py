"""Answers with entries of the timeline, and with tasks, which are entries too. What an entry tells
is in `timeline_data`.

For the documentation and its tests: no function imports this. A part that records a new kind adds
its entry here.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja.http.operations import Time
from mteja.staff.answers import Cursor, CustomerId, TaskId, Trust
from mteja.staff.reward_answers import PointsData
from mteja.staff.timeline_data import (
    CallData,
    ConsentData,
    FormData,
    LinkData,
    MessageData,
    NoteData,
    OfferData,
    OrderData,
    RefundData,
    RequestData,
    SessionData,
    SurveyData,
    TaskData,
    TraitData,
)


class _Entry(TypedDict):
    id: str
    at: Time
    source: str
    trust: Trust
    customer: Annotated[CustomerId, Field(description="the member whose it is")]


class OrderEntry(_Entry):
    """An order, a sale that staff noted, or a payment of a source beside a shop."""

    kind: Literal["order", "payment", "sale"]
    data: OrderData


class RefundEntry(_Entry):
    kind: Literal["refund"]
    data: RefundData


class TraitEntry(_Entry):
    kind: Literal["trait"]
    data: TraitData


class ConsentEntry(_Entry):
    kind: Literal["consent"]
    data: ConsentData


class LinkEntry(_Entry):
    kind: Literal["link"]
    data: LinkData


class NoteEntry(_Entry):
    kind: Literal["note"]
    data: NoteData


class CallEntry(_Entry):
    kind: Literal["call"]
    data: CallData


class TaskEntry(_Entry):
    id: TaskId
    kind: Literal["task"]
    data: TaskData


class FormEntry(_Entry):
    kind: Literal["form"]
    data: FormData


class SurveyEntry(_Entry):
    kind: Literal["survey"]
    data: SurveyData


class RequestEntry(_Entry):
    kind: Literal["request"]
    data: RequestData


class SessionEntry(_Entry):
    kind: Literal["session"]
    data: SessionData


class PointsEntry(_Entry):
    kind: Literal["points"]
    data: PointsData


class MessageEntry(_Entry):
    kind: Literal["message"]
    data: MessageData


class OfferEntry(_Entry):
    kind: Literal["offer"]
    data: OfferData


type Entry = Annotated[
    OrderEntry
    | RefundEntry
    | TraitEntry
    | FormEntry
    | SurveyEntry
    | ConsentEntry
    | LinkEntry
    | CallEntry
    | TaskEntry
    | NoteEntry
    | SessionEntry
    | MessageEntry
    | OfferEntry
    | PointsEntry
    | RequestEntry,
    Field(discriminator="kind"),
]


class Task(TypedDict):
    """An open task, with whom it is for. A name or address that is not known is null."""

    id: TaskId
    at: Annotated[Time, Field(description="when it was written down")]
    customer: CustomerId
    name: str | None
    email: str | None
    phone: str | None
    recovered: NotRequired[
        Annotated[bool, Field(description="of a detractor: the person's latest score is better")]
    ]
    data: TaskData


class FewCodes(TypedDict):
    """A list of codes made in the shop of which few are left: done when more are put in."""

    name: str
    low_since: Time


class Tasks(TypedDict):
    """A page, due first. `codes`: on the first page, lists that need codes."""

    items: list[Task]
    codes: list[FewCodes]
    next: Cursor


class Timeline(TypedDict):
    """A page, newest first."""

    items: list[Entry]
    next: Cursor
