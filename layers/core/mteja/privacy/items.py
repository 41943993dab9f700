"""The items of jobs that staff ask for."""

from typing import Annotated, ClassVar

from pydantic import Field

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("accountability")


class JobItem(StoredItem):
    """A job and, when it is done, its receipt. Kept for 400 days, then removed (TTL)."""

    STORE: ClassVar[str] = "customers.JOB"
    pk: Annotated[str, _kept(Category.TECHNICAL, "id")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "JOB")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    id: Annotated[str, _kept(Category.TECHNICAL, "id")]
    kind: Annotated[str, _kept(Category.TECHNICAL, "erase")]
    status: Annotated[str, _kept(Category.TECHNICAL, "waiting, working or done")]
    customers: Annotated[list[str], _kept(Category.PSEUDONYMOUS, "whom it is about")]
    asked_by: Annotated[str, _kept(Category.PSEUDONYMOUS, "which member of staff asked")]
    asked_at: Annotated[int, _kept(Category.TECHNICAL, "when it was asked for")]
    done_at: Annotated[int | None, _kept(Category.TECHNICAL, "when it was done")] = None
    receipt: Annotated[
        dict[str, object], _kept(Category.TECHNICAL, "what was removed, and what stays till when")
    ] = Field(default_factory=dict)
    open_pk: Annotated[str | None, _kept(Category.TECHNICAL, "job, while it is not done")] = None
    open_sk: Annotated[str | None, _kept(Category.TECHNICAL, "since when")] = None
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds")]
