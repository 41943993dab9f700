"""WooCommerce's bodies, as far as we read them: its REST resources, version 3.

Source: woocommerce-rest-api-docs, Orders and Customers (wc/v3). Topics are headers that nothing
signs, so each model asks for what only its own resource has.
"""

from typing import Annotated

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field

from mteja.orders.platforms.shapes import (
    Amount,
    Body,
    Currency,
    GmtMoment,
    Key,
    LongText,
    Text,
)


def _none_for_zero(value: str) -> str | None:
    return None if value == "0" else value


# WooCommerce writes 0 where there is none: a guest, a line without product.
KeyOrZero = Annotated[Key, AfterValidator(_none_for_zero)]


class Address(Body):
    first_name: Text | None = None
    last_name: Text | None = None
    address_1: Text | None = None
    address_2: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postcode: Text | None = None
    country: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class LineItem(Body):
    name: LongText
    product_id: KeyOrZero | None = None
    sku: Text | None = None
    quantity: Annotated[int, Field(ge=0)]
    total: Amount


class Refund(Body):
    """One of an order's `refunds`: its total is negative."""

    id: Key
    total: Amount


class CouponLine(Body):
    code: Text


class OrderBody(Body):
    """Topics order.created, order.updated, order.restored."""

    id: Key
    number: Text
    order_key: Text
    status: Text
    currency: Currency
    created_via: Text | None = None
    date_created_gmt: GmtMoment
    date_modified_gmt: GmtMoment | None
    date_paid_gmt: GmtMoment | None = None
    total: Amount
    total_tax: Amount = "0"
    shipping_total: Amount = "0"
    discount_total: Amount = "0"
    customer_id: KeyOrZero | None
    billing: Address
    shipping: Address
    line_items: list[LineItem]
    coupon_lines: Annotated[list[CouponLine], Field(max_length=100)] = Field(default_factory=list)
    # The vendor's own sample of its documentation spells it in the singular.
    refunds: Annotated[list[Refund], Field(validation_alias=AliasChoices("refunds", "refund"))] = (
        Field(default_factory=list)
    )


class CustomerBody(Body):
    """Topics customer.created and customer.updated. An order has no `is_paying_customer`."""

    id: Key
    date_created_gmt: GmtMoment | None
    date_modified_gmt: GmtMoment | None
    email: Text | None
    first_name: Text | None
    last_name: Text | None
    is_paying_customer: bool
    billing: Address
    shipping: Address


class DeletedBody(BaseModel):
    """Topics order.deleted and customer.deleted: the id and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    id: Key
