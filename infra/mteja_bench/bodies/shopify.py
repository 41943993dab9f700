"""Shopify bodies for the benchmarks, made from a real one: an order of three lines by somebody with
name, e-mail, telephone, address and platform id.
"""

import copy
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from mteja_local.place import ROOT

_START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_TO_ARRIVE = timedelta(seconds=3)
_SAMPLE = ROOT / "tests/samples/webhooks/shopify/order_fulfilled.json"
_PRODUCTS = [
    ("IPod Touch 8GB", "IPOD2009BLACK", "199.00", 1),
    ("Leather sleeve for 8GB players", "SLEEVE-08-BRN", "24.50", 2),
    ("USB charging cable, 1 m, white", "CABLE-USB-1M-W", "9.90", 3),
]
_TOTAL = "277.70"


@dataclass(frozen=True)
class Sent:
    """A delivery: its topic, its body, and when it arrives (epoch ms)."""

    topic: str
    body: bytes
    at_ms: int


@dataclass(frozen=True)
class Shopper:
    """Somebody who orders. `consent` is the state that Shopify gives for e-mail marketing."""

    number: int
    consent: str = "not_subscribed"
    city: str = "Dar es Salaam"

    def customer(self) -> dict[str, Any]:
        """Return the person as it stands in an order, and in topic customers/update."""
        asked_at = None if self.consent == "not_subscribed" else _START.isoformat()
        return {
            "id": 7_000_000_000 + self.number,
            "email": f"amina.mwakyusa.{self.number:05d}@example.com",
            "phone": f"+255754{self.number:06d}",
            "first_name": "Amina",
            "last_name": "Mwakyusa",
            "verified_email": True,
            "created_at": _START.isoformat(),
            "updated_at": _START.isoformat(),
            "email_marketing_consent": {
                "state": self.consent,
                "opt_in_level": "single_opt_in",
                "consent_updated_at": asked_at,
            },
            "sms_marketing_consent": None,
            "default_address": self.address(),
            "addresses": [self.address()],
        }

    def address(self) -> dict[str, Any]:
        return {
            "first_name": "Amina",
            "last_name": "Mwakyusa",
            "address1": f"{self.number} Samora Avenue",
            "address2": "Block C, second floor",
            "city": self.city,
            "province": "Dar es Salaam",
            "zip": "11102",
            "country": "Tanzania",
            "country_code": "TZ",
            "phone": f"+255754{self.number:06d}",
        }

    def subscribed(self) -> "Shopper":
        return replace(self, consent="subscribed")

    def moved_to(self, city: str) -> "Shopper":
        return replace(self, city=city)


@cache
def _sample() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_SAMPLE.read_bytes())
    return loaded


def order(
    number: int, shopper: Shopper | None, *, days: int = 0, minutes: int = 0, **changes: Any
) -> Sent:
    """Return the delivery of an order that was placed so many days after the start, as it stands
    so many minutes later."""
    body = copy.deepcopy(_sample())
    placed = _START + timedelta(days=days, seconds=number % 1000)
    as_of = placed + timedelta(minutes=minutes)
    lines = []
    for position, (title, sku, price, quantity) in enumerate(_PRODUCTS):
        line = {"title": title, "sku": sku, "price": price, "quantity": quantity}
        ids = {"id": 1_071_823_184 + position, "product_id": 921_728_736 + position}
        lines.append(body["line_items"][0] | line | ids)
    money = {"amount": _TOTAL, "currency_code": "USD"}
    body |= {
        "id": 5_000_000_000 + number,
        "name": f"#{1000 + number}",
        "created_at": placed.isoformat(),
        "processed_at": placed.isoformat(),
        "updated_at": as_of.isoformat(),
        "line_items": lines,
        "total_price": _TOTAL,
        "total_price_set": {"shop_money": money, "presentment_money": money},
        "source_name": "web",
    }
    if shopper is None:
        body |= {"customer": None, "email": "", "contact_email": None}
    else:
        person = shopper.customer()
        body |= {
            "customer": person,
            "email": person["email"],
            "contact_email": person["email"],
            "phone": person["phone"],
            "shipping_address": shopper.address(),
            "billing_address": shopper.address(),
            "buyer_accepts_marketing": shopper.consent == "subscribed",
        }
    return _sent("orders/updated" if minutes else "orders/create", body | changes, as_of)


def refund(order_number: int, amount: str) -> Sent:
    """Return the delivery of a refund, two hours after the start."""
    money = {"amount": amount, "currency_code": "USD"}
    at = _START + timedelta(hours=2)
    body = {
        "id": 9_000_000_000 + order_number,
        "order_id": 5_000_000_000 + order_number,
        "created_at": at.isoformat(),
        "processed_at": at.isoformat(),
        "note": "wrong size",
        "refund_line_items": [
            {"quantity": 1, "subtotal_set": {"shop_money": money, "presentment_money": money}}
        ],
        "transactions": [
            {"kind": "refund", "status": "success", "amount": amount, "currency": "USD"}
        ],
        "order_adjustments": [],
    }
    return _sent("refunds/create", body, at)


def person(shopper: Shopper, topic: str) -> Sent:
    """Return the delivery of a person's data, an hour after the start."""
    at = _START + timedelta(hours=1)
    return _sent(topic, shopper.customer() | {"updated_at": at.isoformat()}, at)


def unreadable(number: int) -> Sent:
    """Return a delivery that is no order."""
    return _sent("orders/create", {"id": number, "of": "a shape that nobody knows"}, _START)


def _sent(topic: str, body: dict[str, Any], at: datetime) -> Sent:
    raw = json.dumps(body, ensure_ascii=False).encode()
    return Sent(topic, raw, int((at + _TO_ARRIVE).timestamp() * 1000))
