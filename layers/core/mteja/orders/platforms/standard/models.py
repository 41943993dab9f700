"""Our own order shape for every other shop or till (docs: the contract, "Webhooks").

Strict: a sender that writes "12" for 12 learns it at once from the quarantine, before money is
counted wrongly. Members that we don't know are ignored.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from mteja.orders.platforms.shapes import Body, Currency, LongText, Minor, Moment, Text


def _id(value: object) -> object:
    """Ids are opaque text; a number is taken for its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


Id = Annotated[str, BeforeValidator(_id), Field(pattern=r"^\S(.{0,98}\S)?$")]


class _Strict(Body):
    model_config = ConfigDict(strict=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_nothing(cls, value: object) -> object:
        """A sender that writes `null` for what it has not means the same as one that leaves it
        out."""
        if isinstance(value, dict):
            return {name: one for name, one in value.items() if one is not None}
        return value


class Address(_Strict):
    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class Customer(_Strict):
    id: Id | None = None
    email: Text | None = None
    phone: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    address: Address | None = None
    accepts_marketing: bool | None = None
    language: Text | None = None


class LineItem(_Strict):
    product_id: Id | None = None
    sku: Text | None = None
    title: LongText = ""
    quantity: Annotated[int, Field(ge=0)]
    total: Minor


class RefundEntry(_Strict):
    id: Id
    at: Moment
    total: Minor


class OrderData(_Strict):
    """`data` of order.created, order.updated, order.cancelled and order.refunded."""

    id: Id
    number: Text | None = None
    version: Annotated[int, Field(ge=0, lt=10**15)]
    placed_at: Moment
    updated_at: Moment
    status: Literal["pending", "paid", "cancelled", "refunded"]
    channel: Literal["web", "till", "phone"] = "web"
    currency: Currency
    total: Minor
    tax: Minor = 0
    shipping: Minor = 0
    discount: Minor = 0
    test: bool = False
    lines: list[LineItem] = Field(default_factory=list)
    refunds: list[RefundEntry] = Field(default_factory=list)
    discount_codes: Annotated[list[Text], Field(max_length=100)] = Field(default_factory=list)
    customer: Customer | None = None


class CustomerData(_Strict):
    """`data` of customer.updated and customer.deleted: as in an order, in `customer`."""

    customer: Customer
    updated_at: Moment | None = None


class Event(_Strict):
    """Every body."""

    type: Text
    timestamp: Moment
    data: dict[str, object]
