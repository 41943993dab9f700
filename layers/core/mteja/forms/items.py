"""The items of forms: pre-orders, warranties, and the words to which people agreed."""

from typing import Annotated, ClassVar

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("orders")


class CountItem(StoredItem):
    """How many pieces of a product are promised."""

    STORE: ClassVar[str] = "customers.PREORDER.count"
    pk: Annotated[str, _kept(Category.BUSINESS, "product")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "COUNT")]
    taken: Annotated[int, _kept(Category.BUSINESS, "pieces promised")] = 0


class QueueItem(StoredItem):
    """Numbers that were drawn by those who wait for a product, and how many of them left: served,
    cancelled, or never recorded."""

    STORE: ClassVar[str] = "customers.PREORDER.queue"
    pk: Annotated[str, _kept(Category.BUSINESS, "product")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "QUEUE")]
    drawn: Annotated[int, _kept(Category.BUSINESS, "numbers drawn")] = 0
    left: Annotated[int, _kept(Category.BUSINESS, "of these, no longer waiting")] = 0
    drawn_at: Annotated[int, _kept(Category.TECHNICAL, "when the last was drawn")] = 0


class TicketItem(StoredItem):
    """One pre-order. `state` is reserved, waiting or cancelled."""

    STORE: ClassVar[str] = "customers.PREORDER.ticket"
    pk: Annotated[str, _kept(Category.BUSINESS, "product")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "TICKET and id")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    customer: Annotated[str, _kept(Category.PSEUDONYMOUS, "whose")]
    quantity: Annotated[int, _kept(Category.BUSINESS, "pieces")]
    state: Annotated[str, _kept(Category.BUSINESS, "reserved, waiting or cancelled")]
    number: Annotated[int | None, _kept(Category.BUSINESS, "number in the queue")] = None
    at: Annotated[int, _kept(Category.BUSINESS, "when it was ordered")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]


class WaitingItem(StoredItem):
    """The ticket that has a number in the queue."""

    STORE: ClassVar[str] = "customers.PREORDER.waiting"
    pk: Annotated[str, _kept(Category.BUSINESS, "product")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "WAITING and number")]
    ticket: Annotated[str, _kept(Category.TECHNICAL, "its ticket")]


class PlaceItem(StoredItem):
    """Points from a customer to its pre-order, whose ticket says how it stands."""

    STORE: ClassVar[str] = "customers.PLACE"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.BUSINESS, "product and ticket")]
    product: Annotated[str, _kept(Category.BUSINESS, "product")]
    ticket: Annotated[str, _kept(Category.TECHNICAL, "its ticket")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was ordered")]


class WarrantyItem(StoredItem):
    """A serial number and who registered it. Whether its warranty holds is computed on reading."""

    STORE: ClassVar[str] = "customers.WARRANTY"
    pk: Annotated[str, _kept(Category.BUSINESS, "product")]
    sk: Annotated[str, _kept(Category.BUSINESS, "serial number, in an order that sorts")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    customer: Annotated[str, _kept(Category.PSEUDONYMOUS, "who has it")]
    serial: Annotated[str, _kept(Category.BUSINESS, "serial number")]
    bought_on: Annotated[str, _kept(Category.BUSINESS, "day of purchase")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was registered")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]


class OwnsItem(StoredItem):
    """Points from a customer to a piece that it registered."""

    STORE: ClassVar[str] = "customers.OWNS"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.BUSINESS, "product and serial number")]
    product: Annotated[str, _kept(Category.BUSINESS, "product")]
    serial: Annotated[str, _kept(Category.BUSINESS, "serial number")]
    bought_on: Annotated[str, _kept(Category.BUSINESS, "day of purchase")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was registered")]


class ConsentTextItem(StoredItem):
    """The words to which people agreed, kept for as long as somebody may ask for them."""

    STORE: ClassVar[str] = "customers.TEXT"
    pk: Annotated[str, _kept(Category.TECHNICAL, "version: a hash of the words", "accountability")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "TEXT", "accountability")]
    text: Annotated[str, _kept(Category.BUSINESS, "the words", "accountability")]
    language: Annotated[str, _kept(Category.TECHNICAL, "their language", "accountability")]
