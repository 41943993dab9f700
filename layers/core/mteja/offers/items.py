"""The items of offers. A code says nothing of a person by itself; whose it is stands in keys."""

from enum import StrEnum
from typing import Annotated, ClassVar

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("marketing-email")
_operation = KeptFor("operation")


class Standing(StrEnum):
    """What became of an offer. OPEN: it can be redeemed, until it ends. HELD_OUT: nothing was sent,
    to compare with. STOPPED: a purchase, an objection or the like came before it left."""

    OPEN = "open"
    HELD_OUT = "held-out"
    REDEEMED = "redeemed"
    STOPPED = "stopped"


class OfferItem(StoredItem):
    """What a rule did for one customer at one step of one silence."""

    STORE: ClassVar[str] = "customers.OFFER"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "rule, begin of the silence, step")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")] = 1
    id: Annotated[str, _kept(Category.TECHNICAL, "id")]
    customer: Annotated[str, _kept(Category.PSEUDONYMOUS, "whose")]
    rule: Annotated[str, _kept(Category.BUSINESS, "which rule made it")]
    step: Annotated[int, _kept(Category.BUSINESS, "which step of its ladder, from 0")]
    cycle: Annotated[int, _kept(Category.BUSINESS, "the purchase or log-in that was the last one")]
    per_cent: Annotated[int | None, _kept(Category.BUSINESS, "off; None where it reminds only")] = (
        None
    )
    code: Annotated[str | None, _kept(Category.BUSINESS, "what is typed to redeem it")] = None
    standing: Annotated[Standing, _kept(Category.BUSINESS, "what became of it")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was made or held back")]
    ends: Annotated[int, _kept(Category.BUSINESS, "until when it can be redeemed")]
    message: Annotated[str | None, _kept(Category.TECHNICAL, "which message brings it")] = None
    redeemed_at: Annotated[int | None, _kept(Category.BUSINESS, "when it was redeemed")] = None
    redeemed_by: Annotated[
        tuple[str, str] | None, _kept(Category.BUSINESS, "source and id of the order, or staff")
    ] = None
    reason: Annotated[str | None, _kept(Category.BUSINESS, "why it was stopped")] = None
    log_pk: Annotated[str | None, _kept(Category.TECHNICAL, "day, for reports")] = None
    log_sk: Annotated[str | None, _kept(Category.TECHNICAL, "time, for reports")] = None
    open_pk: Annotated[str | None, _kept(Category.TECHNICAL, "offer, while it is open")] = None
    open_sk: Annotated[str | None, _kept(Category.TECHNICAL, "when it ends")] = None


class CodeItem(StoredItem):
    """Whose a code is. It tells all that an order needs to redeem the offer in one transaction: the
    offer as it stands, whose version it has."""

    STORE: ClassVar[str] = "customers.CODE"
    pk: Annotated[str, _kept(Category.BUSINESS, "the code")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "CODE")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version, the offer's own")] = 1
    offer: Annotated[OfferItem, _kept(Category.PSEUDONYMOUS, "the offer, as it stands")]


class FreeCodeItem(StoredItem):
    """A code that was made in the shop and that nobody has yet."""

    STORE: ClassVar[str] = "customers.STOCK"
    pk: Annotated[str, _operation(Category.BUSINESS, "the list")]
    sk: Annotated[str, _operation(Category.BUSINESS, "the code")]
    v: Annotated[int, _operation(Category.TECHNICAL, "version")] = 1
    at: Annotated[int, _operation(Category.TECHNICAL, "when it was uploaded")]
