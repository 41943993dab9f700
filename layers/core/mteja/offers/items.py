"""The items of offers. A code says nothing of a person by itself; whose it is stands in keys."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("marketing-email")
_operation = KeptFor("operation")


class Standing(StrEnum):
    """What became of an offer. OPEN: it can be redeemed, until it ends. HELD_OUT: nothing was sent,
    to compare with. STOPPED: a purchase, an objection or the like came before it arrived."""

    OPEN = "open"
    HELD_OUT = "held-out"
    REDEEMED = "redeemed"
    STOPPED = "stopped"


class Use(StoredItem):
    """One use of a code. Whose the order is stands with the order alone: that may change."""

    STORE: ClassVar[str] = "customers.OFFER.uses"
    source: Annotated[str, _kept(Category.TECHNICAL, "the order's source, or staff")]
    id: Annotated[str, _kept(Category.PSEUDONYMOUS, "the order's id, or which member of staff")]
    at: Annotated[int, _kept(Category.BUSINESS, "when the order was placed")]


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
    first: Annotated[bool, _kept(Category.BUSINESS, "whether it is the first of its silence")]
    per_cent: Annotated[int | None, _kept(Category.BUSINESS, "off; None where it reminds only")] = (
        None
    )
    code: Annotated[str | None, _kept(Category.BUSINESS, "what is typed to redeem it")] = None
    stock: Annotated[str | None, _kept(Category.BUSINESS, "which list its code is of")] = None
    standing: Annotated[Standing, _kept(Category.BUSINESS, "what became of it")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was made or held back")]
    ends: Annotated[int, _kept(Category.BUSINESS, "until when it can be redeemed")]
    message: Annotated[str | None, _kept(Category.TECHNICAL, "which message brings it")] = None
    uses: Annotated[list[Use], _kept(Category.BUSINESS, "which orders used its code")] = Field(
        default_factory=list
    )
    reason: Annotated[str | None, _kept(Category.BUSINESS, "why it was stopped")] = None
    log_pk: Annotated[str | None, _kept(Category.TECHNICAL, "day, for reports")] = None
    log_sk: Annotated[str | None, _kept(Category.TECHNICAL, "time, for reports")] = None
    open_pk: Annotated[str | None, _kept(Category.TECHNICAL, "what became of it, for lists")] = None
    open_sk: Annotated[str | None, _kept(Category.TECHNICAL, "when, for lists")] = None


class CodeItem(StoredItem):
    """A code: whose it is, with the offer as it stands, which is all that an order needs to redeem
    it in one transaction. One that was made in the shop is here from its upload on, so that no two
    lists have the same."""

    STORE: ClassVar[str] = "customers.CODE"
    pk: Annotated[str, _kept(Category.BUSINESS, "the code")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "CODE")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")] = 1
    code: Annotated[str, _kept(Category.BUSINESS, "the code, as it is shown")]
    stock: Annotated[str | None, _kept(Category.BUSINESS, "which list it is of")] = None
    offer: Annotated[
        OfferItem | None, _kept(Category.PSEUDONYMOUS, "the offer, as it stands; None: nobody's")
    ] = None
    spoilt: Annotated[
        int | None, _kept(Category.BUSINESS, "since when nobody is given it: it was used, or seen")
    ] = None


class FreeCodeItem(StoredItem):
    """A code that was made in the shop and that nobody has yet."""

    STORE: ClassVar[str] = "customers.STOCK"
    pk: Annotated[str, _operation(Category.BUSINESS, "the list")]
    sk: Annotated[str, _operation(Category.TECHNICAL, "a digest of the code")]
    v: Annotated[int, _operation(Category.TECHNICAL, "version")] = 1
    code: Annotated[str, _operation(Category.BUSINESS, "the code, as it is shown")]
    at: Annotated[int, _operation(Category.TECHNICAL, "when it was uploaded")]


class LowStockItem(StoredItem):
    """That a list has few codes left: a task for staff, until there are more."""

    STORE: ClassVar[str] = "customers.STOCK.low"
    pk: Annotated[str, _operation(Category.BUSINESS, "the list")]
    sk: Annotated[str, _operation(Category.TECHNICAL, "LOW")]
    v: Annotated[int, _operation(Category.TECHNICAL, "version")] = 1
    at: Annotated[int, _operation(Category.TECHNICAL, "since when")]
    open_pk: Annotated[str, _operation(Category.TECHNICAL, "stock, while it is low")]
    open_sk: Annotated[str, _operation(Category.TECHNICAL, "since when, and which list")]
