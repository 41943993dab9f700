"""Square: what its webhooks say, in our own words.

Signature: HMAC-SHA256 of the subscription's notification URL followed by the raw body, base64, in
`x-square-hmacsha256-signature`. The URL is the owner's declaration, never what the request says: a
proxy may have changed that. Source: square-python-sdk, `webhooks_helper.py`.

An order's own events are thin (id, state, version), so an order is known by its payments, of which
it may have several: each is a tender. Square makes an order of its own for every refund, so a
refund's `order_id` is as a rule not the order that was paid (developer.squareup.com, "Retrieve
Refunds"); what was given back of a payment stands in the payment, as `refunded_money`.
"""

from collections.abc import Iterable

from mteja.business.sources import Source, SourceField
from mteja.errors import BadSignature, Unreadable
from mteja.orders.model import Order, Refund, Tender
from mteja.orders.platforms.base import (
    SIGNED,
    Platform,
    Signature,
    Webhook,
    as_read,
    by_topic,
    matches_base64_hmac,
    read_as,
)
from mteja.orders.platforms.message import Message, Named
from mteja.orders.platforms.person import Address, Name, Person
from mteja.orders.platforms.square import models as bodies
from mteja.recording.facts import Consent, Fact

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
    content = (source.own("notification_url") or "").encode() + webhook.body
    if not signature or not matches_base64_hmac(signature, content, secrets):
        raise BadSignature


def identify(webhook: Webhook) -> Named:
    """Return type and event id, which is the same on retries; both stand in the signed body."""
    event = read_as(bodies.Event, webhook)
    return Named(None, None) if event is None else Named(event.type, event.event_id, event)


def _event(message: Message) -> bodies.Event:
    return as_read(bodies.Event, message)


def _payment(message: Message) -> Fact:
    payment = bodies.PaymentObject.model_validate(_event(message).data.object).payment
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
        version=_version(payment, message.digest),
        total=money.amount,
        currency=money.currency,
        paid=payment.status in _PAID,
    )
    refunds: tuple[Refund, ...] = ()
    back = payment.refunded_money
    if back is not None and back.amount > 0:
        at = payment.updated_at
        refunds = (Refund(payment.id, at, back.amount, back.currency, at, payment.id),)
    state = _state(payment, order_id, message.digest)
    return message.fact(
        payment.updated_at, person, order=message.news(order_id, state, refunds, (tender,))
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


def _refund(message: Message) -> Fact:
    """Return a refund of the order that it names. One that waits counts: it is rarely rejected, and
    then a later state takes it back."""
    refund = bodies.RefundObject.model_validate(_event(message).data.object).refund
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
    return message.fact(refund.updated_at, order=message.news(order_id, refunds=(known,)))


def _customer(message: Message) -> Fact:
    customer = bodies.CustomerObject.model_validate(_event(message).data.object).customer
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
    consents = (Consent("marketing-email", "withdrawn", at, "shop"),) if left else ()
    return message.fact(at, person, consents=consents)


def _customer_deleted(message: Message) -> Fact:
    event = _event(message)
    if event.data.id is None:
        raise Unreadable("customer:no id")
    return message.account_deleted(event.data.id, event.created_at)


def _address(body: bodies.Address) -> Address:
    return Address(
        body.address_line_1,
        body.address_line_2,
        body.locality,
        body.administrative_district_level_1,
        body.postal_code,
        body.country,
    )


# An order's own events say too little; a refund's are told again by its payment.
PLATFORM = Platform(
    verify,
    identify,
    by_topic(
        {
            "payment.created": _payment,
            "payment.updated": _payment,
            "refund.created": _refund,
            "refund.updated": _refund,
            "customer.created": _customer,
            "customer.updated": _customer,
            "customer.deleted": _customer_deleted,
        }
    ),
    Signature(
        "x-square-hmacsha256-signature",
        f"{SIGNED} (the subscription's key) of the subscription's notification URL followed by "
        "the raw body, base64.",
    ),
    fields=(
        SourceField(
            "notification_url",
            r"^https://\S{3,500}$",
            "the address of the subscription, byte for byte; it is signed too",
        ),
    ),
)
