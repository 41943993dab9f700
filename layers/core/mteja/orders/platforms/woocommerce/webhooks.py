"""WooCommerce: what its webhooks say, in our own words.

Signature: HMAC-SHA256 of the raw body, base64, in `X-WC-Webhook-Signature`; the key is the
webhook's secret after WordPress has un-escaped HTML entities in it. Each topic is a webhook of its
own, so a source usually has several secrets. Topic, shop and delivery id are headers that nothing
signs. When a webhook is made, WooCommerce posts `webhook_id=N` as a form, unsigned, and needs 200.
Source: woocommerce `includes/class-wc-webhook.php`.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from html import unescape

from mteja.business.sources import Source, SourceField
from mteja.errors import BadSignature, Unreadable
from mteja.ids import derived_id
from mteja.money import exponent, minor_units
from mteja.orders.model import Line, Order, Refund
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
from mteja.orders.platforms.woocommerce import models as bodies
from mteja.recording.facts import Fact, Happening

_PING = re.compile(rb"webhook_id=[0-9]{1,20}")

# wp_specialchars_decode(…, ENT_QUOTES), in one pass: `&amp;lt;` becomes `&lt;`.
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#0*3[489]|#0*6[02]|#x0*2[267]|#x0*3[ce]);", re.IGNORECASE)

_UNPAID = frozenset({"pending", "failed", "on-hold", "checkout-draft", "auto-draft", "draft"})
_PAID = frozenset({"processing", "completed", "refunded"})
_CANCELLED = frozenset({"cancelled", "trash"})
_PROGRESS = {"unpaid": 0, "paid": 1}
_CHANNELS = {"admin": "phone", "pos-rest-api": "till"}


def is_ping(webhook: Webhook) -> bool:
    """Whether a request is the unsigned one by which WooCommerce tries a new webhook's address."""
    signed = "x-wc-webhook-signature" in webhook.headers
    return not signed and _PING.fullmatch(webhook.body) is not None


def verify(webhook: Webhook, source: Source, secrets: Iterable[str]) -> None:
    """Raise BadSignature unless the body is signed with one of the secrets.

    A delivery that names another shop than the source's was sent to the wrong address.
    """
    signature = webhook.headers.get("x-wc-webhook-signature")
    keys = [_ENTITY.sub(lambda found: unescape(found[0]), secret) for secret in secrets]
    if not signature or not matches_base64_hmac(signature, webhook.body, keys):
        raise BadSignature
    shop = webhook.headers.get("x-wc-webhook-source")
    own = source.own("shop_url")
    if own is not None and shop and _place(shop) != _place(own):
        raise BadSignature


def identify(webhook: Webhook) -> Named:
    """Return the topic (`order.updated`) and the delivery id, which two deliveries of one second
    may share: nothing rests on it."""
    headers = webhook.headers
    return Named(
        headers.get("x-wc-webhook-topic") or None, headers.get("x-wc-webhook-delivery-id") or None
    )


def _place(url: str) -> str:
    return url.partition("://")[2].rstrip("/").lower()


def _order(message: Message) -> Fact:
    body = bodies.OrderBody.model_validate_json(message.body)
    at = body.date_created_gmt if body.date_modified_gmt is None else body.date_modified_gmt
    person = Person(
        customer_id=body.customer_id,
        emails=(body.billing.email,),
        phones=(body.billing.phone or body.shipping.phone,),
        names=_names(body.billing, body.shipping),
        addresses=_addresses(body.billing, body.shipping),
    )
    state = _state(body, message.digest, at)
    return message.fact(at, person, order=message.news(body.id, state, _refunds(body, at)))


def _state(body: bodies.OrderBody, digest: bytes, at: int) -> Order:
    currency = body.currency
    payment, cancelled = _standing(body)
    # WooCommerce's clock has whole seconds: of two states of one second, the further one is the
    # later, and between equals the digest decides.
    progress = 2 if cancelled else _PROGRESS[payment]
    return Order(
        version=f"{at:015d}.{progress}.{len(body.refunds):03d}.{digest[:4].hex()}",
        number=body.number,
        placed_at=body.date_created_gmt,
        updated_at=at,
        payment=payment,
        cancelled=cancelled,
        test=False,
        channel=_CHANNELS.get(body.created_via or "", "web"),
        currency=currency,
        total=_money(body.total, currency, "total"),
        tax=_money(body.total_tax, currency, "total_tax"),
        shipping=_money(body.shipping_total, currency, "shipping_total"),
        discount=_money(body.discount_total, currency, "discount_total"),
        # It stores codes with HTML entities: `a&b` is `a&amp;b` (wc_sanitize_coupon_code).
        discount_codes=tuple(unescape(one.code) for one in body.coupon_lines),
        lines=tuple(_line(one, currency) for one in body.line_items),
    )


