"""The topic is a header that nothing signs: a body is taken only for what it is."""

import json
from typing import Any

import pytest

from mteja.quarantine.quarantine import listed
from tests import kit
from tests.component.conftest import Orders

ORDERS = ["orders/create", "orders/updated", "orders/paid", "orders/cancelled"]
PEOPLE = ["customers/create", "customers/update"]
TOPICS = [
    *(*ORDERS, *PEOPLE, "refunds/create", "customers/delete"),
    *("customers/data_request", "customers/redact", "shop/redact"),
]


def privacy(name: str) -> dict[str, Any]:
    body = kit.sample(f"shopify/privacy_{name}")
    return body | {"shop_domain": "demo.myshopify.com"}


BODIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    **{
        name: (kit.sample(f"shopify/{name}"), ORDERS)
        for name in (
            *("order_fulfilled", "order_phone_and_email", "order_cancelled_refunded"),
            *("order_guest_empty_email_no_customer", "order_partially_paid_minimal_customer"),
            *("order_closed", "order_customer_removed", "order_admin_test_notification_style"),
            *("order_with_transactions", "order_updated_email_changed"),
        )
    },
    "refund_create": (kit.sample("shopify/refund_create"), ["refunds/create"]),
    "refund_legacy": (kit.sample("shopify/refund_legacy"), ["refunds/create"]),
    "customer_create": (kit.sample("shopify/customer_create"), PEOPLE),
    "customer_deleted": (
        {"id": 706405506930370084, "phone": None, "addresses": [], "tax_exemptions": []},
        ["customers/delete"],
    ),
    "data_request": (privacy("customers_data_request"), ["customers/data_request"]),
    "customer_redact": (privacy("customers_redact"), ["customers/redact"]),
    "shop_redact": (privacy("shop_redact"), ["shop/redact"]),
    "fulfillment_create": (kit.sample("shopify/fulfillment_create"), []),
    "empty": ({}, []),
}
MATRIX = [(topic, name) for topic in TOPICS for name in BODIES]


@pytest.mark.parametrize(("topic", "name"), MATRIX, ids=lambda one: str(one))
def test_a_body_is_recorded_only_under_its_own_topics(
    orders: Orders, topic: str, name: str
) -> None:
    body, topics = BODIES[name]
    expected = "recorded" if topic in topics else "quarantined"
    assert orders.post(body, topic) == expected
    waiting = list(listed(orders.recorder.table))
    assert len(waiting) == (0 if expected == "recorded" else 1)
    if waiting:
        assert not any(str(item["pk"]).startswith(("CUSTOMER", "ORDER")) for item in orders.items)


@pytest.mark.parametrize(
    "topic", ["products/create", "orders/delete", "app/uninstalled", "Orders/Create", "x", "orders"]
)
def test_a_topic_that_we_do_not_use_is_ignored(orders: Orders, topic: str) -> None:
    assert orders.post(kit.sample("shopify/order_fulfilled"), topic) == "ignored"
    assert orders.nothing_is_stored


NOT_JSON = [b"", b"x", b"[]", b"null", b"1", b'"text"', b"{", b"\xff\xfe", b"[" * 5_000, b"{}" * 2]


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda one: repr(one[:10]))
@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_no_body_at_all_is_kept_and_no_error(
    orders: Orders, topic: str, body: bytes
) -> None:
    assert orders.post(body, topic, base64_body=True) == "quarantined"
    assert [one.topic for one in listed(orders.recorder.table)] == [topic]


@pytest.mark.parametrize("name", ["customers_data_request", "customers_redact", "shop_redact"])
def test_a_privacy_request_about_another_shop_is_not_ours_to_execute(
    orders: Orders, name: str
) -> None:
    body = kit.sample(f"shopify/privacy_{name}") | {"shop_domain": "other.myshopify.com"}
    topic = name.replace("_", "/", 1)
    assert orders.post(body, topic) == "quarantined"


@pytest.mark.parametrize("name", ["customers_data_request", "customers_redact", "shop_redact"])
def test_a_privacy_request_waits_for_the_owner_for_thirty_days(orders: Orders, name: str) -> None:
    topic = name.replace("_", "/", 1)
    assert orders.post(privacy(name), topic) == "recorded"
    assert orders.post(privacy(name), topic) == "duplicate"
    (waiting,) = list(orders.recorder.table.query("request", index="open"))
    entry = orders.recorder.table.get_many([(waiting["pk"], waiting["sk"])])  # type: ignore[list-item]
    ((_, item),) = entry.items()
    assert item["kind"] == "request"
    assert item["data"]["topic"] == topic  # type: ignore[index, call-overload]


@pytest.mark.parametrize("name", ["customers_data_request", "customers_redact"])
def test_a_privacy_request_about_somebody_unknown_makes_no_customer_of_them(
    orders: Orders, name: str
) -> None:
    orders.post(privacy(name), name.replace("_", "/", 1))
    assert not any(str(item["pk"]).startswith("CUSTOMER#") for item in orders.items)
    (waiting,) = list(orders.recorder.table.query("request", index="open"))
    (item,) = [one for one in orders.items if one["pk"] == waiting["pk"]]
    assert str(item["pk"]).startswith("REQUEST#")
    assert item["expires_at"] == int(str(item["at"])) // 1000 + 90 * 86_400


def test_a_privacy_request_stands_with_the_customer_it_is_about(orders: Orders) -> None:
    person = {"id": 191167, "email": "john@example.com"}
    created = kit.sample("shopify/customer_create") | person
    orders.post(created, "customers/create")
    orders.post(privacy("customers_redact"), "customers/redact")
    (waiting,) = list(orders.recorder.table.query("request", index="open"))
    assert str(waiting["pk"]).startswith("CUSTOMER#")
    assert not any("expires_at" in one for one in orders.items if one["pk"] == waiting["pk"])


def test_a_privacy_request_for_thousands_of_orders_is_kept_whole(orders: Orders) -> None:
    many = [10**18 + number for number in range(40_000)]
    body = privacy("customers_redact") | {"orders_to_redact": many}
    assert len(kit.raw(body)) < 1_000_000
    assert orders.post(body, "customers/redact") in {"recorded", "quarantined"}


def test_a_customer_of_the_shop_becomes_a_customer_of_ours(orders: Orders) -> None:
    body = kit.sample("shopify/customer_create")
    assert orders.post(body, "customers/create") == "recorded"
    assert orders.post(body, "customers/update") == "duplicate"
    (item,) = [item for item in orders.items if item["sk"] == "PROFILE"]
    kinds = [one["kind"] for one in item["identifiers"]]  # type: ignore[index, union-attr, call-overload]
    assert kinds == ["customer@shopify-demo", "email", "phone"]
    assert "example.com" not in json.dumps(orders.items, default=repr)
