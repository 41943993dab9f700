"""What each of Stripe's objects says of a purchase, in one form.

Checkout session, invoice, payment intent and charge of one purchase are one order, known by its
payment intent; a charge without one stands for itself.
"""

from dataclasses import dataclass, replace

from mteja.errors import Unreadable
from mteja.money import exponent
from mteja.orders.model import Line, Order
from mteja.orders.platforms.person import Address, Name, Person
from mteja.orders.platforms.stripe import models as bodies

# Where Stripe's minor unit is not that of ISO 4217 (docs.stripe.com/currencies, "Special cases" and
# "Zero-decimal currencies"): krona and shilling have no decimals but are sent as if they had two.
_EXPONENTS = {"ISK": 2, "UGX": 2, "MGA": 0}

# Payment goes forward only, so that progress orders what has the same payment intent better than
# Stripe's clock of whole seconds does. An intent that was cancelled is never paid any more.
_PROGRESS = {"unpaid": 0, "authorised": 1, "cancelled": 2, "paid": 3}
# Of two objects that tell of the same progress, the one that says more.
_SESSION, _INVOICE, _INTENT, _CHARGE = 3, 2, 1, 0


@dataclass(frozen=True)
class Purchase:
    """A purchase as one object shows it. `standing` is a key of _PROGRESS."""

    order_id: str
    standing: str
    rank: int
    currency: str
    total: int
    placed_s: int
    tax: int = 0
    shipping: int = 0
    discount: int = 0
    channel: str = "web"
    presentment: tuple[str, int] | None = None
    belongs_to: str | None = None
    lines: tuple[Line, ...] = ()

    def order(self, event: bodies.Event, digest: bytes) -> Order:
        progress = _PROGRESS[self.standing]
        cancelled = self.standing == "cancelled"
        return Order(
            version=f"{progress}.{self.rank}.{event.created:011d}.{digest[:4].hex()}",
            number=self.order_id,
            placed_at=self.placed_s * 1000,
            updated_at=event.created * 1000,
            payment="unpaid" if cancelled else self.standing,
            cancelled=cancelled,
            test=not event.livemode,
            channel=self.channel,
            currency=self.currency,
            total=self.total,
            tax=self.tax,
            shipping=self.shipping,
            discount=self.discount,
            presentment=self.presentment,
            belongs_to=self.belongs_to,
            lines=self.lines,
        )


def of_session(session: bodies.Session, at_s: int) -> Purchase | None:
    """Return the purchase, None where another object will tell of it: a subscription's first
    invoice, or a card that was only saved."""
    order_id = session.payment_intent
    if order_id is None and session.payment_status == "no_payment_required":
        order_id = session.id if session.mode == "payment" else None
    if order_id is None or session.amount_total is None or session.currency is None:
        return None
    details = session.total_details or bodies.TotalDetails()
    shown = session.presentment_details
    currency = session.currency
    return Purchase(
        order_id=order_id,
        standing="unpaid" if session.payment_status == "unpaid" else "paid",
        rank=_SESSION,
        currency=currency,
        total=minor(session.amount_total, currency),
        placed_s=at_s if session.created is None else session.created,
        tax=minor(details.amount_tax or 0, currency),
        shipping=minor(details.amount_shipping or 0, currency),
        discount=minor(details.amount_discount or 0, currency),
        presentment=None
        if shown is None
        else (
            shown.presentment_currency,
            minor(shown.presentment_amount, shown.presentment_currency),
        ),
        belongs_to=_belongs_to(session) or session.client_reference_id,
    )


def of_intent(intent: bodies.PaymentIntent) -> Purchase:
    standing = {"succeeded": "paid", "requires_capture": "authorised", "canceled": "cancelled"}.get(
        intent.status, "unpaid"
    )
    amount = intent.amount_received if standing == "paid" else intent.amount
    return Purchase(
        order_id=intent.id,
        standing=standing,
        rank=_INTENT,
        currency=intent.currency,
        total=minor(amount, intent.currency),
        placed_s=intent.created,
        belongs_to=_belongs_to(intent),
    )


def of_charge(charge: bodies.Charge) -> Purchase:
    if charge.status == "failed" or not charge.paid:
        standing, amount = "unpaid", charge.amount
    elif charge.captured:
        standing, amount = "paid", _captured(charge)
    elif charge.amount_refunded:  # an authorisation that was let go: marked as refunded
        standing, amount = "cancelled", charge.amount
    else:
        standing, amount = "authorised", charge.amount
    method = charge.payment_method_details
    return Purchase(
        order_id=charge.payment_intent or charge.id,
        standing=standing,
        rank=_CHARGE,
        currency=charge.currency,
        total=minor(amount, charge.currency),
        placed_s=charge.created,
        channel="till" if method is not None and method.card_present is not None else "web",
        belongs_to=_belongs_to(charge),
    )


