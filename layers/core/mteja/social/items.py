"""What is known of whom a customer reaches, as it is stored."""

from typing import Annotated, ClassVar

from pydantic import Field

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("relationship")


class ReachItem(StoredItem):
    """A customer's personal code and followers. Names on networks are traits, and sealed."""

    STORE: ClassVar[str] = "customers.REACH"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "REACH")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    code: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "the personal code that they pass on")
    ] = None
    followers: Annotated[
        dict[str, tuple[tuple[str, int], ...]],
        _kept(Category.BUSINESS, "by network: days, and how many follow them"),
    ] = Field(default_factory=dict)
    log_pk: Annotated[str, _kept(Category.TECHNICAL, "shard, for the nightly list")]
    log_sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "whose, for the nightly list")]
