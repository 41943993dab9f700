"""WooCommerce's deliveries, made from a real order. Every change of an order is the whole order."""

from datetime import datetime, timedelta
from typing import Any

from mteja_bench.bodies.base import PRODUCTS, TOTAL, Sent, Shopper, placed, sample, sent

SOURCE = "woocommerce-demo"


def order(
    number: int, shopper: Shopper, *, days: int = 0, minutes: int = 0, **changes: Any
) -> Sent:
    """Return an order as it stands so many minutes after it was placed."""
    body = sample("woocommerce/order_updated_completed")
    made = placed(number, days)
    as_of = made + timedelta(minutes=minutes)
    lines = []
    for position, (title, sku, price, quantity) in enumerate(PRODUCTS):
        line = {"name": title, "sku": sku, "quantity": quantity, "product_id": 93 + position}
        total = {"total": f"{float(price) * quantity:.2f}", "price": float(price)}
        lines.append(body["line_items"][0] | line | total | {"id": 315 + position})
    body |= {
        "id": 600_000 + number,
        "number": str(600_000 + number),
        "status": "processing",
        "created_via": "checkout",
        "currency": "USD",
        "date_created_gmt": _gmt(made),
        "date_modified_gmt": _gmt(as_of),
        "date_paid_gmt": _gmt(made),
        "total": TOTAL,
        "customer_id": 7_000 + shopper.number,
        "billing": _address(shopper) | {"email": shopper.email, "phone": shopper.phone},
        "shipping": _address(shopper),
        "line_items": lines,
        "refunds": [],
    }
    topic = "order.updated" if minutes else "order.created"
    return sent(SOURCE, topic, body | changes, as_of)


def cancelled(number: int, shopper: Shopper) -> Sent:
    return order(number, shopper, minutes=60, status="cancelled")


def refunded(number: int, shopper: Shopper) -> Sent:
    back = [{"id": 900_000 + number, "reason": "wrong size", "total": "-24.50"}]
    return order(number, shopper, minutes=120, refunds=back)


def _gmt(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def _address(shopper: Shopper) -> dict[str, Any]:
    return {
        "first_name": shopper.first_name,
        "last_name": shopper.last_name,
        "company": "",
        "address_1": shopper.street,
        "address_2": "Block C, second floor",
        "city": shopper.city,
        "state": "Dar es Salaam",
        "postcode": "11102",
        "country": shopper.country,
    }
