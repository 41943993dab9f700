"""Stripe's deliveries, made from real events in live mode. One purchase is told by its checkout
session, its payment intent and its charge; the charge alone names the card.
"""

from datetime import datetime, timedelta
from typing import Any

from mteja_bench.bodies.base import TOTAL_CENTS, Sent, Shopper, placed, sample, sent

BESIDE = "stripe-demo"
"""The owner's file has it beside a shop, with the role `payments`."""
ALONE = "stripe-bench"
"""The same with the role `orders`; only the benchmarks declare it."""


def session(source: str, number: int, shopper: Shopper, *, days: int = 0) -> Sent:
    told = {
        "amount_total": TOTAL_CENTS,
        "amount_subtotal": TOTAL_CENTS,
        "payment_intent": _intent_id(number),
        "customer_details": _contact(shopper),
        "consent": {"promotions": "opt_in"} if shopper.consent else None,
    }
    return _event(source, "checkout_session_completed", 2, number, shopper, days, told)


def intent(source: str, number: int, shopper: Shopper, *, days: int = 0, **changes: Any) -> Sent:
    charges = {"object": "list", "data": []}  # as of API version 2022-11-15
    told = {
        "id": _intent_id(number),
        "amount": TOTAL_CENTS,
        "amount_received": TOTAL_CENTS,
        "charges": charges,
        "shipping": None,
    }
    name = "payment_intent_succeeded"
    return _event(source, name, 1, number, shopper, days, told | changes)


def of_order(number: int, shopper: Shopper, order: str) -> Sent:
    """Return a payment beside a shop that names its order and nobody."""
    told: dict[str, Any] = {"metadata": {"order_id": order}, "customer": None}
    return intent(BESIDE, number, shopper, **told, receipt_email=None)


def charge(source: str, number: int, shopper: Shopper, *, days: int = 0, **changes: Any) -> Sent:
    told = _charge(number, shopper)
    return _event(source, "charge_succeeded", 0, number, shopper, days, told | changes)


def held(source: str, number: int, shopper: Shopper) -> Sent:
    """Return a charge that is authorised and not captured."""
    return charge(source, number, shopper, captured=False, amount_captured=0)


def cancelled(source: str, number: int, shopper: Shopper) -> Sent:
    """Return the end of a payment that was held."""
    told = {
        "id": _intent_id(number),
        "amount": TOTAL_CENTS,
        "amount_received": 0,
        "status": "canceled",
        "charges": {"data": []},
        "shipping": None,
    }
    name, kind = "payment_intent_succeeded", "payment_intent.canceled"
    return _event(source, name, 3600, number, shopper, 0, told, kind)


def refunded(source: str, number: int, shopper: Shopper) -> Sent:
    told = _charge(number, shopper) | {"amount_refunded": 2450}
    name, kind = "charge_succeeded", "charge.refunded"
    return _event(source, name, 7200, number, shopper, 0, told, kind, {"amount_refunded": 0})


def _event(
    source: str,
    name: str,
    after_s: int,
    number: int,
    shopper: Shopper,
    days: int,
    told: dict[str, Any],
    kind: str | None = None,
    previous: dict[str, Any] | None = None,
) -> Sent:
    body = sample(f"stripe/{name}")
    made = placed(number, days)
    at = made + timedelta(seconds=after_s)
    told = {"created": _seconds(made), "customer": f"cus_{shopper.number:014d}", **told}
    body |= {
        "id": f"evt_{number:020d}{after_s:04d}",
        "created": _seconds(at),
        "livemode": True,
        "type": kind or body["type"],
    }
    body["data"]["object"] |= told
    body["data"]["previous_attributes"] = previous or {}
    return sent(source, body["type"], body, at)


def _charge(number: int, shopper: Shopper) -> dict[str, Any]:
    return {
        "id": f"ch_{number:024d}",
        "payment_intent": _intent_id(number),
        "amount": TOTAL_CENTS,
        "amount_captured": TOTAL_CENTS,
        "billing_details": _contact(shopper),
        "shipping": None,
        "payment_method_details": {"card": {"fingerprint": shopper.card}, "type": "card"},
    }


def _contact(shopper: Shopper) -> dict[str, Any]:
    address = {
        "line1": shopper.street,
        "line2": "Block C, second floor",
        "city": shopper.city,
        "state": "Dar es Salaam",
        "postal_code": "11102",
        "country": shopper.country,
    }
    person = {"name": shopper.name, "email": shopper.email, "phone": shopper.phone}
    return person | {"address": address}


def _intent_id(number: int) -> str:
    return f"pi_{number:024d}"


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
