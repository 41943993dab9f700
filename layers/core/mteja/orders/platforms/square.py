"""Square: what its webhooks say, in our own words.

Signature: HMAC-SHA256 of the subscription's notification URL followed by the raw body, base64, in
`x-square-hmacsha256-signature`. The URL is the owner's declaration, never what the request says: a
proxy may have changed that. Source: square-python-sdk, `webhooks_helper.py`.

An order's own events are thin (id, state, version), so an order is known by its payments, of which
it may have several: each is a tender. Square makes an order of its own for every refund, so a
refund's `order_id` is as a rule not the order that was paid (developer.squareup.com, "Retrieve
Refunds"); what was given back of a payment stands in the payment, as `refunded_money`.
"""

import hashlib
from collections.abc import Iterable

from pydantic import ValidationError

from mteja.business.model import Source
from mteja.errors import BadSignature, Unreadable
from mteja.identity.identifiers import Trust
from mteja.orders.model import Order, OrderNews, Refund, Tender
from mteja.orders.platforms import square_models as bodies
from mteja.orders.platforms.base import (
    Named,
    Platform,
    Webhook,
    matches_base64_hmac,
)
from mteja.orders.platforms.person import Address, Name, Person, account_deleted
from mteja.recording.facts import Consent, Fact, Receipt

_PAYMENT_TYPES = frozenset({"payment.created", "payment.updated"})
_REFUND_TYPES = frozenset({"refund.created", "refund.updated"})
_CUSTOMER_TYPES = frozenset({"customer.created", "customer.updated"})
_PROGRESS = {"PENDING": 0, "APPROVED": 1, "COMPLETED": 2, "CANCELED": 3, "FAILED": 3}
_PAID = frozenset({"APPROVED", "COMPLETED"})
_NOT_REFUNDED = frozenset({"REJECTED", "FAILED"})
_TILL_PRODUCTS = frozenset({"SQUARE_POS", "RETAIL", "RESTAURANTS", "TERMINAL_API"})
_TILL_ENTRIES = frozenset({"SWIPED", "EMV", "CONTACTLESS"})
_SANDBOX_RECEIPTS = "https://squareupsandbox.com/"
_LAST = 10**15  # beyond every time, in epoch milliseconds


def verify(webhook: Webhook, source: Source, secrets: Iterable[str]) -> None:
    """Raise BadSignature unless URL and body are signed with one of the secrets.

    Each subscription has its own key. The older SHA-1 signature that comes beside is not looked at.
    """
    signature = webhook.headers.get("x-square-hmacsha256-signature")
    content = (source.notification_url or "").encode() + webhook.body
    if not signature or not matches_base64_hmac(signature, content, secrets):
        raise BadSignature


def identify(webhook: Webhook) -> Named:
    """Return type and event id, which is the same on retries; both stand in the signed body."""
    try:
        event = bodies.Event.model_validate_json(webhook.body)
    except ValidationError:
        return Named(None, None)
    return Named(event.type, event.event_id)


def normalise(
    body: bytes, named: Named, source: Source, received_at: int, region: str
) -> Fact | None:
    """Return the fact in a delivery, None for a type that we don't use: those of orders too.

    Raises Unreadable or ValidationError for a body that is not what its type says.
    """
    event = bodies.Event.model_validate_json(body)
    digest = hashlib.sha256(body).digest()
    receipt = Receipt(digest[:12].hex(), named.delivery)
    if event.type in _PAYMENT_TYPES:
        payment = bodies.PaymentObject.model_validate(event.data.object).payment
        return _payment_fact(payment, digest, source, received_at, region)
    if event.type in _REFUND_TYPES:
        refund = bodies.RefundObject.model_validate(event.data.object).refund
        return _refund_fact(refund, digest, source, received_at)
    if event.type in _CUSTOMER_TYPES:
        customer = bodies.CustomerObject.model_validate(event.data.object).customer
        return _customer_fact(customer, receipt, source, received_at, region)
    if event.type == "customer.deleted":
        if event.data.id is None:
            raise Unreadable("customer:no id")
        return account_deleted(source, event.data.id, receipt, event.created_at, received_at)
    return None


PLATFORM = Platform(verify, identify, normalise)


