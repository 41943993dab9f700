"""Shopify's bodies, as far as we read them. Strict on what tells one topic from another.

Source: Shopify REST Admin API, resources Order, Refund, Customer (2026-07); mandatory privacy
webhooks. What Shopify adds is ignored; what we rely on must be there.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mteja.money import exponent


def _text_of_number(value: object) -> object:
    """Ids are integers, beyond 2^53 too; amounts are strings, and numbers in older bodies."""
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, int | float) else value


def _currency(value: str) -> str:
    exponent(value)
    return value


Id = Annotated[str, BeforeValidator(_text_of_number), Field(pattern=r"^[0-9]{1,20}$")]
Amount = Annotated[str, BeforeValidator(_text_of_number), Field(max_length=30)]
Currency = Annotated[str, BeforeValidator(_currency)]
Text = Annotated[str, Field(max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class Money(_Body):
    amount: Amount
    currency_code: Currency


class MoneySet(_Body):
    shop_money: Money
    presentment_money: Money


class Address(_Body):
    first_name: Text | None = None
    last_name: Text | None = None
    name: Text | None = None
    company: Text | None = None
    address1: Text | None = None
    address2: Text | None = None
    city: Text | None = None
    province: Text | None = None
    province_code: Text | None = None
    zip: Text | None = None
    country: Text | None = None
    country_code: Text | None = None
    phone: Text | None = None


class MarketingConsent(_Body):
    state: Text | None = None
    consent_updated_at: datetime | None = None


class Person(_Body):
    """A customer, within an order or by itself."""

    id: Id | None = None
    email: Text | None = None
    phone: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    updated_at: datetime | None = None
    default_address: Address | None = None
    email_marketing_consent: MarketingConsent | None = None
    sms_marketing_consent: MarketingConsent | None = None


class Allocation(_Body):
    amount: Amount


class LineItem(_Body):
    product_id: Id | None = None
    sku: Text | None = None
    title: Annotated[str, Field(max_length=2000)]
    quantity: Annotated[int, Field(ge=0, le=1_000_000)]
    price: Amount
    total_discount: Amount | None = None
    discount_allocations: list[Allocation] = []


class DiscountCode(_Body):
    code: Text


class Transaction(_Body):
    kind: Text
    status: Text
    amount: Amount
    currency: Currency | None = None


class RefundLine(_Body):
    subtotal_set: MoneySet | None = None
    total_tax_set: MoneySet | None = None


class Adjustment(_Body):
    amount_set: MoneySet | None = None
    tax_amount_set: MoneySet | None = None


class RefundBody(_Body):
    """Topic refunds/create, and each of an order's `refunds`."""

    id: Id
    order_id: Id
    created_at: datetime
    processed_at: datetime | None = None
    refund_line_items: list[RefundLine]
    order_adjustments: list[Adjustment] = []
    transactions: list[Transaction]


class ShippingLine(_Body):
    price: Amount


class OrderBody(_Body):
    """Topics orders/create, orders/updated, orders/paid, orders/cancelled."""

    id: Id
    name: Text
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None = None
    cancelled_at: datetime | None = None
    financial_status: Text | None
    currency: Currency
    presentment_currency: Currency | None = None
    total_price: Amount
    total_price_set: MoneySet | None = None
    total_tax: Amount | None = None
    total_discounts: Amount | None = None
    total_shipping_price_set: MoneySet | None = None
    shipping_lines: list[ShippingLine] = []
    test: bool
    source_name: Text | None = None
    email: Text | None = None
    contact_email: Text | None = None
    phone: Text | None = None
    buyer_accepts_marketing: bool | None = None
    discount_codes: Annotated[list[DiscountCode], Field(max_length=100)] = []
    line_items: list[LineItem]
    refunds: list[RefundBody] = []
    customer: Person | None = None
    customer_locale: Text | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None


class CustomerBody(Person):
    """Topics customers/create and customers/update. An order is told apart by `verified_email`,
    which only a customer has at its top level."""

    id: Id
    updated_at: datetime
    verified_email: bool
    addresses: list[Address]


class DeletedCustomerBody(BaseModel):
    """Topic customers/delete: the id, and nothing that another topic would have."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    id: Id
    phone: Text | None = None
    addresses: list[Address] = []
    tax_exemptions: list[Text] = []
    admin_graphql_api_id: Text | None = None


class PrivacyPerson(_Body):
    id: Id | None = None
    email: Text | None = None
    phone: Text | None = None


class PrivacyBody(_Body):
    shop_id: Id
    shop_domain: Text


class DataRequestBody(PrivacyBody):
    """Topic customers/data_request."""

    customer: PrivacyPerson
    orders_requested: list[Id]


class RedactCustomerBody(PrivacyBody):
    """Topic customers/redact."""

    customer: PrivacyPerson
    orders_to_redact: list[Id]


class RedactShopBody(BaseModel):
    """Topic shop/redact: nothing but the shop, so that no other body passes for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    shop_id: Id
    shop_domain: Text
