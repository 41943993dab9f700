"""Shopify: what its webhooks say, in our own words.

Signature: HMAC-SHA256 of the raw body alone, base64, under the app's client secret (or the secret
shown in the shop's admin), in `X-Shopify-Hmac-Sha256`; the newer family drops the `X-`. Topic, shop
and webhook id are headers that nothing signs: the body must fit its topic's strict model, and the
receipt is the body's hash. Source: shopify.dev, "Verify webhook deliveries".
"""

import hashlib
from collections.abc import Iterable, Mapping

from mteja.business.model import Source
from mteja.errors import BadSignature, Unreadable
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.orders.model import OrderNews
from mteja.orders.platforms import shopify_models as bodies
from mteja.orders.platforms import shopify_orders
from mteja.orders.platforms.base import Named, Platform, Webhook, matches_base64_hmac
from mteja.orders.platforms.person import Address, Name, Person, account_deleted
from mteja.recording.facts import Consent, Fact, Happening, Json, Receipt
from mteja.times import DAY_MS, to_ms

_ORDER_TOPICS = frozenset({"orders/create", "orders/updated", "orders/paid", "orders/cancelled"})
_PEOPLE_TOPICS = frozenset({"customers/create", "customers/update"})
_CONSENT = {"subscribed": "granted", "unsubscribed": "withdrawn", "redacted": "withdrawn"}
_DAYS_TO_ANSWER = 30  # shopify.dev, "Privacy law compliance"


def verify(webhook: Webhook, source: Source, secrets: Iterable[str]) -> None:
    """Raise BadSignature unless the body is signed with one of the secrets.

    A delivery that names another shop than the source's was sent to the wrong address.
    """
    signature = _header(webhook.headers, "hmac-sha256")
    if not signature or not matches_base64_hmac(signature, webhook.body, secrets):
        raise BadSignature
    shop = _header(webhook.headers, "shop-domain")
    if shop is not None and shop.lower() != source.shop_domain:
        raise BadSignature


def identify(webhook: Webhook) -> Named:
    """Return the topic (`orders/create`) and the webhook id, which is the same on retries."""
    headers = webhook.headers
    return Named(_header(headers, "topic"), _header(headers, "webhook-id"))


def normalise(
    body: bytes, named: Named, source: Source, received_at: int, region: str
) -> Fact | None:
    """Return the fact in a delivery, None for a topic that we don't use.

    Raises Unreadable or ValidationError for a body that is not what its topic says.
    """
    digest = hashlib.sha256(body).digest()
    topic = named.topic
    if topic in _ORDER_TOPICS:
        order = bodies.OrderBody.model_validate_json(body)
        return _order_fact(order, digest, source, received_at, region)
    if topic == "refunds/create":
        refund = bodies.RefundBody.model_validate_json(body)
        return _refund_fact(refund, digest, source, received_at)
    receipt = Receipt(digest[:12].hex(), named.delivery)
    if topic in _PEOPLE_TOPICS:
        person = bodies.CustomerBody.model_validate_json(body)
        return _customer_fact(person, receipt, source, received_at, region)
    if topic == "customers/delete":
        deleted = bodies.DeletedCustomerBody.model_validate_json(body)
        return account_deleted(source, deleted.id, receipt, received_at, received_at)
    if topic in {"customers/data_request", "customers/redact", "shop/redact"}:
        return _privacy_fact(topic, body, receipt, source, received_at, region)
    return None


PLATFORM = Platform(verify, identify, normalise)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}") or None


def _order_fact(
    body: bodies.OrderBody, digest: bytes, source: Source, received_at: int, region: str
) -> Fact:
    at = to_ms(body.updated_at)
    account = body.customer or bodies.Person()
    addresses = [
        one for one in (body.shipping_address, body.billing_address, account.default_address) if one
    ]
    phones = (body.phone, account.phone)
    if not any(phones):
        phones = (next((one.phone for one in addresses if one.phone), None), None)
    email = body.email or body.contact_email
    person = _person(account, (email, account.email), phones, addresses)
    refunds = (shopify_orders.refund(one, body.currency, as_of=at) for one in body.refunds)
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        identifiers=person.identifiers(source, region),
        traits=person.traits(region),
        # The tick at checkout was set when the order was placed, whatever changed of it since.
        consents=_consents(
            account, body.buyer_accepts_marketing, to_ms(body.processed_at or body.created_at)
        ),
        order=OrderNews(
            body.id, digest[:8], shopify_orders.order(body, digest, at), tuple(refunds)
        ),
    )


