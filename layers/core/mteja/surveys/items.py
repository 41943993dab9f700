"""The items of surveys: answers as reports count them, and what leads to them."""

import json
from typing import Annotated, Any, ClassVar, TypedDict

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from mteja.identity.identifiers import Trust
from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("relationship")


class Told(TypedDict):
    """What of an answer reports count. Stored as one text: a report reads 100,000 of them, and most
    of its time would go into taking attributes apart one by one (docs/decisions/0020)."""

    at: int
    trust: Trust
    channel: str
    invited: bool
    answers: dict[str, int | str | tuple[str, ...] | None]
    shown: dict[str, tuple[str, ...]]
    segments: dict[str, str]


TOLD = "data"
"""The attribute that holds it, as JSON."""


class AnsweredItem(StoredItem):
    """One person's answers to a survey, without the person. What reports count is stored as one
    attribute, `data`: JSON."""

    STORE: ClassVar[str] = "customers.ANSWERS"
    pk: Annotated[str, _kept(Category.BUSINESS, "survey, month and shard")]
    sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "day and the response's id")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was answered, of anonymous ones the week")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]
    channel: Annotated[str, _kept(Category.BUSINESS, "where it was answered")]
    invited: Annotated[bool, _kept(Category.BUSINESS, "whether it was invited")] = False
    answers: Annotated[
        dict[str, int | str | list[str] | None],
        _kept(Category.BUSINESS, "scores, choices and rankings, by question"),
    ]
    shown: Annotated[
        dict[str, list[str]], _kept(Category.TECHNICAL, "order in which options were shown")
    ] = Field(default_factory=dict)
    segments: Annotated[
        dict[str, str], _kept(Category.BUSINESS, "channel and product of the order, new or not")
    ] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _pack(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = plain(self)
        packed = {name: told.pop(name) for name in Told.__annotations__}
        return told | {TOLD: json.dumps(packed, ensure_ascii=False, separators=(",", ":"))}

    @model_validator(mode="before")
    @classmethod
    def _unpack(cls, stored: Any) -> Any:
        if not isinstance(stored, dict) or TOLD not in stored:
            return stored
        rest = {name: value for name, value in stored.items() if name != TOLD}
        return rest | json.loads(stored[TOLD])


class SaidItem(StoredItem):
    """The texts of an answer, sealed to the key of the survey's month, so that what is said most
    can be told with one key and no customer's."""

    STORE: ClassVar[str] = "customers.SAID"
    pk: Annotated[str, _kept(Category.BUSINESS, "survey, month and shard")]
    sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "day and the response's id")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was answered, of anonymous ones the week")]
    source: Annotated[str, _kept(Category.TECHNICAL, "which source said so")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]
    scope: Annotated[str, _kept(Category.TECHNICAL, "whose key it is sealed to")]
    texts: Annotated[dict[str, bytes], _kept(Category.PERSONAL, "texts by question, sealed")]


class ResponseItem(StoredItem):
    """How an answer stands that may still change, or that used up an invitation. Not made of an
    anonymous one."""

    STORE: ClassVar[str] = "customers.RESPONSE"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the response")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "RESPONSE")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    survey: Annotated[str, _kept(Category.BUSINESS, "the survey")]
    day: Annotated[str, _kept(Category.BUSINESS, "day on which it was begun")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was begun")]
    source: Annotated[str, _kept(Category.TECHNICAL, "which source said so")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]
    channel: Annotated[str, _kept(Category.BUSINESS, "where it was answered")]
    invited: Annotated[bool, _kept(Category.BUSINESS, "whether it was invited")] = False
    customer: Annotated[str | None, _kept(Category.PSEUDONYMOUS, "whose it is")] = None
    finished: Annotated[bool, _kept(Category.BUSINESS, "whether the last question was seen")] = (
        False
    )
    task: Annotated[
        bool, _kept(Category.TECHNICAL, "whether a task was opened for staff", "operation")
    ] = False
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds", "operation")]


class InvitedItem(StoredItem):
    """How many were invited to a survey on a day, of one shard. Says nothing of whom."""

    STORE: ClassVar[str] = "customers.INVITED"
    pk: Annotated[str, _kept(Category.BUSINESS, "survey and month")]
    sk: Annotated[str, _kept(Category.BUSINESS, "day and shard")]
    sent: Annotated[int, _kept(Category.BUSINESS, "invitations that left, or links made")] = 0


class TokenItem(StoredItem):
    """An anonymous invitation that has been used. Says nothing of what was answered, nor when."""

    STORE: ClassVar[str] = "customers.TOKEN"
    pk: Annotated[str, _kept(Category.TECHNICAL, "hash of the invitation", "operation")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "TOKEN", "operation")]
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds", "operation")]