def _standing(body: bodies.OrderBody) -> tuple[str, bool]:
    """Return payment and whether it is cancelled. A status of some plugin says neither: then the
    date of payment tells."""
    status = body.status.removeprefix("wc-")
    if status in _CANCELLED:
        return ("unpaid" if body.date_paid_gmt is None else "paid"), True
    if status in _UNPAID or (status not in _PAID and body.date_paid_gmt is None):
        return "unpaid", False
    return "paid", False


def _line(item: bodies.LineItem, currency: str) -> Line:
    total = _money(item.total, currency, "line total")
    title = unescape(item.name)[:200]
    return Line(item.product_id, item.sku or None, title, item.quantity, total)


def _refunds(body: bodies.OrderBody, at: int) -> tuple[Refund, ...]:
    """Return an order's refunds. They have no time of their own and never change, so the earliest
    state that shows one dates it: it counts as the newest knowledge."""
    return tuple(
        Refund(
            id=one.id,
            at=at,
            total=abs(_money(one.total, body.currency, "refund")),
            currency=body.currency,
            as_of=-at,
        )
        for one in body.refunds
    )


def _order_deleted(message: Message) -> Fact:
    """An order went to the trash or out of it for good. Only its id is said, and no time, so the
    delivery's id tells two deletions of one order apart, and it counts as of when it arrived. A
    restored order has a later state, which stands again."""
    body = bodies.DeletedBody.model_validate_json(message.body)
    source, delivery, at = message.source.id, message.named.delivery, message.received_at
    note = Happening(
        kind="note",
        id=derived_id("del", source, "order", body.id, delivery or ""),
        at=at,
        data={"text": "order deleted in the shop", "source": source, "order_id": body.id},
    )
    told = replace(message, content=f"{source}\x1f{body.id}\x1f{delivery}".encode())
    news = replace(told.news(body.id), gone=f"{at:015d}")
    return message.fact(at, happenings=(note,), order=news)


def _customer(message: Message) -> Fact:
    body = bodies.CustomerBody.model_validate_json(message.body)
    stated = [one for one in (body.date_modified_gmt, body.date_created_gmt) if one is not None]
    account = Name(body.first_name, body.last_name)
    person = Person(
        customer_id=body.id,
        emails=(body.email,),
        phones=(body.billing.phone or body.shipping.phone,),
        names=(account, *_names(body.billing, body.shipping)),
        addresses=_addresses(body.billing, body.shipping),
    )
    return message.fact(stated[0] if stated else message.received_at, person)


def _customer_deleted(message: Message) -> Fact:
    body = bodies.DeletedBody.model_validate_json(message.body)
    return message.account_deleted(body.id, message.received_at)


def _names(billing: bodies.Address, shipping: bodies.Address) -> tuple[Name, Name]:
    """The one who pays is the customer; a parcel may go to somebody else."""
    return (
        Name(billing.first_name, billing.last_name),
        Name(shipping.first_name, shipping.last_name),
    )


def _addresses(billing: bodies.Address, shipping: bodies.Address) -> tuple[Address, Address]:
    return _address(shipping), _address(billing)


def _address(body: bodies.Address) -> Address:
    return Address(
        body.address_1, body.address_2, body.city, body.state, body.postcode, body.country
    )


def _money(amount: str, currency: str, what: str) -> int:
    """Return minor units. How many decimals a total has is a setting of the shop and not of the
    currency; what is beyond the currency's own is rounded as WooCommerce rounds when it charges."""
    try:
        step = Decimal(1).scaleb(-exponent(currency))
        return minor_units(Decimal(amount).quantize(step, ROUND_HALF_UP), currency)
    except (InvalidOperation, ValueError):
        raise Unreadable(f"money:{what}") from None


PLATFORM = Platform(
    verify,
    identify,
    by_topic(
        {
            "order.created": _order,
            "order.updated": _order,
            "order.restored": _order,
            "order.deleted": _order_deleted,
            "customer.created": _customer,
            "customer.updated": _customer,
            "customer.deleted": _customer_deleted,
        }
    ),
    Signature(
        "X-WC-Webhook-Signature",
        f"{SIGNED} (one for each webhook) of the raw body, base64. `X-WC-Webhook-Topic` names "
        "what the body is. The unsigned `webhook_id=N` that tries a new webhook's address is "
        "answered 200 and stores nothing.",
    ),
    fields=(
        SourceField(
            "shop_url",
            r"^https?://[^\s?#]{3,300}$",
            "the shop's address; deliveries that name another are refused",
            needed=False,
        ),
    ),
    is_ping=is_ping,
)
