"""The items of quarantine: authentic deliveries that our code did not understand."""

from typing import Annotated, ClassVar

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("operation")


class QuarantineItem(StoredItem):
    """A delivery, without its body. `scope` names the key to which the body is sealed."""

    STORE: ClassVar[str] = "customers.QUARANTINE"
    pk: Annotated[str, _kept(Category.TECHNICAL, "id")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "QUARANTINE")]
    id: Annotated[str, _kept(Category.TECHNICAL, "id")]
    source: Annotated[str, _kept(Category.TECHNICAL, "which source sent it")]
    topic: Annotated[str | None, _kept(Category.TECHNICAL, "what the sender calls it")] = None
    delivery: Annotated[str | None, _kept(Category.TECHNICAL, "the sender's id")] = None
    reason: Annotated[str, _kept(Category.TECHNICAL, "why, without values")]
    received_at: Annotated[int, _kept(Category.TECHNICAL, "when")]
    scope: Annotated[str, _kept(Category.TECHNICAL, "to which key the body is sealed")]
    parts: Annotated[int, _kept(Category.TECHNICAL, "how many items hold the body")]
    open_pk: Annotated[str, _kept(Category.TECHNICAL, "quarantine")]
    open_sk: Annotated[str, _kept(Category.TECHNICAL, "since when")]


class QuarantineBodyItem(StoredItem):
    STORE: ClassVar[str] = "customers.QUARANTINE.body"
    pk: Annotated[str, _kept(Category.TECHNICAL, "id")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "BODY and a number")]
    sealed: Annotated[bytes, _kept(Category.PERSONAL, "the delivery's body, whole, sealed")]
