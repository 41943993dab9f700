"""The items that say how fresh fields are: a row of each person, and what rows add up to. Neither
holds a value."""

from typing import Annotated, ClassVar

from pydantic import Field

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("relationship")


class FreshnessRowItem(StoredItem):
    """Since when the fields of one person are known, as the sums have it."""

    STORE: ClassVar[str] = "customers.FRESHNESS.rows"
    pk: Annotated[str, _kept(Category.TECHNICAL, "shard")]
    sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the person")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    members: Annotated[list[str], _kept(Category.PSEUDONYMOUS, "the person's customers")]
    seen: Annotated[
        dict[str, str], _kept(Category.TECHNICAL, "by field: day on which it was last observed")
    ] = Field(default_factory=dict)
    suspect: Annotated[
        dict[str, str], _kept(Category.TECHNICAL, "by field: day until which it is suspect")
    ] = Field(default_factory=dict)


class FreshnessSumsItem(StoredItem):
    """What the rows of a shard add up to."""

    STORE: ClassVar[str] = "customers.FRESHNESS.sums"
    pk: Annotated[str, _kept(Category.TECHNICAL, "FRESHNESS")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "shard")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    persons: Annotated[int, _kept(Category.TECHNICAL, "how many rows")]
    cells: Annotated[
        bytes, _kept(Category.TECHNICAL, "persons by field, day and whether suspect, packed")
    ]


class FreshnessLookItem(StoredItem):
    """The last nightly look: its day, and how far that is looked at, where it is not done."""

    STORE: ClassVar[str] = "customers.FRESHNESS.look"
    pk: Annotated[str, _kept(Category.TECHNICAL, "FRESHNESS", "operation")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "LAST", "operation")]
    day: Annotated[str, _kept(Category.TECHNICAL, "its day", "operation")]
    at: Annotated[int, _kept(Category.TECHNICAL, "when it was there", "operation")]
    began: Annotated[
        str | None, _kept(Category.TECHNICAL, "the day on which that was begun", "operation")
    ] = None
    part: Annotated[
        str | None, _kept(Category.TECHNICAL, "partition of the log that is read", "operation")
    ] = None
    after: Annotated[
        str | None, _kept(Category.TECHNICAL, "position up to which it is read", "operation")
    ] = None
