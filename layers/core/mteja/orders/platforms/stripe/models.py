"""Stripe's bodies, as far as we read them, from API version 2012 to today.

Source: Stripe's OpenAPI description (openapi/spec3), objects event, checkout.session,
payment_intent, charge, invoice, dispute and customer.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from mteja.orders.platforms.shapes import Body, Currency, Key, LongText, Minor, Seconds, Text


def _id_of(value: object) -> object:
    """Another object is its id, or the whole object where the integration asked to expand it."""
    return value.get("id") if isinstance(value, dict) else value


Ref = Annotated[Key | None, BeforeValidator(_id_of)]


class EventData(Body):
    object: dict[str, Any]
    previous_attributes: dict[str, Any] = Field(default_factory=dict)


class Event(Body):
    id: Key
    object: Literal["event"]
    type: Text
    created: Seconds
    livemode: bool
    data: EventData


class Address(Body):
    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class Contact(Body):
    """`customer_details`, `billing_details`, `shipping` and the like."""

    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    address: Address | None = None


class Card(Body):
    fingerprint: Text | None = None


class MethodDetails(Body):
    card: Card | None = None
    card_present: Card | None = None


class Object(Body):
    """What purchases have in common."""

    id: Key
    currency: Currency | None
    created: Seconds | None = None
    customer: Ref = None
    payment_intent: Ref = None
    metadata: dict[str, Text] | None = None


class Charge(Object):
    """`amount_refunded` is all that was given back; with a partial capture, the rest too."""

    object: Literal["charge"]
    currency: Currency
    created: Seconds
    amount: Minor
    amount_captured: Minor | None = None
    amount_refunded: Minor
    captured: bool
    paid: bool
    status: Text | None = None
    billing_details: Contact | None = None
    receipt_email: Text | None = None
    shipping: Contact | None = None
    source: Card | None = None
    payment_method_details: MethodDetails | None = None


class Charges(Body):
    data: list[Charge] = Field(default_factory=list)


class PaymentIntent(Object):
    object: Literal["payment_intent"]
    currency: Currency
    created: Seconds
    amount: Minor
    amount_received: Minor = 0
    status: Text
    receipt_email: Text | None = None
    shipping: Contact | None = None
    charges: Charges | None = None


class TotalDetails(Body):
    amount_tax: Minor | None = None
    amount_shipping: Minor | None = None
    amount_discount: Minor | None = None


class Consent(Body):
    promotions: Text | None = None


class Collected(Body):
    shipping_details: Contact | None = None


class Presentment(Body):
    presentment_amount: Minor
    presentment_currency: Currency


class Session(Object):
    object: Literal["checkout.session"]
    mode: Text
    payment_status: Text
    amount_total: Minor | None
    total_details: TotalDetails | None = None
    client_reference_id: Text | None = None
    consent: Consent | None = None
    locale: Text | None = None
    customer_details: Contact | None = None
    customer_email: Text | None = None
    shipping: Contact | None = None
    shipping_details: Contact | None = None
    collected_information: Collected | None = None
    presentment_details: Presentment | None = None


class Price(Body):
    product: Ref = None


class InvoiceLine(Body):
    amount: Annotated[int, Field(strict=True)]
    description: LongText | None = None
    quantity: Annotated[int, Field(ge=0)] | None = None
    price: Price | None = None


class InvoiceLines(Body):
    data: list[InvoiceLine] = Field(default_factory=list)


class Invoice(Object):
    object: Literal["invoice"]
    currency: Currency
    created: Seconds
    amount_paid: Minor
    customer_email: Text | None = None
    customer_name: Text | None = None
    customer_phone: Text | None = None
    customer_address: Address | None = None
    customer_shipping: Contact | None = None
    lines: InvoiceLines = InvoiceLines()


class Dispute(Object):
    object: Literal["dispute"]
    charge: Ref
    amount: Minor
    currency: Currency
    created: Seconds
    reason: Text | None = None


class Customer(Body):
    object: Literal["customer"]
    id: Key
    email: Text | None = None
    name: Text | None = None
    phone: Text | None = None
    address: Address | None = None
    shipping: Contact | None = None
    preferred_locales: list[Text] | None = None
