"""The items of messages. None holds a name or an address in clear: the mailer opens them."""

from typing import Annotated, ClassVar

from pydantic import Field

from mteja.customers.items import HeldIdentifier, TraitEntry
from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("relationship")
_operation = KeptFor("operation")


class ConfirmedItem(StoredItem):
    """What holds once its owner confirms an e-mail address. Sealed when the address was typed,
    since whoever takes the confirmation can't open it."""

    STORE: ClassVar[str] = "customers.MESSAGE.confirms"
    form: Annotated[str, _kept(Category.BUSINESS, "form in which it was typed")]
    stated: Annotated[
        list[tuple[str, str | None]],
        _kept(Category.BUSINESS, "purposes, and which words were shown", "accountability"),
    ]
    held: Annotated[HeldIdentifier, _kept(Category.PERSONAL, "the address, as it is found by")]
    trait: Annotated[TraitEntry, _kept(Category.PERSONAL, "the address, as a field")]


class MessageItem(StoredItem):
    """One message to one customer, in the outbox or, from its first attempt on, in the customer's
    partition. `status`: pending, claimed, sent, delivered, bounced, complained, withheld, failed.
    """

    STORE: ClassVar[str] = "customers.MESSAGE"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the outbox's shard, or the customer")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "when it is due, and id")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")] = 1
    id: Annotated[str, _kept(Category.TECHNICAL, "id")]
    customer: Annotated[str, _kept(Category.PSEUDONYMOUS, "whose")]
    template: Annotated[str, _kept(Category.BUSINESS, "what it says")]
    language: Annotated[
        str | None, _kept(Category.BUSINESS, "in which language; until it is sent, if known")
    ] = None
    purpose: Annotated[
        str | None, _kept(Category.BUSINESS, "of marketing: the purpose that allows it")
    ] = None
    about: Annotated[dict[str, str], _kept(Category.TECHNICAL, "ids that its links lead to")] = (
        Field(default_factory=dict)
    )
    to: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "blind index of the one address that it is for")
    ] = None
    confirms: Annotated[
        ConfirmedItem | None, _kept(Category.PERSONAL, "what a confirmed address makes true")
    ] = None
    call: Annotated[
        bool, _kept(Category.TECHNICAL, "whether staff call where nothing else reaches")
    ] = False
    due: Annotated[int, _kept(Category.TECHNICAL, "when it may be sent")]
    not_after: Annotated[int, _kept(Category.TECHNICAL, "after this it says nothing any more")]
    attempts: Annotated[int, _kept(Category.TECHNICAL, "how often it was tried")] = 0
    leased_until: Annotated[
        int | None, _kept(Category.TECHNICAL, "until when a mailer is at it")
    ] = None
    status: Annotated[str, _kept(Category.BUSINESS, "what became of it")] = "pending"
    reason: Annotated[str | None, _kept(Category.BUSINESS, "why it was not sent")] = None
    channel: Annotated[str | None, _kept(Category.BUSINESS, "email, sms or call")] = None
    reached: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "blind index of the address that it went to")
    ] = None
    at: Annotated[int | None, _kept(Category.TECHNICAL, "since when it has this status")] = None
    expires_at: Annotated[
        int | None, _kept(Category.TECHNICAL, "TTL, epoch seconds", "operation")
    ] = None


class SuspectItem(StoredItem):
    """An address that bounced, or whose owner complained: nothing is sent to it. It outlives the
    customer, so that nobody who was erased is written to again."""

    STORE: ClassVar[str] = "customers.SUSPECT"
    pk: Annotated[str, _operation(Category.PSEUDONYMOUS, "kind and blind index of the address")]
    sk: Annotated[str, _operation(Category.TECHNICAL, "SUSPECT")]
    why: Annotated[str, _operation(Category.TECHNICAL, "bounced or complained")]
    at: Annotated[int, _operation(Category.TECHNICAL, "since when")]
    expires_at: Annotated[
        int | None, _operation(Category.TECHNICAL, "TTL, epoch seconds; a complaint stays")
    ] = None
