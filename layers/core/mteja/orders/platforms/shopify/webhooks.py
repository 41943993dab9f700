"""Shopify: what its webhooks say, in our own words.

Signature: HMAC-SHA256 of the raw body alone, base64, under the app's client secret (or the secret
shown in the shop's admin), in `X-Shopify-Hmac-Sha256`; the newer family drops the `X-`. Topic, shop
and webhook id are headers that nothing signs: the body must fit its topic's strict model, and the
receipt is the body's hash. Source: shopify.dev, "Verify webhook deliveries".
"""

from collections.abc import Iterable, Mapping

from mteja.business.sources import Source, SourceField
from mteja.errors import BadSignature, Unreadable
from mteja.ids import derived_id
from mteja.orders.platforms.base import (
    SIGNED,
    Platform,
    Signature,
    Webhook,
    by_topic,
    matches_base64_hmac,
)
from mteja.orders.platforms.message import Message, Named
from mteja.orders.platforms.person import Address, Name, Person
from mteja.orders.platforms.shopify import models as bodies
from mteja.orders.platforms.shopify import orders
from mteja.recording.facts import Consent, Fact, Happening, Json
from mteja.times import DAY_MS, to_ms

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
    if shop is not None and shop.lower() != source.own("shop_domain"):
        raise BadSignature


def identify(webhook: Webhook) -> Named:
    """Return the topic (`orders/create`) and the webhook id, which is the same on retries."""
    headers = webhook.headers
    return Named(_header(headers, "topic"), _header(headers, "webhook-id"))


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}") or None


def _order(message: Message) -> Fact:
    body = bodies.OrderBody.model_validate_json(message.body)
    at = to_ms(body.updated_at)
    account = body.customer or bodies.Person()
    addresses = [
        one for one in (body.shipping_address, body.billing_address, account.default_address) if one
    ]
    phones = (body.phone, account.phone)
    if not any(phones):
        phones = (next((one.phone for one in addresses if one.phone), None), None)
    email = body.email or body.contact_email
    person = _person(account, (email, account.email), phones, addresses, body.customer_locale)
    refunds = tuple(orders.refund(one, body.currency, as_of=at) for one in body.refunds)
    # The tick at checkout was set when the order was placed, whatever changed of it since.
    placed = to_ms(body.processed_at or body.created_at)
    return message.fact(
        at,
        person,
        consents=_consents(account, body.buyer_accepts_marketing, placed),
        order=message.news(body.id, orders.order(body, message.digest, at), refunds),
        placed_at=placed,
    )


def _refund(message: Message) -> Fact:
    body = bodies.RefundBody.model_validate_json(message.body)
    currency = orders.refund_currency(body)
    at = to_ms(body.processed_at or body.created_at)
    refund = orders.refund(body, currency, as_of=at)
    return message.fact(at, order=message.news(body.order_id, refunds=(refund,)))


def _customer(message: Message) -> Fact:
    body = bodies.CustomerBody.model_validate_json(message.body)
    at = to_ms(body.updated_at)
    addresses = [body.default_address] if body.default_address else body.addresses[:1]
    person = _person(body, (body.email,), (body.phone,), addresses)
    return message.fact(at, person, consents=_consents(body, None, at))


def _customer_deleted(message: Message) -> Fact:
    body = bodies.DeletedCustomerBody.model_validate_json(message.body)
    return message.account_deleted(body.id, message.received_at)


def _data_request(message: Message) -> Fact:
    body = bodies.DataRequestBody.model_validate_json(message.body)
    return _privacy_request(message, body.shop_domain, body.customer, body.orders_requested)


def _redact_customer(message: Message) -> Fact:
    body = bodies.RedactCustomerBody.model_validate_json(message.body)
    return _privacy_request(message, body.shop_domain, body.customer, body.orders_to_redact)


def _redact_shop(message: Message) -> Fact:
    body = bodies.RedactShopBody.model_validate_json(message.body)
    return _privacy_request(message, body.shop_domain, bodies.PrivacyPerson(), [])


def _privacy_request(
    message: Message, shop: str, person: bodies.PrivacyPerson, told: list[str]
) -> Fact:
    """A mandatory privacy request about a person and some orders: recorded as a request that waits,
    to be executed within 30 days."""
    if shop.lower() != message.source.own("shop_domain"):
        raise Unreadable("privacy:another shop")
    at = message.received_at
    personal: dict[str, Json] = {
        name: value
        for name, value in (("email", person.email), ("phone", person.phone), ("id", person.id))
        if value
    }
    happening = Happening(
        kind="request",
        id=derived_id("req", message.source.id, message.receipt.digest),
        at=at,
        data={"topic": message.named.topic, "source": message.source.id, "orders": list(told)},
        personal=personal or None,
        open_as="request",
        open_until=at + _DAYS_TO_ANSWER * DAY_MS,
    )
    named = Person(person.id, (person.email,), (person.phone,))
    return message.fact(at, named, happenings=(happening,), finds_only=True)


def _person(
    account: bodies.Person,
    emails: tuple[str | None, ...],
    phones: tuple[str | None, ...],
    addresses: list[bodies.Address],
    language: str | None = None,
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
        language=language,
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


PLATFORM = Platform(
    verify,
    identify,
    by_topic(
        {
            "orders/create": _order,
            "orders/updated": _order,
            "orders/paid": _order,
            "orders/cancelled": _order,
            "refunds/create": _refund,
            "customers/create": _customer,
            "customers/update": _customer,
            "customers/delete": _customer_deleted,
            "customers/data_request": _data_request,
            "customers/redact": _redact_customer,
            "shop/redact": _redact_shop,
        }
    ),
    Signature(
        "X-Shopify-Hmac-Sha256",
        f"{SIGNED} (the app's client secret) of the raw body, base64. `Shopify-Hmac-Sha256` is "
        "the same. `X-Shopify-Topic` names what the body is, and `X-Shopify-Shop-Domain` must be "
        "the source's shop.",
    ),
    fields=(
        SourceField(
            "shop_domain",
            r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$",
            "the shop's own domain, something.myshopify.com",
        ),
    ),
)
