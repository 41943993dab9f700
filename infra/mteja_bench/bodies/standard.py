"""Deliveries in our own shape, by Standard Webhooks."""

from datetime import timedelta
from typing import Any

from mteja_bench.bodies.base import PRODUCTS, TOTAL_CENTS, Sent, Shopper, placed, sent, utc

SOURCE = "standard-demo"


def order(
    number: int,
    shopper: Shopper,
    *,
    days: int = 0,
    minutes: int = 0,
    topic: str = "order.created",
    **changes: Any,
) -> Sent:
    """Return an order as it stands so many minutes after it was placed."""
    made = placed(number, days)
    as_of = made + timedelta(minutes=minutes)
    lines = [
        {
            "product_id": f"p-{position}",
            "sku": sku,
            "title": title,
            "quantity": quantity,
            "total": round(float(price) * 100) * quantity,
        }
        for position, (title, sku, price, quantity) in enumerate(PRODUCTS)
    ]
    data = {
        "id": f"T-{number}",
        "number": f"INV-{number}",
        "version": 1 + minutes,
        "placed_at": utc(made),
        "updated_at": utc(as_of),
        "status": "paid",
        "channel": "web",
        "currency": "USD",
        "total": TOTAL_CENTS,
        "lines": lines,
        "customer": _customer(shopper),
        **changes,
    }
    body = {"type": topic, "timestamp": utc(as_of), "data": data}
    return sent(SOURCE, topic, body, as_of)


def cancelled(number: int, shopper: Shopper) -> Sent:
    return order(number, shopper, minutes=60, topic="order.cancelled", status="cancelled")


def refunded(number: int, shopper: Shopper) -> Sent:
    at = utc(placed(number, 0) + timedelta(hours=2))
    refunds = [{"id": f"R-{number}", "at": at, "total": 2450}]
    return order(number, shopper, minutes=120, topic="order.refunded", refunds=refunds)


def _customer(shopper: Shopper) -> dict[str, Any]:
    return {
        "id": f"c-{shopper.number}",
        "email": shopper.email,
        "phone": shopper.phone,
        "first_name": shopper.first_name,
        "last_name": shopper.last_name,
        "address": {
            "line1": shopper.street,
            "line2": "Block C, second floor",
            "city": shopper.city,
            "region": "Dar es Salaam",
            "postal_code": "11102",
            "country": shopper.country,
        },
        "accepts_marketing": shopper.consent or None,
    }
