"""Standard Webhooks, for every shop or till without a module of its own.

Signature: HMAC-SHA256 of `{id}.{timestamp}.{raw body}`, base64, in `webhook-signature` as a list
of `v1,<signature>` separated by spaces, of which any may match; `svix-*` are the same headers. A
secret is base64 after `whsec_`. The time is signed. Source: standard-webhooks,
`spec/standard-webhooks.md`. The body is our own shape (contract, "Webhooks").
"""

from base64 import b64decode
from collections.abc import Iterable, Mapping

from mteja.business.sources import Source
from mteja.errors import BadSignature, Misconfigured
from mteja.orders.model import WHOLE_REFUND, Line, Order, Refund
from mteja.orders.platforms.base import (
    SIGNED,
    SIGNED_TIME,
    Platform,
    Signature,
    Webhook,
    as_read,
    by_topic,
    check_time,
    matches_hmac,
    read_as,
)
from mteja.orders.platforms.message import Message, Named
from mteja.orders.platforms.person import Address, Name, Person
from mteja.orders.platforms.standard import models as bodies
from mteja.recording.facts import Consent, Fact

_PREFIX = "whsec_"
_SCHEME = "v1"
_MOST_SIGNATURES = 20
_PROGRESS = {"pending": 0, "paid": 1, "refunded": 2, "cancelled": 3}


def verify(webhook: Webhook, source: Source, secrets: Iterable[str]) -> None:
    """Raise BadSignature unless the delivery is signed with one of the secrets, and lately.

    Raises Misconfigured where nothing matches and a secret is not base64: the sender shall try
    again until the owner has put it right.
    """
    delivery, at = _header(webhook.headers, "id"), _header(webhook.headers, "timestamp")
    given = _signatures(_header(webhook.headers, "signature"))
    check_time(at, webhook.received_at)
    try:
        content = b"%s.%s.%s" % (delivery.encode(), at.encode(), webhook.body)
    except UnicodeEncodeError:
        raise BadSignature from None
    keys: list[bytes] = []
    spoilt = False
    for secret in secrets:
        try:
            keys.append(b64decode(secret.removeprefix(_PREFIX), validate=True))
        except ValueError:
            spoilt = True
    if not matches_hmac(given, content, keys):
        if spoilt:
            raise Misconfigured(f"a secret of {source.id} is not base64, as {_PREFIX}… secrets are")
        raise BadSignature


def identify(webhook: Webhook) -> Named:
    """Return the type, which stands in the body, and the message's id, the same on retries."""
    delivery = webhook.headers.get("webhook-id") or webhook.headers.get("svix-id")
    event = read_as(bodies.Event, webhook)
    return Named(None if event is None else event.type, delivery, event)


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(f"webhook-{name}") or headers.get(f"svix-{name}")
    if not value:
        raise BadSignature
    return value


def _signatures(header: str) -> list[bytes]:
    """Return the signatures of our scheme in a header; what is malformed among them is left out."""
    found: list[bytes] = []
    for one in header.split(" ")[:_MOST_SIGNATURES]:
        scheme, _, encoded = one.partition(",")
        if scheme != _SCHEME:
            continue
        try:
            found.append(b64decode(encoded, validate=True))
        except ValueError:
            continue
    return found


def _order(message: Message) -> Fact:
    event = as_read(bodies.Event, message)
    data = bodies.OrderData.model_validate(event.data)
    status = "cancelled" if event.type == "order.cancelled" else data.status
    customer = data.customer or bodies.Customer()
    person = _person(customer)
    version = f"{data.version:015d}.{data.updated_at:015d}.{_PROGRESS[status]}"
    state = Order(
        version=f"{version}.{message.digest[:4].hex()}",
        number=data.number or data.id,
        placed_at=data.placed_at,
        updated_at=data.updated_at,
        payment="unpaid" if status == "pending" else "paid",
        cancelled=status == "cancelled",
        test=data.test,
        channel=data.channel,
        currency=data.currency,
        total=data.total,
        tax=data.tax,
        shipping=data.shipping,
        discount=data.discount,
        discount_codes=tuple(data.discount_codes),
        lines=tuple(
            Line(one.product_id, one.sku, one.title[:200], one.quantity, one.total)
            for one in data.lines
        ),
    )
    return message.fact(
        data.updated_at,
        person,
        consents=_consents(customer, data.placed_at, of_an_order=True),
        order=message.news(data.id, state, _refunds(data)),
        placed_at=data.placed_at,
    )


def _refunds(data: bodies.OrderData) -> tuple[Refund, ...]:
    """Return what was given back. An order that is `refunded` was given back whole, whatever its
    list says; a later version that is not so takes that back."""
    listed = [
        Refund(one.id, one.at, one.total, data.currency, as_of=data.version) for one in data.refunds
    ]
    rest = 0
    if data.status == "refunded":
        rest = max(0, data.total - sum(one.total for one in listed))
    whole = Refund(WHOLE_REFUND, data.updated_at, rest, data.currency, as_of=data.version)
    return (*listed, whole)


def _account(message: Message) -> tuple[bodies.Customer, int]:
    """Return a customer, who stands in `data` or in its `customer`, and as of when."""
    event = as_read(bodies.Event, message)
    told = event.data if "customer" in event.data else event.data | {"customer": event.data}
    data = bodies.CustomerData.model_validate(told)
    return data.customer, event.timestamp if data.updated_at is None else data.updated_at


def _customer(message: Message) -> Fact:
    customer, at = _account(message)
    consents = _consents(customer, at, of_an_order=False)
    return message.fact(at, _person(customer), consents=consents)


def _customer_deleted(message: Message) -> Fact | None:
    customer, at = _account(message)
    return None if customer.id is None else message.account_deleted(customer.id, at)


def _person(customer: bodies.Customer) -> Person:
    address = customer.address or bodies.Address()
    return Person(
        customer_id=customer.id,
        emails=(customer.email,),
        phones=(customer.phone,),
        names=(Name(customer.first_name, customer.last_name),),
        addresses=(
            Address(
                address.line1,
                address.line2,
                address.city,
                address.region,
                address.postal_code,
                address.country,
            ),
        ),
        language=customer.language,
    )


def _consents(customer: bodies.Customer, at: int, *, of_an_order: bool) -> tuple[Consent, ...]:
    """What the sender states. A box was ticked when the order was placed, whatever changed of it
    since; left unticked it takes nothing back. An account that says no does."""
    if customer.accepts_marketing:
        channel = "checkout" if of_an_order else "shop"
        return (Consent("marketing-email", "granted", at, channel),)
    if customer.accepts_marketing is False and not of_an_order:
        return (Consent("marketing-email", "denied", at, "shop"),)
    return ()


PLATFORM = Platform(
    verify,
    identify,
    by_topic(
        {
            "order.created": _order,
            "order.updated": _order,
            "order.cancelled": _order,
            "order.refunded": _order,
            "customer.updated": _customer,
            "customer.deleted": _customer_deleted,
        }
    ),
    Signature(
        "webhook-signature",
        f"Standard Webhooks: `v1,<signature>`, several with spaces between: {SIGNED} (base64 "
        "after whsec_) of `<webhook-id>.<webhook-timestamp>.<raw body>`, base64. `webhook-id` and "
        f"`webhook-timestamp` (epoch seconds, {SIGNED_TIME}) are headers too.",
    ),
)
