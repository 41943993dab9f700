"""Stripe: what its webhooks say, in our own words.

Signature: `Stripe-Signature: t=…,v1=…`, each v1 an HMAC-SHA256 of `{t}.{raw body}` in hex under the
whole `whsec_…` string; any of several may match. The time is signed. Source: stripe-python,
`_webhook.py`. Its own check of the time is one-sided; ours is not (stripe-php issue 657).

One purchase is one payment intent, whichever of its objects an event shows. What an account's
sandbox tells (`livemode` false) is a test, and counts nothing. Refunds are counted by the charge,
whose `amount_refunded` is cumulative: the events of single refunds would count them again.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace

from pydantic_core import from_json

from mteja.business.sources import Source
from mteja.errors import BadSignature, Unreadable
from mteja.ids import derived_id
from mteja.orders.model import Refund
from mteja.orders.platforms.base import (
    SIGNED,
    SIGNED_TIME,
    Platform,
    Signature,
    Webhook,
    by_topic,
    check_time,
    matches_hmac,
)
from mteja.orders.platforms.message import Message, Named
from mteja.orders.platforms.person import Person
from mteja.orders.platforms.stripe import models as bodies
from mteja.orders.platforms.stripe import purchases
from mteja.recording.facts import Consent, Fact, Happening

_PROMOTIONS = {"opt_in": "granted", "opt_out": "denied"}
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_MOST_SIGNATURES = 20


def verify(webhook: Webhook, _source: Source, secrets: Iterable[str]) -> None:
    """Raise BadSignature unless the delivery is signed with one of the secrets, and lately."""
    at: str | None = None
    given: list[bytes] = []
    for part in webhook.headers.get("stripe-signature", "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "t" and at is None:
            at = value
        elif name == "v1" and _SIGNATURE.fullmatch(value) and len(given) < _MOST_SIGNATURES:
            given.append(bytes.fromhex(value))
    if at is None:
        raise BadSignature
    check_time(at, webhook.received_at)
    content = at.encode() + b"." + webhook.body
    if not matches_hmac(given, content, [secret.encode() for secret in secrets]):
        raise BadSignature


def identify(webhook: Webhook) -> Named:
    """Return type and event id, which is the same on retries; both stand in the signed body."""
    try:
        said = from_json(webhook.body)
        event = bodies.Event.model_validate(said)
    except ValueError:
        return Named(None, None)
    return Named(event.type, event.id, said)


def _read(message: Message) -> tuple[Message, bodies.Event]:
    """Return the event, and the message known by what it says: `pending_webhooks` counts down from
    one attempt to the next, so the bytes of a retry may differ."""
    said = message.named.said
    if not isinstance(said, dict):
        said = from_json(message.body)
    event = bodies.Event.model_validate(said)
    same = {name: value for name, value in said.items() if name != "pending_webhooks"}
    content = json.dumps(same, sort_keys=True).encode()
    return replace(message, content=content), event


def _session(message: Message) -> Fact:
    message, event = _read(message)
    session = bodies.Session.model_validate(event.data.object)
    person = purchases.who_in_session(session)
    bought = purchases.of_session(session, event.created)
    return _fact(message, event, person, bought, consents=_promotions(session, event))


def _intent(message: Message) -> Fact:
    message, event = _read(message)
    intent = bodies.PaymentIntent.model_validate(event.data.object)
    return _fact(message, event, purchases.who_in_intent(intent), purchases.of_intent(intent))


def _charge(message: Message) -> Fact:
    message, event = _read(message)
    charge = bodies.Charge.model_validate(event.data.object)
    person, bought = purchases.who_in_charge(charge), purchases.of_charge(charge)
    return _fact(message, event, person, bought, _refunds(charge, event))


def _invoice(message: Message) -> Fact | None:
    message, event = _read(message)
    invoice = bodies.Invoice.model_validate(event.data.object)
    bought = purchases.of_invoice(invoice)
    if bought is None:
        return None
    return _fact(message, event, purchases.who_in_invoice(invoice), bought)


def _fact(
    message: Message,
    event: bodies.Event,
    person: Person,
    bought: purchases.Purchase | None,
    refunds: tuple[Refund, ...] = (),
    consents: tuple[Consent, ...] = (),
) -> Fact:
    order = None
    if bought is not None:
        order = message.news(bought.order_id, bought.order(event, message.digest), refunds)
    return message.fact(event.created * 1000, person, consents=consents, order=order)


def _refunds(charge: bodies.Charge, event: bodies.Event) -> tuple[Refund, ...]:
    """Return all that was given back of a charge as one refund: none, too, where there was some
    before (a refund that failed)."""
    total = purchases.given_back(charge)
    if total == 0 and "amount_refunded" not in event.data.previous_attributes:
        return ()
    at = event.created * 1000
    return (Refund(charge.id, at, total, charge.currency, as_of=at),)


def _promotions(session: bodies.Session, event: bodies.Event) -> tuple[Consent, ...]:
    stated = session.consent.promotions if session.consent is not None else None
    status = _PROMOTIONS.get(stated or "")
    if status is None:
        return ()
    at = event.created if session.created is None else session.created
    return (Consent("marketing-email", status, at * 1000, "checkout"),)


def _dispute(message: Message) -> Fact:
    """Return a note, on the timeline of whoever made the purchase where that is known."""
    message, event = _read(message)
    dispute = bodies.Dispute.model_validate(event.data.object)
    order_id = dispute.payment_intent or dispute.charge
    if order_id is None:
        raise Unreadable("dispute:of no payment")
    source = message.source.id
    note = Happening(
        kind="note",
        id=derived_id("dsp", source, dispute.id, order_id),
        at=dispute.created * 1000,
        data={
            "text": "payment disputed",
            "source": source,
            "order_id": order_id,
            "reason": dispute.reason,
            "total": purchases.minor(dispute.amount, dispute.currency),
            "currency": dispute.currency,
        },
    )
    return message.fact(event.created * 1000, happenings=(note,), order=message.news(order_id))


def _customer(message: Message) -> Fact:
    message, event = _read(message)
    customer = bodies.Customer.model_validate(event.data.object)
    billing = bodies.Contact(
        name=customer.name, email=customer.email, phone=customer.phone, address=customer.address
    )
    known = purchases.person(customer.id, [billing, customer.shipping])
    person = replace(known, language=next(iter(customer.preferred_locales or []), None))
    return message.fact(event.created * 1000, person)


def _customer_deleted(message: Message) -> Fact:
    message, event = _read(message)
    deleted = bodies.Customer.model_validate(event.data.object)
    return message.account_deleted(deleted.id, event.created * 1000)


PLATFORM = Platform(
    verify,
    identify,
    by_topic(
        {
            "checkout.session.completed": _session,
            "checkout.session.async_payment_succeeded": _session,
            "checkout.session.async_payment_failed": _session,
            "payment_intent.succeeded": _intent,
            "payment_intent.amount_capturable_updated": _intent,
            "payment_intent.payment_failed": _intent,
            "payment_intent.canceled": _intent,
            "charge.succeeded": _charge,
            "charge.captured": _charge,
            "charge.updated": _charge,
            "charge.pending": _charge,
            "charge.failed": _charge,
            "charge.expired": _charge,
            "charge.refunded": _charge,
            "charge.dispute.created": _dispute,
            "invoice.paid": _invoice,
            "customer.created": _customer,
            "customer.updated": _customer,
            "customer.deleted": _customer_deleted,
        }
    ),
    Signature(
        "Stripe-Signature",
        f"`t=<epoch seconds>,v1=<signature>`: {SIGNED} (whsec_…) of `<t>.<raw body>`, "
        f"hexadecimal; the time is {SIGNED_TIME}.",
    ),
)
