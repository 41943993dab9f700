"""The items of surveys: answers as reports count them, and what leads to them."""

from typing import Annotated, ClassVar

from pydantic import Field

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("relationship")


class AnsweredItem(StoredItem):
    """One person's answers to a survey, without the person."""

    STORE: ClassVar[str] = "customers.ANSWERS"
    pk: Annotated[str, _kept(Category.BUSINESS, "survey, month and shard")]
    sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "day and the response's id")]
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