def given_back(charge: bodies.Charge) -> int:
    """Return what was refunded of what was captured. Stripe counts what a partial capture left as
    refunded; it was never taken."""
    if not charge.captured:
        return 0
    left = charge.amount - _captured(charge)
    return minor(max(0, charge.amount_refunded - left), charge.currency)


def of_invoice(invoice: bodies.Invoice) -> Purchase | None:
    """Return the purchase; None without payment intent: paid elsewhere, with nothing, or of an API
    version (2025-03-31 and later) whose invoices no longer name it. The charge then tells."""
    if invoice.payment_intent is None:
        return None
    lines = tuple(
        Line(
            product_id=one.price.product if one.price is not None else None,
            sku=None,
            title=(one.description or "")[:200],
            quantity=1 if one.quantity is None else one.quantity,
            total=minor(one.amount, invoice.currency),
        )
        for one in invoice.lines.data
    )
    return Purchase(
        order_id=invoice.payment_intent,
        standing="paid",
        rank=_INVOICE,
        currency=invoice.currency,
        total=minor(invoice.amount_paid, invoice.currency),
        placed_s=invoice.created,
        belongs_to=_belongs_to(invoice),
        lines=lines,
    )


def minor(amount: int, currency: str) -> int:
    """Return ISO 4217 minor units of an amount in Stripe's. Raises Unreadable for a fraction."""
    ours = exponent(currency)
    shift = ours - _EXPONENTS.get(currency, ours)
    if shift >= 0:
        return amount * int(10**shift)
    whole, rest = divmod(amount, int(10**-shift))
    if rest:
        raise Unreadable("money:a fraction of the smallest unit")
    return whole


def who_in_session(session: bodies.Session) -> Person:
    collected = session.collected_information or bodies.Collected()
    shipping = session.shipping_details or collected.shipping_details or session.shipping
    details = session.customer_details or bodies.Contact()
    known = person(session.customer, [details, shipping], [session.customer_email])
    return replace(known, language=session.locale)


def who_in_charge(charge: bodies.Charge) -> Person:
    """A card that was refused may be anybody's: whoever tries stolen numbers is no customer."""
    cards: list[bodies.Card | None] = []
    if charge.paid:
        method = charge.payment_method_details or bodies.MethodDetails()
        cards = [method.card, method.card_present, charge.source]
    contacts = [charge.billing_details, charge.shipping]
    return person(charge.customer, contacts, [charge.receipt_email], cards)


def who_in_intent(intent: bodies.PaymentIntent) -> Person:
    """Older API versions hold the charges within; later ones tell of the buyer in charge events."""
    paid = [one for one in (intent.charges or bodies.Charges()).data if one.paid]
    cards = [
        card
        for one in paid
        if one.payment_method_details is not None
        for card in (one.payment_method_details.card, one.payment_method_details.card_present)
    ]
    contacts = [*(one.billing_details for one in paid), intent.shipping]
    return person(intent.customer, contacts, [intent.receipt_email], cards)


def who_in_invoice(invoice: bodies.Invoice) -> Person:
    billing = bodies.Contact(
        name=invoice.customer_name,
        email=invoice.customer_email,
        phone=invoice.customer_phone,
        address=invoice.customer_address,
    )
    return person(invoice.customer, [billing, invoice.customer_shipping])


def person(
    customer: str | None,
    contacts: list[bodies.Contact | None],
    emails: list[str | None] | None = None,
    cards: list[bodies.Card | None] | None = None,
) -> Person:
    """Return a person. `contacts`: the one who pays first, then where a parcel goes."""
    known = [one for one in contacts if one is not None]
    return Person(
        customer_id=customer,
        emails=(*(one.email for one in known), *(emails or [])),
        phones=tuple(one.phone for one in known[:1]),
        cards=tuple(one.fingerprint for one in cards or [] if one is not None),
        names=tuple(Name(full=one.name) for one in known),
        addresses=tuple(_address(one.address) for one in reversed(known) if one.address),
    )


def _captured(charge: bodies.Charge) -> int:
    return charge.amount if charge.amount_captured is None else charge.amount_captured


def _belongs_to(one: bodies.Object) -> str | None:
    return (one.metadata or {}).get("order_id") or None


def _address(body: bodies.Address) -> Address:
    return Address(body.line1, body.line2, body.city, body.state, body.postal_code, body.country)
