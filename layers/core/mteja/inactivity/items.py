"""The items of the daily job: what a run handed out, and what its workers did. They hold counts."""

from typing import Annotated, ClassVar

from pydantic import Field

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("operation")


class RunItem(StoredItem):
    """That a run for a day was handed out. Several of one day are one: what they hand out is the
    same."""

    STORE: ClassVar[str] = "customers.RUN"
    pk: Annotated[str, _kept(Category.TECHNICAL, "day")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "RUN and when")]
    at: Annotated[int, _kept(Category.TECHNICAL, "when it was handed out")]
    first: Annotated[str, _kept(Category.TECHNICAL, "first day whose customers it looks for")]
    buckets: Annotated[int, _kept(Category.TECHNICAL, "how many messages it handed out")]
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds")]


class PartItem(StoredItem):
    """What one worker did for one bucket. `counts`: mteja.inactivity.runs.COUNTS."""

    STORE: ClassVar[str] = "customers.PART"
    pk: Annotated[str, _kept(Category.TECHNICAL, "day of the run")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "bucket, which rest of it, attempt")]
    at: Annotated[int, _kept(Category.TECHNICAL, "when it was written")]
    counts: Annotated[
        dict[str, int], _kept(Category.BUSINESS, "how many customers became what")
    ] = Field(default_factory=dict)
    skipped: Annotated[
        dict[str, int], _kept(Category.BUSINESS, "by reason: how many steps were passed over")
    ] = Field(default_factory=dict)
    half_units: Annotated[
        tuple[int, int], _kept(Category.TECHNICAL, "halves of read and of write units used")
    ] = (0, 0)
    ms: Annotated[int, _kept(Category.TECHNICAL, "how long it took")] = 0
    ended: Annotated[bool, _kept(Category.TECHNICAL, "whether it came to its end")] = False
    rest: Annotated[
        str | None, _kept(Category.TECHNICAL, "which rest of the bucket it had no time for")
    ] = None
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds")]


class LastRunItem(StoredItem):
    """The last day that was handed out whole: the next run takes up what came after it. And by what
    rules: where the owner's file has others, it sets due dates anew."""

    STORE: ClassVar[str] = "customers.INACTIVITY"
    pk: Annotated[str, _kept(Category.TECHNICAL, "INACTIVITY")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "LAST")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")] = 1
    day: Annotated[str, _kept(Category.TECHNICAL, "day")]
    rules: Annotated[str | None, _kept(Category.TECHNICAL, "digest of the rules of then")] = None
