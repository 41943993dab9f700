"""Real bodies of the platforms, changed into the steps of one purchase.

Each builder returns a body and its topic. Stripe's and Square's belong to one purchase by a known
customer; a minute or second says how far apart the steps are.
"""

from typing import Any

from tests import kit, platforms

type Delivery = tuple[dict[str, Any], str]


def shopify(name: str = "order_fulfilled", **changes: Any) -> Delivery:
    """A real order of Shopify's, changed."""
    return kit.changed(kit.sample(f"shopify/{name}"), **changes), "orders/updated"


def shopify_refund(name: str) -> Delivery:
    return kit.sample(f"shopify/{name}"), "refunds/create"


def woo(status: str, minute: int, *refunds: str, **changes: Any) -> Delivery:
    body = kit.changed(
        kit.sample("woocommerce/order_updated_completed"),
        status=status,
        date_modified_gmt=f"2017-03-22T19:{minute:02d}:08",
        date_paid_gmt=None,
        refunds=[
            {"id": 900 + number, "reason": "", "total": total}
            for number, total in enumerate(refunds)
        ],
        **changes,
    )
    return body, "order.updated"


def stripe(
    name: str, after_s: int = 0, event: dict[str, Any] | None = None, **told: Any
) -> Delivery:
    """A real event in live mode, with ids of one purchase of 20.00 USD by a known customer."""
    body = kit.sample(f"stripe/{name}")
    thing = body["data"]["object"]
    shared: dict[str, Any] = {"customer": "cus_9"}
    if thing["object"] != "payment_intent":
        shared["payment_intent"] = "pi_000000000000000000000000"
    changes = {"livemode": True, "created": 1_648_320_000 + after_s} | (event or {})
    changed = kit.changed(body, **changes)
    changed["data"]["object"] = thing | shared | told
    return changed, ""


SESSION = stripe("checkout_session_completed", 34, amount_total=2000)
INTENT = stripe("payment_intent_succeeded", 33)
CHARGE = stripe("charge_succeeded", 32)


def charge(kind: str, after_s: int, **told: Any) -> Delivery:
    return stripe("charge_succeeded", after_s, {"type": f"charge.{kind}"}, **told)


def square_payment(payment_id: str, minute: int, **told: Any) -> Delivery:
    """A payment of 1.00 USD of one order, made in one minute and updated in another."""
    body = kit.sample("square/payment_created")
    payment = body["data"]["object"]["payment"]
    made = told.pop("made", minute)
    body["data"]["object"]["payment"] = payment | {
        "id": payment_id,
        "created_at": f"2020-11-22T21:{made:02d}:00.000Z",
        "updated_at": f"2020-11-22T21:{minute:02d}:00.000Z",
        "customer_id": "SQCUSTOMER",
        **told,
    }
    return body, ""


def square_refund(refund_id: str, minute: int, amount: int, status: str) -> Delivery:
    body = kit.sample("square/refund_created")
    refund = body["data"]["object"]["refund"]
    body["data"]["object"]["refund"] = refund | {
        "id": refund_id,
        "order_id": "03O3USaPaAaFnI6kkwB1JxGgBsUZY",
        "amount_money": {"amount": amount, "currency": "USD"},
        "status": status,
        "updated_at": f"2020-11-22T22:{minute:02d}:00Z",
    }
    return body, ""


def own(version: int, status: str = "paid", **data: Any) -> Delivery:
    body = platforms.standard_order(data__version=version, data__status=status)
    body["data"] |= data
    return body, ""


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}
