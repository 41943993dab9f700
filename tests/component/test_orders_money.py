"""Real bodies: what they say of money, to the last unit and in the right currency."""

from typing import Any

import pytest

from tests.component.conftest import Orders
from tests.component.fulfilled import ORDER, REFUND, entry, only_profile


def in_currency(body: dict[str, Any], currency: str, amount: str) -> dict[str, Any]:
    def money(value: str) -> dict[str, Any]:
        one = {"amount": value, "currency_code": currency}
        return {"shop_money": one, "presentment_money": one}

    line = body["line_items"][0] | {"price": amount, "total_discount": "0", "quantity": 1}
    return body | {
        "currency": currency,
        "presentment_currency": currency,
        "total_price": amount,
        "total_price_set": money(amount),
        "total_tax": "0",
        "total_discounts": "0",
        "total_shipping_price_set": money("0"),
        "line_items": [line | {"discount_allocations": []}],
    }


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("JPY", "1500", 1_500),
        ("TZS", "25000.00", 2_500_000),
        ("UGX", "25000", 25_000),
        ("KWD", "12.345", 12_345),
        ("BHD", "0.001", 1),
        ("USD", "2.000", 200),
    ],
)
def test_money_is_counted_in_the_currencys_own_units(
    orders: Orders, currency: str, amount: str, minor: int
) -> None:
    orders.post(in_currency(ORDER, currency, amount), "orders/create")
    assert only_profile(orders).orders.net == {currency: (1, minor)}
    assert entry(orders)["lines"][0]["total"] == minor


def test_the_shops_money_counts_and_the_buyers_is_shown_beside_it(orders: Orders) -> None:
    shown = {"amount": "30000", "currency_code": "JPY"}
    body = ORDER | {
        "presentment_currency": "JPY",
        "total_price_set": {
            "shop_money": {"amount": "199.00", "currency_code": "USD"},
            "presentment_money": shown,
        },
    }
    orders.post(body, "orders/create")
    assert only_profile(orders).orders.net == {"USD": (1, 19_900)}
    assert entry(orders)["presentment"] == {"currency": "JPY", "total": 30_000}


def yen_refund(**changes: Any) -> dict[str, Any]:
    """A refund of a USD shop to a buyer who paid in yen."""

    def both(usd: str, jpy: str) -> dict[str, Any]:
        return {
            "shop_money": {"amount": usd, "currency_code": "USD"},
            "presentment_money": {"amount": jpy, "currency_code": "JPY"},
        }

    body = REFUND | {
        "id": 77,
        "order_id": ORDER["id"],
        "created_at": "2025-04-02T11:40:00-05:00",
        "processed_at": "2025-04-02T11:40:00-05:00",
        "order_adjustments": [],
        "refund_line_items": [
            {"subtotal_set": both("50.00", "7500"), "total_tax_set": both("2.50", "375")}
        ],
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "7875", "currency": "JPY"}
        ],
    }
    return body | changes


@pytest.mark.parametrize("first", ["order", "refund"])
def test_a_refund_in_the_buyers_currency_counts_in_the_shops(orders: Orders, first: str) -> None:
    told = [(ORDER, "orders/create"), (yen_refund(), "refunds/create")]
    for body, topic in told if first == "order" else told[::-1]:
        assert orders.post(body, topic) == "recorded"
    assert only_profile(orders).orders.net == {"USD": (1, 19_900 - 5_250)}


def shipping_refund() -> dict[str, Any]:
    """Only shipping is given back: no lines, an adjustment, and a transaction in yen."""
    lines = yen_refund()["refund_line_items"][0]

    def negative(one: dict[str, Any]) -> dict[str, Any]:
        return {kind: money | {"amount": f"-{money['amount']}"} for kind, money in one.items()}

    adjustment = {
        "amount_set": negative(lines["subtotal_set"]),
        "tax_amount_set": negative(lines["total_tax_set"]),
    }
    return yen_refund(refund_line_items=[], order_adjustments=[adjustment])


@pytest.mark.parametrize("arrangement", ["order first", "refund first", "within the order"])
def test_a_refund_of_shipping_alone_to_a_foreign_buyer_never_hides_the_order(
    orders: Orders, arrangement: str
) -> None:
    told: list[tuple[dict[str, Any], str]] = [
        (shipping_refund(), "refunds/create"),
        (ORDER | {"updated_at": "2025-04-02T11:40:00-05:00", "refunds": [shipping_refund()]},
         "orders/updated"),
    ]  # fmt: skip
    if arrangement == "order first":
        told.insert(0, (ORDER, "orders/create"))
    elif arrangement == "refund first":
        told.insert(1, (ORDER, "orders/create"))
    for body, topic in told:
        orders.post(body, topic)
    assert only_profile(orders).orders.net == {"USD": (1, 19_900 - 5_250)}


@pytest.mark.parametrize("amount", ["-25.00", "-0.01"])
def test_a_negative_refund_never_makes_money(orders: Orders, amount: str) -> None:
    orders.post(ORDER, "orders/create")
    transaction = {"kind": "refund", "status": "success", "amount": amount, "currency": "USD"}
    orders.post(REFUND | {"order_id": ORDER["id"], "transactions": [transaction]}, "refunds/create")
    assert only_profile(orders).orders.net["USD"][1] <= 19_900


def test_only_refunds_that_happened_count(orders: Orders) -> None:
    transaction = REFUND["transactions"][0] | {"currency": "USD", "amount": "10.00"}
    others = [
        transaction | {"status": "failure"},
        transaction | {"status": "pending"},
        transaction | {"kind": "void"},
        transaction | {"kind": "sale"},
    ]
    orders.post(ORDER, "orders/create")
    body = REFUND | {"order_id": ORDER["id"], "transactions": [transaction, *others]}
    orders.post(body, "refunds/create")
    assert only_profile(orders).orders.net == {"USD": (1, 18_900)}


def test_goods_taken_back_without_money_change_nothing(orders: Orders) -> None:
    orders.post(ORDER, "orders/create")
    orders.post(REFUND | {"order_id": ORDER["id"], "transactions": []}, "refunds/create")
    assert only_profile(orders).orders.net == {"USD": (1, 19_900)}
