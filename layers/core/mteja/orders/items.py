"""The item of an order: what makes deliveries in any number and order give one result."""

from typing import Annotated, ClassVar

from pydantic import Field

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("orders")


class RefundEntry(StoredItem):
    STORE: ClassVar[str] = "customers.ORDER.refunds"
    at: Annotated[int, _kept(Category.BUSINESS, "when money was given back")]
    total: Annotated[int, _kept(Category.BUSINESS, "how much, in minor units")]
    currency: Annotated[str, _kept(Category.BUSINESS, "in which currency")]
    as_of: Annotated[int, _kept(Category.TECHNICAL, "how new this knowledge is")]
    payment: Annotated[str | None, _kept(Category.PSEUDONYMOUS, "of which payment")] = None


class TenderEntry(StoredItem):
    STORE: ClassVar[str] = "customers.ORDER.tenders"
    version: Annotated[str, _kept(Category.TECHNICAL, "which state of the payment this is")]
    total: Annotated[int, _kept(Category.BUSINESS, "how much, in minor units")]
    currency: Annotated[str, _kept(Category.BUSINESS, "in which currency")]
    paid: Annotated[bool, _kept(Category.BUSINESS, "whether it was paid or authorised")]


class EarnedEntry(StoredItem):
    """What an order earns by one rule, and by which terms: those that held when it began to."""

    STORE: ClassVar[str] = "customers.ORDER.earned"
    unit: Annotated[str, _kept(Category.BUSINESS, "points or stamps")]
    currency: Annotated[str, _kept(Category.BUSINESS, "in which currency")]
    amount: Annotated[int, _kept(Category.BUSINESS, "how many")]
    each: Annotated[int | None, _kept(Category.BUSINESS, "for how many minor units")] = None
    at_least: Annotated[int | None, _kept(Category.BUSINESS, "from how many on")] = None
    most: Annotated[int | None, _kept(Category.BUSINESS, "at most")] = None
    most_a_day: Annotated[int | None, _kept(Category.BUSINESS, "at most on a day")] = None
    earned: Annotated[int, _kept(Category.BUSINESS, "how many were earned")] = 0
    on: Annotated[str | None, _kept(Category.BUSINESS, "on which day")] = None


class OrderItem(StoredItem):
    """`ORDER#source#id`: versions, owner and money of an order. Its lines stand in the timeline.

    `version` and `owner_version` are those of the payloads that set the state and the owner; `seen`
    holds the digests of the latest deliveries and is the order's receipt.
    """

    STORE: ClassVar[str] = "customers.ORDER"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "source and order id")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "ORDER")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version of this item")]
    seen: Annotated[list[bytes], _kept(Category.TECHNICAL, "digests of deliveries")] = Field(
        default_factory=list
    )
    customer: Annotated[str | None, _kept(Category.PSEUDONYMOUS, "whose order")] = None
    owner_version: Annotated[str | None, _kept(Category.TECHNICAL, "who said whose")] = None
    version: Annotated[str | None, _kept(Category.TECHNICAL, "which payload this is")] = None
    gone: Annotated[str | None, _kept(Category.TECHNICAL, "since when it is deleted")] = None
    placed_at: Annotated[int | None, _kept(Category.BUSINESS, "when it was placed")] = None
    currency: Annotated[str | None, _kept(Category.BUSINESS, "the shop's currency")] = None
    total: Annotated[int, _kept(Category.BUSINESS, "total, minor units")] = 0
    status: Annotated[str | None, _kept(Category.BUSINESS, "pending, paid, …")] = None
    counts: Annotated[bool, _kept(Category.BUSINESS, "whether it counts")] = False
    test: Annotated[bool, _kept(Category.BUSINESS, "whether it is a test")] = False
    refunds: Annotated[dict[str, RefundEntry], _kept(Category.BUSINESS, "by refund id")] = Field(
        default_factory=dict
    )
    tenders: Annotated[
        dict[str, TenderEntry] | None, _kept(Category.BUSINESS, "payments, by payment id")
    ] = None
    earned: Annotated[
        dict[str, EarnedEntry] | None, _kept(Category.BUSINESS, "by rule: points or stamps")
    ] = None
    tombstone_until: Annotated[
        int | None,
        _kept(Category.TECHNICAL, "until when this order names nobody: its customer was erased"),
    ] = None
    parts: Annotated[int, _kept(Category.TECHNICAL, "items that hold its lines")] = 0
    loose: Annotated[
        bytes | None, _kept(Category.PERSONAL, "name or address of nobody we know, sealed")
    ] = None
    loose_scope: Annotated[str | None, _kept(Category.TECHNICAL, "to which key")] = None
    loose_version: Annotated[str | None, _kept(Category.TECHNICAL, "which payload said so")] = None
    loose_at: Annotated[int | None, _kept(Category.TECHNICAL, "when it was observed")] = None
    entry_v: Annotated[
        int | None, _kept(Category.TECHNICAL, "version of the timeline entry that belongs to this")
    ] = None
    lookup_pk: Annotated[str | None, _kept(Category.PSEUDONYMOUS, "order number")] = None


class OrderLinesItem(StoredItem):
    """Lines of an order that is too large for one item."""

    STORE: ClassVar[str] = "customers.ORDER.lines"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "source and order id")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "LINES and a number")]
    lines: Annotated[list[dict[str, object]], _kept(Category.BUSINESS, "products and totals")]
