"""Shopify's deliveries, made from a real order."""

from datetime import timedelta
from typing import Any

from mteja_bench.bodies.base import PRODUCTS, START, TOTAL, Sent, Shopper, placed, sample, sent

SOURCE = "shopify-demo"


def order(
    number: int, shopper: Shopper | None, *, days: int = 0, minutes: int = 0, **changes: Any
) -> Sent:
    """Return an order as it stands so many minutes after it was placed; `minutes` make it an
    update. Without shopper it is one that names nobody."""
    body = sample("shopify/order_fulfilled")
    made = placed(number, days)
    as_of = made + timedelta(minutes=minutes)
    lines = []
    for position, (title, sku, price, quantity) in enumerate(PRODUCTS):
        line = {"title": title, "sku": sku, "price": price, "quantity": quantity}
        ids = {"id": 1_071_823_184 + position, "product_id": 921_728_736 + position}
        lines.append(body["line_items"][0] | line | ids)
    money = {"amount": TOTAL, "currency_code": "USD"}
    body |= {
        "id": 5_000_000_000 + number,
        "name": f"#{1000 + number}",
        "created_at": made.isoformat(),
        "processed_at": made.isoformat(),
        "updated_at": as_of.isoformat(),
        "line_items": lines,
        "total_price": TOTAL,
        "total_price_set": {"shop_money": money, "presentment_money": money},
        "source_name": "web",
    }
    if shopper is None:
        body |= {"customer": None, "email": "", "contact_email": None}
    else:
        body |= {
            "customer": _customer(shopper),
            "email": shopper.email,
            "contact_email": shopper.email,
            "phone": shopper.phone,
            "shipping_address": _address(shopper),
            "billing_address": _address(shopper),
            "buyer_accepts_marketing": shopper.consent,
        }
    topic = "orders/updated" if minutes else "orders/create"
    return sent(SOURCE, topic, body | changes, as_of)


def cancelled(number: int, shopper: Shopper) -> Sent:
    at = (placed(number, 0) + timedelta(hours=1)).isoformat()
    return order(number, shopper, minutes=60, cancelled_at=at, cancel_reason="customer")


def refund(number: int, amount: str = "24.50") -> Sent:
    """Return a refund of part of an order, two hours after the start."""
    money = {"amount": amount, "currency_code": "USD"}
    at = START + timedelta(hours=2)
    body = {
        "id": 9_000_000_000 + number,
        "order_id": 5_000_000_000 + number,
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
    return sent(SOURCE, "refunds/create", body, at)


def person(shopper: Shopper, topic: str) -> Sent:
    """Return a person's data, an hour after the start."""
    at = START + timedelta(hours=1)
    return sent(SOURCE, topic, _customer(shopper) | {"updated_at": at.isoformat()}, at)


def unreadable(number: int) -> Sent:
    """Return a delivery that is no order."""
    return sent(SOURCE, "orders/create", {"id": number, "of": "a shape nobody knows"}, START)


def _customer(shopper: Shopper) -> dict[str, Any]:
    return {
        "id": 7_000_000_000 + shopper.number,
        "email": shopper.email,
        "phone": shopper.phone,
        "first_name": shopper.first_name,
        "last_name": shopper.last_name,
        "verified_email": True,
        "created_at": START.isoformat(),
        "updated_at": START.isoformat(),
        "email_marketing_consent": {
            "state": "subscribed" if shopper.consent else "not_subscribed",
            "opt_in_level": "single_opt_in",
            "consent_updated_at": START.isoformat() if shopper.consent else None,
        },
        "sms_marketing_consent": None,
        "default_address": _address(shopper),
        "addresses": [_address(shopper)],
    }


def _address(shopper: Shopper) -> dict[str, Any]:
    return {
        "first_name": shopper.first_name,
        "last_name": shopper.last_name,
        "address1": shopper.street,
        "address2": "Block C, second floor",
        "city": shopper.city,
        "province": "Dar es Salaam",
        "zip": "11102",
        "country": "Tanzania",
        "country_code": shopper.country,
        "phone": shopper.phone,
    }