def _payment_fact(
    payment: bodies.Payment, digest: bytes, source: Source, received_at: int, region: str
) -> Fact:
    card = payment.card_details.card if payment.card_details is not None else None
    # A card that was refused may be anybody's: whoever tries stolen numbers is no customer.
    fingerprint = card.fingerprint if card is not None and payment.status != "FAILED" else None
    addresses = [one for one in (payment.shipping_address, payment.billing_address) if one]
    person = Person(
        customer_id=payment.customer_id,
        emails=(payment.buyer_email_address,),
        cards=(fingerprint,),
        names=tuple(Name(one.first_name, one.last_name) for one in reversed(addresses)),
        addresses=tuple(_address(one) for one in addresses),
    )
    order_id = payment.order_id or payment.id
    money = payment.total_money
    tender = Tender(
        id=payment.id,
        version=_version(payment, digest),
        total=money.amount,
        currency=money.currency,
        paid=payment.status in _PAID,
    )
    refunds: tuple[Refund, ...] = ()
    back = payment.refunded_money
    if back is not None and back.amount > 0:
        at = payment.updated_at
        refunds = (Refund(payment.id, at, back.amount, back.currency, at, payment.id),)
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=payment.updated_at,
        received_at=received_at,
        identifiers=person.identifiers(source, region),
        traits=person.traits(region),
        order=OrderNews(
            order_id,
            digest[:8],
            _state(payment, order_id, digest),
            refunds,
            (tender,),
            attached=source.role == "payments",
        ),
    )


def _version(payment: bodies.Payment, digest: bytes) -> str:
    progress = _PROGRESS.get(payment.status, 0)
    return f"{payment.updated_at:015d}.{progress}.{digest[:4].hex()}"


def _state(payment: bodies.Payment, order_id: str, digest: bytes) -> Order:
    """Return what a payment tells of its order. Of several payments the first one's stands: it was
    placed then. Total and payment are summed over the tenders."""
    first = f"{_LAST - payment.created_at:015d}.{payment.id}"
    return Order(
        version=f"{first}.{_version(payment, digest)}",
        number=order_id,
        placed_at=payment.created_at,
        updated_at=payment.updated_at,
        payment="paid" if payment.status in _PAID else "unpaid",
        cancelled=False,
        test=(payment.receipt_url or "").startswith(_SANDBOX_RECEIPTS),
        channel=_channel(payment),
        currency=payment.total_money.currency,
        total=payment.total_money.amount,
        tax=0,
        shipping=0,
        discount=0,
        belongs_to=payment.reference_id or None,
    )


def _channel(payment: bodies.Payment) -> str:
    application = payment.application_details
    product = application.square_product if application is not None else None
    entry = payment.card_details.entry_method if payment.card_details is not None else None
    if product in _TILL_PRODUCTS or entry in _TILL_ENTRIES or payment.source_type == "CASH":
        return "till"
    return "phone" if product == "VIRTUAL_TERMINAL" else "web"


def _refund_fact(
    refund: bodies.Refund, digest: bytes, source: Source, received_at: int
) -> Fact | None:
    """Return a refund of the order that it names. One that waits counts: it is rarely rejected, and
    then a later state takes it back."""
    order_id = refund.order_id or refund.payment_id
    if order_id is None:
        raise Unreadable("refund:of no order")
    total = 0 if refund.status in _NOT_REFUNDED else refund.amount_money.amount
    known = Refund(
        refund.id,
        refund.created_at,
        total,
        refund.amount_money.currency,
        refund.updated_at,
        refund.payment_id,
    )
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=refund.updated_at,
        received_at=received_at,
        order=OrderNews(order_id, digest[:8], None, (known,), attached=source.role == "payments"),
    )


def _customer_fact(
    customer: bodies.Customer, receipt: Receipt, source: Source, received_at: int, region: str
) -> Fact:
    at = customer.updated_at
    person = Person(
        customer_id=customer.id,
        emails=(customer.email_address,),
        phones=(customer.phone_number,),
        names=(Name(customer.given_name, customer.family_name),),
        addresses=() if customer.address is None else (_address(customer.address),),
    )
    # `email_unsubscribed: false` is what everybody has who was never asked: no statement.
    left = customer.preferences is not None and customer.preferences.email_unsubscribed
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        identifiers=person.identifiers(source, region),
        traits=person.traits(region),
        consents=(Consent("marketing-email", "withdrawn", at, "shop"),) if left else (),
        receipt=receipt,
    )


def _address(body: bodies.Address) -> Address:
    return Address(
        body.address_line_1,
        body.address_line_2,
        body.locality,
        body.administrative_district_level_1,
        body.postal_code,
        body.country,
    )