def _refund_fact(body: bodies.RefundBody, digest: bytes, source: Source, received_at: int) -> Fact:
    currency = shopify_orders.refund_currency(body)
    at = to_ms(body.processed_at or body.created_at)
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        order=OrderNews(
            body.order_id, digest[:8], None, (shopify_orders.refund(body, currency, as_of=at),)
        ),
    )


def _customer_fact(
    body: bodies.CustomerBody, receipt: Receipt, source: Source, received_at: int, region: str
) -> Fact:
    at = to_ms(body.updated_at)
    addresses = [body.default_address] if body.default_address else body.addresses[:1]
    person = _person(body, (body.email,), (body.phone,), addresses)
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        identifiers=person.identifiers(source, region),
        traits=person.traits(region),
        consents=_consents(body, None, at),
        receipt=receipt,
    )


def _privacy_fact(
    topic: str, body: bytes, receipt: Receipt, source: Source, received_at: int, region: str
) -> Fact:
    """A mandatory privacy request: recorded as a request that waits, to be executed within 30
    days.
    """
    person = bodies.PrivacyPerson()
    orders: list[str] = []
    shop: bodies.PrivacyBody | bodies.RedactShopBody
    if topic == "customers/data_request":
        shop = asked = bodies.DataRequestBody.model_validate_json(body)
        person, orders = asked.customer, asked.orders_requested
    elif topic == "customers/redact":
        shop = redact = bodies.RedactCustomerBody.model_validate_json(body)
        person, orders = redact.customer, redact.orders_to_redact
    else:
        shop = bodies.RedactShopBody.model_validate_json(body)
    if shop.shop_domain.lower() != source.shop_domain:
        raise Unreadable("privacy:another shop")
    personal: dict[str, Json] = {
        name: value
        for name, value in (("email", person.email), ("phone", person.phone), ("id", person.id))
        if value
    }
    happening = Happening(
        kind="request",
        id=derived_id("req", source.id, receipt.digest),
        at=received_at,
        data={"topic": topic, "source": source.id, "orders": list(orders)},
        personal=personal or None,
        open_as="request",
        open_until=received_at + _DAYS_TO_ANSWER * DAY_MS,
    )
    named = Person(person.id, (person.email,), (person.phone,))
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=received_at,
        received_at=received_at,
        identifiers=named.identifiers(source, region),
        happenings=(happening,),
        receipt=receipt,
        finds_only=True,
    )


def _person(
    account: bodies.Person,
    emails: tuple[str | None, ...],
    phones: tuple[str | None, ...],
    addresses: list[bodies.Address],
) -> Person:
    bearers: list[bodies.Person | bodies.Address] = [account, *addresses]
    return Person(
        customer_id=account.id,
        emails=emails,
        phones=phones,
        names=tuple(Name(one.first_name, one.last_name) for one in bearers),
        addresses=tuple(
            Address(
                one.address1,
                one.address2,
                one.city,
                one.province_code or one.province,
                one.zip,
                one.country_code or one.country,
            )
            for one in addresses
        ),
    )


def _consents(
    person: bodies.Person, accepts_marketing: bool | None, at: int
) -> tuple[Consent, ...]:
    """What Shopify states. "not_subscribed" was never asked and is no statement."""
    consents: list[Consent] = []
    for purpose, stated in (
        ("marketing-email", person.email_marketing_consent),
        ("marketing-sms", person.sms_marketing_consent),
    ):
        status = _CONSENT.get((stated.state or "").lower()) if stated is not None else None
        if stated is not None and status is not None:
            when = to_ms(stated.consent_updated_at) if stated.consent_updated_at else at
            consents.append(Consent(purpose, status, when, "shop"))
    if accepts_marketing and not any(one.purpose == "marketing-email" for one in consents):
        consents.append(Consent("marketing-email", "granted", at, "checkout"))
    return tuple(consents)
