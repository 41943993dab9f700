"""Odd bodies and large ones: what is understood is right, the rest is kept, none is a 5xx."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mteja.quarantine.quarantine import listed
from mteja.store import keys
from tests import kit
from tests.component.conftest import Orders
from tests.component.fulfilled import ORDER, REFUND, entry, only_profile, order_item
from tests.fakes.memory import memory_recorder

NOBODY: dict[str, Any] = {
    "customer": None, "email": "", "contact_email": None, "phone": None,
    "billing_address": None, "shipping_address": None,
}  # fmt: skip


BAD_AMOUNTS: list[Any] = [
    *("", "abc", "1,50", "NaN", "Infinity", "-Infinity", "1e999999999", "1" * 29, "19.999", " "),
    *("0x1f", "$5", None, True, [], {}, 1e300, float("1e16")),
]


@pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=repr)
@pytest.mark.parametrize("field", ["total_price", "line price", "refund"])
def test_a_bad_amount_is_kept_and_no_error(orders: Orders, field: str, amount: Any) -> None:
    body, topic = copy.deepcopy(ORDER), "orders/create"
    if field == "line price":
        body["line_items"][0]["price"] = amount
    elif field == "refund":
        body, topic = copy.deepcopy(REFUND), "refunds/create"
        body["transactions"][0] |= {"amount": amount, "kind": "refund", "status": "success"}
    else:
        body["total_price"] = amount
    assert orders.post(body, topic) == "quarantined"
    assert len(list(listed(orders.recorder.table))) == 1


ODD: dict[str, dict[str, Any]] = {
    "a quantity of forty digits": {
        "line_items": [ORDER["line_items"][0] | {"quantity": int("7" * 40)}]
    },
    "a negative quantity": {"line_items": [ORDER["line_items"][0] | {"quantity": -1}]},
    "a time without offset": {"updated_at": "2025-04-02T11:31:05"},
    "a time before 1970": {"created_at": "1912-04-15T02:20:00Z", "processed_at": None},
    "a time after 9999": {"updated_at": "9999-12-31T23:59:59-12:00"},
    "no time": {"updated_at": None},
    "an unknown currency": {"currency": "usd"},
    "an id that is no number": {"id": "gid://shopify/Order/1"},
    "an id of 21 digits": {"id": 10**20},
    "a text of 600 characters": {"name": "#" * 600},
    "lines that are none": {"line_items": {}},
    "a boolean id": {"id": True},
    "a huge exponent": {"id": 1e300},
    "fifty refunds": {"refunds": [REFUND | {"id": number} for number in range(50)]},
}


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_what_can_not_be_right_is_kept_and_no_error(orders: Orders, change: dict[str, Any]) -> None:
    assert orders.post(ORDER | change, "orders/create") == "quarantined"


TOLERATED: dict[str, dict[str, Any]] = {
    "a new field": {"brand_new": {"deep": [1]}},
    "an unknown financial status": {"financial_status": "teleported"},
    "an unknown channel": {"source_name": "x" * 300},
    "amounts as numbers": {"total_price": 199.0, "total_tax": 0},
    "no lines": {"line_items": []},
    "no taxes": {"total_tax": None},
    "unicode everywhere": {"name": "№ \u0661\u0660\u0660\u0661 🛒"},
    "fifteen thousand discount codes": {
        "discount_codes": [{"code": f"CODE-{number:030d}"} for number in range(15_000)]
    },
    "names of 500 characters": {"customer": ORDER["customer"] | {"first_name": "é" * 500}},
}


@pytest.mark.parametrize("change", TOLERATED.values(), ids=TOLERATED)
def test_what_is_unusual_is_no_error(orders: Orders, change: dict[str, Any]) -> None:
    assert orders.post(ORDER | change, "orders/create") in {"recorded", "quarantined"}


def test_an_order_of_five_thousand_lines_loses_none(orders: Orders) -> None:
    lines = [
        {"product_id": 10**12 + number, "title": f"Lamp {number}", "quantity": 1, "price": "1.00",
         "sku": f"SKU-{number}-{'x' * 60}"}
        for number in range(5_000)
    ]  # fmt: skip
    body = ORDER | {"line_items": lines, "total_price": "5000.00"}
    assert len(kit.raw(body)) < 1_000_000
    assert orders.post(body, "orders/create") == "recorded"
    item = order_item(orders)
    stored: list[Any] = []
    for part in range(item.parts):
        raw = orders.recorder.table.get(keys.order_lines("shopify-demo", str(ORDER["id"]), part))
        assert raw is not None
        stored += raw["lines"]  # type: ignore[arg-type]
    assert [one["sku"] for one in stored] == [one["sku"] for one in lines]
    assert sum(one["total"] for one in stored) == 500_000
    assert entry(orders)["total"] == 500_000

    later = body | {"line_items": lines[:3], "updated_at": "2025-05-01T00:00:00Z"}
    orders.post(later, "orders/updated")
    assert order_item(orders).parts == 0
    assert len(entry(orders)["lines"]) == 3
    assert not [one for one in orders.items if str(one["sk"]).startswith("LINES#")]


def test_an_order_with_forty_refunds_may_still_change_its_owner(orders: Orders) -> None:
    """Every entry moves in one transaction, which DynamoDB limits to 100 actions."""
    number = "+255754123456"
    for family in range(9):
        member = {"id": 900 + family, "email": f"member{family}@example.com", "phone": number}
        orders.post(kit.sample("shopify/customer_create") | member, "customers/create")
    given_back = [
        REFUND | {"id": one, "transactions": [REFUND["transactions"][0] | {"amount": "1.00"}]}
        for one in range(40)
    ]
    guest = ORDER | NOBODY | {"refunds": given_back, "email": "wrong@example.com"}
    assert orders.post(guest, "orders/create") == "recorded"
    moved = guest | {
        "email": "right@example.com", "phone": number, "updated_at": "2025-05-01T00:00:00Z",
    }  # fmt: skip
    assert orders.post(moved, "orders/updated") in {"recorded", "quarantined"}


def test_consent_given_at_checkout_is_not_renewed_by_a_later_change_of_the_order(
    orders: Orders,
) -> None:
    """Unsubscribed after the order was placed; then the order is fulfilled."""
    body = ORDER | {"buyer_accepts_marketing": True, "customer": None}
    orders.post(body, "orders/create")
    account = kit.sample("shopify/customer_create") | {
        "email": ORDER["email"],
        "updated_at": "2025-04-03T00:00:00Z",
        "email_marketing_consent": {
            "state": "unsubscribed", "consent_updated_at": "2025-04-03T00:00:00Z",
        },
    }  # fmt: skip
    orders.post(account, "customers/update")
    orders.post(body | {"updated_at": "2025-04-09T00:00:00Z"}, "orders/updated")
    consents = only_profile(orders).consents["marketing-email"]
    assert [status for status, _ in consents.values()] == ["withdrawn"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
paths = st.sampled_from(
    [
        *sorted(ORDER),
        *("customer.email", "customer.id", "customer.phone", "customer.default_address"),
        *("shipping_address.phone", "line_items.0.price", "line_items.0.quantity"),
    ]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=paths, value=json_values, topic=st.sampled_from(["orders/create", "refunds/create"]))
def test_whatever_stands_in_a_signed_body_is_answered_200(
    orders: Orders, path: str, value: Any, topic: str
) -> None:
    orders.app.__dict__["RECORDER"] = memory_recorder(
        orders.recorder.business, orders.recorder.vault
    )
    body = copy.deepcopy(ORDER if topic == "orders/create" else REFUND)
    *outer, last = path.split(".")
    inner: Any = body
    for step in outer:
        inner = inner[int(step)] if isinstance(inner, list) else (inner.get(step) or {})
    if isinstance(inner, dict):
        inner[last] = value
    content = json.dumps(body).encode()
    assert orders.post(content, topic) in {"recorded", "quarantined"}
