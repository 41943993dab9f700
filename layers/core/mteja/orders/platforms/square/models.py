"""Square's bodies, as far as we read them.

Source: Square's Connect API specification (api.json), objects Payment, PaymentRefund and Customer
and the events of the same names. Orders' events hold an id and a version only.
"""

from typing import Annotated, Any

from pydantic import Field

from mteja.orders.platforms.shapes import Body, Currency, Key, Minor, Moment, Text


class EventData(Body):
    id: Key | None = None
    object: dict[str, Any] = Field(default_factory=dict)


class Event(Body):
    """Every body. `type` is signed, as all of it is."""

    merchant_id: Key
    type: Text
    event_id: Key
    created_at: Moment
    data: EventData


class Money(Body):
    """Minor units of the currency; an amount that is not there is 0."""

    amount: Minor = 0
    currency: Currency


class Address(Body):
    address_line_1: Text | None = None
    address_line_2: Text | None = None
    locality: Text | None = None
    administrative_district_level_1: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None


class Card(Body):
    fingerprint: Text | None = None


class CardDetails(Body):
    card: Card | None = None
    entry_method: Text | None = None


class Application(Body):
    square_product: Text | None = None


class Payment(Body):
    """In payment.created and payment.updated. `refunded_money` is all that was given back of it."""

    id: Key
    created_at: Moment
    updated_at: Moment
    status: Text
    total_money: Money
    refunded_money: Money | None = None
    order_id: Key | None = None
    customer_id: Key | None = None
    reference_id: Text | None = None
    receipt_url: Text | None = None
    source_type: Text | None = None
    buyer_email_address: Text | None = None
    card_details: CardDetails | None = None
    application_details: Application | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None


class Refund(Body):
    """In refund.created and refund.updated."""

    id: Key
    created_at: Moment
    updated_at: Moment
    status: Text
    amount_money: Money
    order_id: Key | None = None
    payment_id: Key | None = None


class Preferences(Body):
    email_unsubscribed: bool | None = None


class Customer(Body):
    """In customer.created and customer.updated."""

    id: Key
    version: Annotated[int, Field(ge=0)]
    updated_at: Moment
    given_name: Text | None = None
    family_name: Text | None = None
    email_address: Text | None = None
    phone_number: Text | None = None
    address: Address | None = None
    preferences: Preferences | None = None


class PaymentObject(Body):
    payment: Payment


class RefundObject(Body):
    refund: Refund


class CustomerObject(Body):
    customer: Customer
