"""Square's deliveries, made from real events. An order is told by its payments."""

from datetime import timedelta
from typing import Any

from mteja_bench.bodies.base import TOTAL_CENTS, Sent, Shopper, placed, sample, sent, utc

SOURCE = "square-demo"


def order(
    number: int, shopper: Shopper, *, days: int = 0, minutes: int = 0, **changes: Any
) -> Sent:
    """Return the payment of an order as it stands so many minutes after it was made."""
    body = sample("square/payment_created")
    made = placed(number, days)
    as_of = made + timedelta(minutes=minutes)
    kind = "payment.updated" if minutes else "payment.created"
    payment = body["data"]["object"]["payment"]
    payment |= {
        "id": f"payment{number:024d}",
        "order_id": _order_id(number),
        "customer_id": f"SQ{shopper.number:024d}",
        "buyer_email_address": shopper.email,
        "created_at": utc(made),
        "updated_at": utc(as_of),
        "status": "COMPLETED",
        "total_money": _money(TOTAL_CENTS),
        "shipping_address": {
            "first_name": shopper.first_name,
            "last_name": shopper.last_name,
            "address_line_1": shopper.street,
            "address_line_2": "Block C, second floor",
            "locality": shopper.city,
            "administrative_district_level_1": "Dar es Salaam",
            "postal_code": "11102",
            "country": shopper.country,
        },
        **changes,
    }
    payment["card_details"]["card"]["fingerprint"] = shopper.card
    body |= {"type": kind, "event_id": f"event-{number}-{minutes}", "created_at": utc(as_of)}
    return sent(SOURCE, kind, body, as_of)


def cancelled(number: int, shopper: Shopper) -> Sent:
    """Return the end of a payment that was approved and not completed."""
    return order(number, shopper, minutes=60, status="CANCELED")


def refunded(number: int, shopper: Shopper) -> Sent:
    """Return a payment of which part was given back."""
    return order(number, shopper, minutes=120, refunded_money=_money(2450))


def refund(number: int) -> Sent:
    """Return the refund's own event: it names the order that Square makes for every refund."""
    body = sample("square/refund_created")
    at = placed(number, 0) + timedelta(hours=2)
    refund = body["data"]["object"]["refund"]
    refund |= {
        "id": f"refund{number:024d}",
        "order_id": f"back{number:024d}",
        "payment_id": f"payment{number:024d}",
        "amount_money": _money(2450),
        "status": "COMPLETED",
        "created_at": utc(at),
        "updated_at": utc(at),
    }
    return sent(SOURCE, "refund.created", body, at)


def _order_id(number: int) -> str:
    return f"order{number:024d}"


def _money(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "USD"}
