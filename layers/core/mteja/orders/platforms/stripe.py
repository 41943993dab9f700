"""Stripe: what its webhooks say, in our own words.

Signature: `Stripe-Signature: t=…,v1=…`, each v1 an HMAC-SHA256 of `{t}.{raw body}` in hex under the
whole `whsec_…` string; any of several may match. The time is signed. Source: stripe-python,
`_webhook.py`. Its own check of the time is one-sided; ours is not (stripe-php issue 657).

One purchase is one payment intent, whichever of its objects an event shows. What an account's
sandbox tells (`livemode` false) is a test, and counts nothing. Refunds are counted by the charge,
whose `amount_refunded` is cumulative: the events of single refunds would count them again.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from mteja.business.model import Source
from mteja.errors import BadSignature, Unreadable
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.orders.model import OrderNews, Refund
from mteja.orders.platforms import stripe_models as bodies
from mteja.orders.platforms import stripe_purchases as purchases
from mteja.orders.platforms.base import (
    Named,
    Platform,
    Webhook,
    check_time,
    matches_hmac,
)
from mteja.orders.platforms.person import Person, account_deleted
from mteja.recording.facts import Consent, Fact, Happening, Receipt

_SESSION_TYPES = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
    }
)
_INTENT_TYPES = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.amount_capturable_updated",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
    }
)
_CHARGE_TYPES = frozenset(
    {
        "charge.succeeded",
        "charge.captured",
        "charge.updated",
        "charge.pending",
        "charge.failed",
        "charge.expired",
        "charge.refunded",
    }
)
_PURCHASE_TYPES = _SESSION_TYPES | _INTENT_TYPES | _CHARGE_TYPES | {"invoice.paid"}
_CUSTOMER_TYPES = frozenset({"customer.created", "customer.updated"})
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
        event = bodies.Event.model_validate_json(webhook.body)
    except ValidationError:
        return Named(None, None)
    return Named(event.type, event.id)


def normalise(
    body: bytes, named: Named, source: Source, received_at: int, region: str
) -> Fact | None:
    """Return the fact in an event, None for a type that we don't use.

    Raises Unreadable or ValidationError for a body that is not what its type says.
    """
    event = bodies.Event.model_validate_json(body)
    digest = _digest(body)
    receipt = Receipt(digest[:12].hex(), named.delivery)
    made = _Made(event, digest, receipt, source, received_at, region)
    if event.type in _PURCHASE_TYPES:
        return made.purchase()
    if event.type == "charge.dispute.created":
        return made.dispute()
    if event.type in _CUSTOMER_TYPES:
        return made.customer()
    if event.type == "customer.deleted":
        deleted = bodies.Customer.model_validate(event.data.object)
        at = event.created * 1000
        return account_deleted(source, deleted.id, receipt, at, received_at)
    return None


PLATFORM = Platform(verify, identify, normalise)


def _digest(body: bytes) -> bytes:
    """Return the digest of what an event says. `pending_webhooks` counts down from one attempt to
    the next, so the bytes of a retry may differ."""
    event: dict[str, Any] = from_json(body)
    event.pop("pending_webhooks", None)
    return hashlib.sha256(json.dumps(event, sort_keys=True).encode()).digest()


class _Made:
    """Makes the fact of one event."""

    def __init__(
        self,
        event: bodies.Event,
        digest: bytes,
        receipt: Receipt,
        source: Source,
        received_at: int,
        region: str,
    ) -> None:
        self._event = event
        self._digest = digest
        self._receipt = receipt
        self._source = source
        self._received_at = received_at
        self._region = region

    def purchase(self) -> Fact | None:
        told, kind = self._event.data.object, self._event.type
        if kind in _SESSION_TYPES:
            session = bodies.Session.model_validate(told)
            person = purchases.who_in_session(session)
            bought = purchases.of_session(session, self._event.created)
            return self._fact(person, bought, consents=self._promotions(session))
        if kind in _INTENT_TYPES:
            intent = bodies.PaymentIntent.model_validate(told)
            return self._fact(purchases.who_in_intent(intent), purchases.of_intent(intent))
        if kind in _CHARGE_TYPES:
            charge = bodies.Charge.model_validate(told)
            person = purchases.who_in_charge(charge)
            return self._fact(person, purchases.of_charge(charge), self._refunds(charge))
        invoice = bodies.Invoice.model_validate(told)
        bought = purchases.of_invoice(invoice)
        return None if bought is None else self._fact(purchases.who_in_invoice(invoice), bought)

    def customer(self) -> Fact:
        customer = bodies.Customer.model_validate(self._event.data.object)
        billing = bodies.Contact(
            name=customer.name,
            email=customer.email,
            phone=customer.phone,
            address=customer.address,
        )
        return self._fact(purchases.person(customer.id, [billing, customer.shipping]), None)

    def dispute(self) -> Fact:
        """Return a note, on the timeline of whoever made the purchase where that is known."""
        dispute = bodies.Dispute.model_validate(self._event.data.object)
        order_id = dispute.payment_intent or dispute.charge
        if order_id is None:
            raise Unreadable("dispute:of no payment")
        note = Happening(
            kind="note",
            id=derived_id("dsp", self._source.id, dispute.id, order_id),
            at=dispute.created * 1000,
            data={
                "text": "payment disputed",
                "source": self._source.id,
                "order_id": order_id,
                "reason": dispute.reason,
                "total": purchases.minor(dispute.amount, dispute.currency),
                "currency": dispute.currency,
            },
        )
        return Fact(
            source=self._source.id,
            trust=Trust.VERIFIED,
            observed_at=self._event.created * 1000,
            received_at=self._received_at,
            happenings=(note,),
            order=OrderNews(order_id, self._digest[:8], attached=self._attached),
        )

    def _fact(
        self,
        person: Person,
        bought: purchases.Purchase | None,
        refunds: tuple[Refund, ...] = (),
        consents: tuple[Consent, ...] = (),
    ) -> Fact:
        order = None
        if bought is not None:
            state = bought.order(self._event, self._digest)
            order = OrderNews(
                bought.order_id, self._digest[:8], state, refunds, attached=self._attached
            )
        return Fact(
            source=self._source.id,
            trust=Trust.VERIFIED,
            observed_at=self._event.created * 1000,
            received_at=self._received_at,
            identifiers=person.identifiers(self._source, self._region),
            traits=person.traits(self._region),
            consents=consents,
            order=order,
            receipt=self._receipt if order is None else None,
        )

    @property
    def _attached(self) -> bool:
        """Beside a shop, a payment is shown with its order and adds nothing to totals."""
        return self._source.role == "payments"

    def _refunds(self, charge: bodies.Charge) -> tuple[Refund, ...]:
        """Return all that was given back of a charge as one refund: none, too, where there was some
        before (a refund that failed)."""
        total = purchases.given_back(charge)
        if total == 0 and "amount_refunded" not in self._event.data.previous_attributes:
            return ()
        at = self._event.created * 1000
        return (Refund(charge.id, at, total, charge.currency, as_of=at),)

    def _promotions(self, session: bodies.Session) -> tuple[Consent, ...]:
        stated = session.consent.promotions if session.consent is not None else None
        status = _PROMOTIONS.get(stated or "")
        if status is None:
            return ()
        at = self._event.created if session.created is None else session.created
        return (Consent("marketing-email", status, at * 1000, "checkout"),)
