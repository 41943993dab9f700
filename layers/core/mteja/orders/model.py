"""Orders as every platform module gives them, and as they stand in the table.

Money is integer minor units of the shop's currency unless it says otherwise. Times are epoch ms.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    product_id: str | None
    sku: str | None
    title: str
    quantity: int
    total: int  # after discounts, without tax that is added


@dataclass(frozen=True)
class Refund:
    """Money given back. `as_of` says how new this knowledge is: of two, the newer is right."""

    id: str
    at: int
    total: int
    currency: str
    as_of: int


@dataclass(frozen=True)
class Order:
    """The state of an order in one payload.

    `payment` is "unpaid", "authorised" or "paid"; `version` compares as text, the highest wins.
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
    discount_codes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class OrderNews:
    """What one delivery says of one order: its state, refunds, or both."""

    order_id: str
    digest: bytes  # of the delivery's content: the receipt
    state: Order | None = None
    refunds: tuple[Refund, ...] = field(default=())
