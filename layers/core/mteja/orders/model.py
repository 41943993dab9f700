"""Orders as every platform module gives them, and as they stand in the table.

Money is integer minor units of the shop's currency unless it says otherwise. Times are epoch ms.
"""

from dataclasses import dataclass, field

# An export tells how much of an order was given back in all. It stands under this id, beside the
# refunds that the platform tells one by one, and counts where it is more than these together.
IMPORTED_REFUND = "imported"
# What was given back of an order that is said to be refunded, beyond the refunds that are listed.
# Every version of such an order states it, 0 where there is none, so that the highest one wins.
WHOLE_REFUND = "whole"


@dataclass(frozen=True)
class Line:
    product_id: str | None
    sku: str | None
    title: str
    quantity: int
    total: int  # after discounts, without tax that is added


@dataclass(frozen=True)
class Refund:
    """Money given back. `as_of` says how new this knowledge is: of two, the newer is right.

    `payment`: of which payment. Where that is the refund's own id, it is the sum of all that was
    given back of the payment, which its single refunds tell again.
    """

    id: str
    at: int
    total: int
    currency: str
    as_of: int
    payment: str | None = None


@dataclass(frozen=True)
class Order:
    """The state of an order in one payload.

    `payment` is "unpaid", "authorised" or "paid"; `version` compares as text, the highest wins.
    `placed_by_then`: the sender does not say when it was placed, only that it was by `placed_at`:
    of several such states the earliest time is right.
    """

    version: str
    number: str
    placed_at: int
    updated_at: int
    payment: str
    cancelled: bool
    test: bool
    channel: str
    currency: str
    total: int
    tax: int
    shipping: int
    discount: int
    presentment: tuple[str, int] | None = None
    belongs_to: str | None = None  # a payment's order, by the number or id that its shop gave it
    discount_codes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    placed_by_then: bool = False


@dataclass(frozen=True)
class Tender:
    """One of the payments that together pay an order, where a platform tells of each by itself.

    `version` compares as text; of two states of one payment the higher is right.
    """

    id: str
    version: str
    total: int
    currency: str
    paid: bool


@dataclass(frozen=True)
class OrderNews:
    """What one delivery says of one order: its state, payments, refunds, or some of them.

    Where there are tenders, they and not the state say the total and whether it is paid.
    `attached`:
    it comes from a source of payments beside a shop; it is shown, and adds nothing to totals.
    `gone`: the shop deleted it; compares with the versions of states, of which a higher one means
    that it was restored.
    """

    order_id: str
    digest: bytes  # of the delivery's content: the receipt
    state: Order | None = None
    refunds: tuple[Refund, ...] = field(default=())
    tenders: tuple[Tender, ...] = field(default=())
    attached: bool = False
    at_the_till: bool = False  # a sale that staff enter: shown as `sale`, and counts like an order
    gone: str | None = None
