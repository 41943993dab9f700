"""Standard Webhooks, for every shop or till without a module of its own.

Signature: HMAC-SHA256 of `{id}.{timestamp}.{raw body}`, base64, in `webhook-signature` as a list
of `v1,<signature>` separated by spaces, of which any may match; `svix-*` are the same headers. A
secret is base64 after `whsec_`. The time is signed. Source: standard-webhooks,
`spec/standard-webhooks.md`. The body is our own shape (contract, "Webhooks").
"""

import hashlib
from base64 import b64decode
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from mteja.business.model import Source
from mteja.errors import BadSignature, Misconfigured
from mteja.identity.identifiers import Trust
from mteja.orders.model import IMPORTED_REFUND, Line, Order, OrderNews, Refund
from mteja.orders.platforms import standard_models as bodies
from mteja.orders.platforms.base import Named, Platform, Webhook, check_time, matches_hmac
from mteja.orders.platforms.person import Address, Name, Person, account_deleted
from mteja.recording.facts import Consent, Fact, Receipt

_PREFIX = "whsec_"
_SCHEME = "v1"
_MOST_SIGNATURES = 20
_ORDER_TYPES = frozenset({"order.created", "order.updated", "order.cancelled", "order.refunded"})
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
    try:
        topic = bodies.Event.model_validate_json(webhook.body).type
    except ValidationError:
        return Named(None, delivery)
    return Named(topic, delivery)


def normalise(
    body: bytes, named: Named, source: Source, received_at: int, region: str
) -> Fact | None:
    """Return the fact in a delivery, None for a type that we don't know.

    Raises ValidationError for a body that is not what its type says.
    """
    event = bodies.Event.model_validate_json(body)
    digest = hashlib.sha256(body).digest()
    if event.type in _ORDER_TYPES:
        order = bodies.OrderData.model_validate(event.data)
        return _order_fact(order, event, digest, source, received_at, region)
    if event.type not in {"customer.updated", "customer.deleted"}:
        return None
    told = event.data if "customer" in event.data else event.data | {"customer": event.data}
    data = bodies.CustomerData.model_validate(told)
    at = event.timestamp if data.updated_at is None else data.updated_at
    receipt = Receipt(digest[:12].hex(), named.delivery)
    if event.type == "customer.deleted" and data.customer.id is not None:
        return account_deleted(source, data.customer.id, receipt, at, received_at)
    if event.type == "customer.deleted":
        return None
    person = _person(data.customer)
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        identifiers=person.identifiers(source, region),
        traits=person.traits(region),
        consents=_consents(data.customer, at, of_an_order=False),
        receipt=receipt,
    )


PLATFORM = Platform(
    verify,
    identify,
    normalise,
)


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


def _order_fact(
    data: bodies.OrderData,
    event: bodies.Event,
    digest: bytes,
    source: Source,
    received_at: int,
    region: str,
) -> Fact:
    status = "cancelled" if event.type == "order.cancelled" else data.status
    customer = data.customer or bodies.Customer()
    person = _person(customer)
    version = f"{data.version:015d}.{data.updated_at:015d}.{_PROGRESS[status]}"
    state = Order(
        version=f"{version}.{digest[:4].hex()}",
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
    attached = source.role == "payments"
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=data.updated_at,
        received_at=received_at,
        identifiers=person.identifiers(source, region),
        traits=person.traits(region),
        consents=_consents(customer, data.placed_at, of_an_order=True),
        order=OrderNews(data.id, digest[:8], state, _refunds(data), attached=attached),
    )


def _refunds(data: bodies.OrderData) -> tuple[Refund, ...]:
    """Return what was given back. An order that is `refunded` and lists no refund was given back
    whole; that counts until a later version lists its refunds."""
    listed = tuple(
        Refund(one.id, one.at, one.total, data.currency, as_of=data.version) for one in data.refunds
    )
    if listed or data.status != "refunded":
        return listed
    whole = Refund(IMPORTED_REFUND, data.updated_at, data.total, data.currency, as_of=data.version)
    return (whole,)


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
