"""Shopify: what its webhooks say, in our own words.

Signature: HMAC-SHA256 of the raw body alone, base64, under the app's client secret (or the secret
shown in the shop's admin), in `X-Shopify-Hmac-Sha256`; the newer family drops the `X-`. Topic, shop
and webhook id are headers that nothing signs: the body must fit its topic's strict model, and the
receipt is the body's hash. Source: shopify.dev, "Verify webhook deliveries".
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from mteja.business.model import Source
from mteja.errors import BadSignature, Unreadable
from mteja.identity import identifiers
from mteja.identity.identifiers import Identifier, Parsed, Trust
from mteja.ids import derived_id
from mteja.money import minor_units
from mteja.orders.model import Line, Order, OrderNews, Refund
from mteja.orders.platforms import shopify_models as bodies
from mteja.orders.platforms.base import Named, Platform, Webhook, matches_base64_hmac
from mteja.recording.facts import Consent, Fact, Happening, Json, Receipt
from mteja.times import DAY_MS, to_ms

_ORDER_TOPICS = frozenset({"orders/create", "orders/updated", "orders/paid", "orders/cancelled"})
_PEOPLE_TOPICS = frozenset({"customers/create", "customers/update"})
_UNPAID = frozenset({None, "pending", "voided", "expired"})
_PROGRESS = {"unpaid": 0, "authorised": 1, "paid": 2}
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


def identify(headers: Mapping[str, str]) -> Named:
    """Return the topic (`orders/create`) and the webhook id, which is the same on retries."""
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
        return _deleted_fact(deleted, receipt, source, received_at)
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
    person = body.customer or bodies.Person()
    email = body.email or body.contact_email or person.email
    addresses = [
        one for one in (body.shipping_address, body.billing_address, person.default_address) if one
    ]
    phones = [number for number in (body.phone, person.phone) if number]
    if not phones:
        phones = [one.phone for one in addresses if one.phone][:1]
    refunds = tuple(_refund(one, body.currency, as_of=at) for one in body.refunds)
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        identifiers=_identifiers(source, person.id, [email, person.email], phones, region),
        traits=_traits(person, email, phones, addresses, region),
        # The tick at checkout was set when the order was placed, whatever changed of it since.
        consents=_consents(
            person, body.buyer_accepts_marketing, to_ms(body.processed_at or body.created_at)
        ),
        order=OrderNews(body.id, digest[:8], _order(body, digest, at), refunds),
    )


def _order(body: bodies.OrderBody, digest: bytes, at: int) -> Order:
    currency = body.currency
    status = body.financial_status
    payment = "unpaid" if status in _UNPAID else "paid"
    if status == "authorized":
        payment = "authorised"
    cancelled = body.cancelled_at is not None
    # Shopify's clock has whole seconds: of two states of one second, the further one is the later,
    # and between equals the digest decides, so that every order of arrival ends the same.
    progress = 3 if cancelled else _PROGRESS[payment]
    version = f"{at:014d}.{progress}.{len(body.refunds):03d}.{digest[:4].hex()}"
    if body.total_shipping_price_set is not None:
        shipping = _money(body.total_shipping_price_set.shop_money.amount, currency, "shipping")
    else:
        shipping = sum(_money(one.price, currency, "shipping") for one in body.shipping_lines)
    presentment = None
    if body.total_price_set and body.presentment_currency not in {None, currency}:
        shown = body.total_price_set.presentment_money
        presentment = (
            shown.currency_code,
            _money(shown.amount, shown.currency_code, "presentment"),
        )
    return Order(
        version=version,
        number=body.name,
        placed_at=to_ms(body.processed_at or body.created_at),
        updated_at=at,
        payment=payment,
        cancelled=cancelled,
        test=body.test,
        channel=_channel(body.source_name),
        currency=currency,
        total=_money(body.total_price, currency, "total_price"),
        tax=_money(body.total_tax or "0", currency, "total_tax"),
        shipping=shipping,
        discount=_money(body.total_discounts or "0", currency, "total_discounts"),
        presentment=presentment,
        discount_codes=tuple(one.code for one in body.discount_codes),
        lines=tuple(_line(one, currency) for one in body.line_items),
    )


def _line(item: bodies.LineItem, currency: str) -> Line:
    full = _money(item.price, currency, "line price") * item.quantity
    if item.discount_allocations:
        discount = sum(_money(one.amount, currency, "line") for one in item.discount_allocations)
    else:
        discount = _money(item.total_discount or "0", currency, "line discount")
    return Line(item.product_id, item.sku, item.title[:200], item.quantity, max(0, full - discount))


def _channel(source_name: str | None) -> str:
    if source_name == "pos":
        return "till"
    return "phone" if source_name == "shopify_draft_order" else "web"


def _refund_fact(body: bodies.RefundBody, digest: bytes, source: Source, received_at: int) -> Fact:
    currency = _refund_currency(body)
    at = to_ms(body.processed_at or body.created_at)
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        order=OrderNews(body.order_id, digest[:8], None, (_refund(body, currency, as_of=at),)),
    )


def _refund_currency(body: bodies.RefundBody) -> str:
    sets = [line.subtotal_set for line in body.refund_line_items]
    sets += [adjustment.amount_set for adjustment in body.order_adjustments]
    for one in sets:
        if one is not None:
            return one.shop_money.currency_code
    for transaction in body.transactions:
        if transaction.currency is not None:
            return transaction.currency
    raise Unreadable("refund:no currency")


def _refund(body: bodies.RefundBody, currency: str, *, as_of: int) -> Refund:
    """The money that went back: successful refund transactions, in the shop's currency.

    Checked against Shopify's own `total_unsettled` in its sample: 598.94 - 209.00 - 41.94 = 348.00.
    """
    total = 0
    for one in body.transactions:
        if one.kind != "refund" or one.status != "success":
            continue
        if one.currency not in {None, currency}:
            total = _refund_in_shop_currency(body, currency)
            break
        total += _money(one.amount, currency, "refund")
    at = to_ms(body.processed_at or body.created_at)
    return Refund(body.id, at, total, currency, as_of)


def _refund_in_shop_currency(body: bodies.RefundBody, currency: str) -> int:
    """Paid back in the buyer's currency: Shopify's own conversion stands beside each line."""
    sets = [line.subtotal_set for line in body.refund_line_items]
    sets += [line.total_tax_set for line in body.refund_line_items]
    total = sum(_money(one.shop_money.amount, currency, "refund") for one in sets if one)
    for adjustment in body.order_adjustments:
        for part in (adjustment.amount_set, adjustment.tax_amount_set):
            if part is not None:  # adjustments that give money back are negative
                total -= _money(part.shop_money.amount, currency, "refund")
    if total <= 0:
        raise Unreadable("refund:no amount in the shop's currency")
    return total


def _money(amount: str, currency: str, what: str) -> int:
    try:
        return minor_units(amount, currency)
    except ValueError:
        raise Unreadable(f"money:{what}") from None


def _customer_fact(
    body: bodies.CustomerBody, receipt: Receipt, source: Source, received_at: int, region: str
) -> Fact:
    at = to_ms(body.updated_at)
    addresses = [body.default_address] if body.default_address else body.addresses[:1]
    phones = [body.phone] if body.phone else []
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        identifiers=_identifiers(source, body.id, [body.email], phones, region),
        traits=_traits(body, body.email, phones, addresses, region),
        consents=_consents(body, None, at),
        receipt=receipt,
    )


def _deleted_fact(
    body: bodies.DeletedCustomerBody, receipt: Receipt, source: Source, received_at: int
) -> Fact:
    """The shop deleted its account of a customer. That is noted; it is no request to erase."""
    happening = Happening(
        kind="note",
        id=derived_id("del", source.id, body.id),
        at=received_at,
        data={"text": "account deleted in the shop", "source": source.id},
    )
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=received_at,
        received_at=received_at,
        identifiers=_identifiers(source, body.id, [], [], ""),
        happenings=(happening,),
        receipt=receipt,
        finds_only=True,
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
    phones = [person.phone] if person.phone else []
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=received_at,
        received_at=received_at,
        identifiers=_identifiers(source, person.id, [person.email], phones, region),
        happenings=(happening,),
        receipt=receipt,
        finds_only=True,
    )


def _identifiers(
    source: Source,
    customer_id: str | None,
    emails: Iterable[str | None],
    phones: Iterable[str],
    region: str,
) -> tuple[Identifier, ...]:
    parsed: list[Parsed] = []
    if customer_id:
        parsed.append(identifiers.platform_customer(source.id, customer_id))
    parsed += [identifiers.email(one) for one in emails if one]
    parsed += [identifiers.phone(one, region) for one in phones]
    return tuple(dict.fromkeys(one for one in parsed if isinstance(one, Identifier)))


def _traits(
    person: bodies.Person,
    email: str | None,
    phones: list[str],
    addresses: list[bodies.Address],
    region: str,
) -> dict[str, Json]:
    traits: dict[str, Json] = {}
    if email:
        parsed = identifiers.email(email)
        traits["email"] = parsed.value if isinstance(parsed, Identifier) else email.strip()
    if phones:
        number = identifiers.phone(phones[0], region)
        traits["phone"] = number.value if isinstance(number, Identifier) else phones[0].strip()
    name = _name(person, addresses)
    if name:
        traits["name"] = name
    for address in addresses:
        lines = _address(address)
        if lines:
            traits["address"] = lines
            break
    return traits


def _name(person: bodies.Person, addresses: list[bodies.Address]) -> dict[str, Json]:
    bearers: list[bodies.Person | bodies.Address] = [person, *addresses]
    for one in bearers:
        first, last = (one.first_name or "").strip(), (one.last_name or "").strip()
        if first or last:
            parts: dict[str, Json] = {"first": first, "last": last}
            full: Json = f"{first} {last}".strip()
            return {key: value for key, value in parts.items() if value} | {"full": full}
    return {}


def _address(address: bodies.Address) -> dict[str, Json]:
    lines = {
        "line1": address.address1,
        "line2": address.address2,
        "city": address.city,
        "region": address.province_code or address.province,
        "postal_code": address.zip,
        "country": address.country_code or address.country,
    }
    return {key: value.strip() for key, value in lines.items() if value and value.strip()}


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
            when = _consent_time(stated.consent_updated_at, at)
            consents.append(Consent(purpose, status, when, "shop"))
    if accepts_marketing and not any(one.purpose == "marketing-email" for one in consents):
        consents.append(Consent("marketing-email", "granted", at, "checkout"))
    return tuple(consents)


def _consent_time(stated: datetime | None, otherwise: int) -> int:
    return otherwise if stated is None else to_ms(stated)
