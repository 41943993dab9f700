"""Builders of facts: what a platform module would have made of a delivery."""

import hashlib
from typing import Any

from mteja.identity import identifiers
from mteja.identity.identifiers import Identifier, Trust
from mteja.orders.model import Line, Order, OrderNews, Refund
from mteja.recording.facts import Consent, Fact, Happening, Json, Receipt
from tests.kit import NOW_MS

SHOP = "shopify-demo"
MINUTE = 60_000


def email(value: str) -> Identifier:
    return _known(identifiers.email(value))


def phone(value: str) -> Identifier:
    return _known(identifiers.phone(value, "US"))


def account(value: str, source: str = SHOP) -> Identifier:
    """A platform's customer id."""
    return _known(identifiers.platform_customer(source, value))


def card(value: str) -> Identifier:
    return _known(identifiers.card(value))


def _known(parsed: identifiers.Parsed) -> Identifier:
    assert isinstance(parsed, Identifier), parsed
    return parsed


def fact(
    *named: Identifier,
    at: int = NOW_MS,
    trust: Trust = Trust.VERIFIED,
    source: str = SHOP,
    traits: dict[str, Json] | None = None,
    consents: tuple[Consent, ...] = (),
    happenings: tuple[Happening, ...] = (),
    content: object = None,
) -> Fact:
    """A fact with a receipt. Two with the same arguments are one delivery made twice."""
    told = repr((named, at, trust, source, traits, consents, happenings, content)).encode()
    return Fact(
        source=source,
        trust=trust,
        observed_at=at,
        received_at=NOW_MS,
        identifiers=named,
        traits=traits or {},
        consents=consents,
        happenings=happenings,
        receipt=Receipt(hashlib.sha256(told).hexdigest()[:24], None),
    )


def state(at: int = NOW_MS, **changes: Any) -> Order:
    """The state of an order at a time: paid, 100.00 USD, one line."""
    values: dict[str, Any] = {
        "version": f"{at:014d}",
        "number": "#1001",
        "placed_at": NOW_MS,
        "updated_at": at,
        "payment": "paid",
        "cancelled": False,
        "test": False,
        "channel": "web",
        "currency": "USD",
        "total": 10_000,
        "tax": 0,
        "shipping": 0,
        "discount": 0,
        "lines": (Line("p1", "sku-1", "Lamp", 1, 10_000),),
    }
    return Order(**(values | changes))


def order_fact(
    *named: Identifier,
    order_id: str = "1",
    order: Order | None = None,
    refunds: tuple[Refund, ...] = (),
    traits: dict[str, Json] | None = None,
    consents: tuple[Consent, ...] = (),
    content: object = None,
) -> Fact:
    """A delivery about an order; without `order` it tells of refunds only."""
    told = repr((named, order_id, order, refunds, traits, content)).encode()
    return Fact(
        source=SHOP,
        trust=Trust.VERIFIED,
        observed_at=order.updated_at if order is not None else NOW_MS,
        received_at=NOW_MS,
        identifiers=named,
        traits=traits or {},
        consents=consents,
        order=OrderNews(order_id, hashlib.sha256(told).digest()[:8], order, refunds),
    )


def refund(refund_id: str = "r1", total: int = 2_500, **changes: Any) -> Refund:
    values: dict[str, Any] = {"at": NOW_MS, "currency": "USD", "as_of": NOW_MS}
    return Refund(id=refund_id, total=total, **(values | changes))
