"""Nothing personal is ever in a log, on the good way and on every bad one."""

import base64
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from mteja.errors import Conflict
from mteja.orders import intake
from tests import kit
from tests.component.conftest import Orders

MARKERS = {
    "email": "marker.person@private.example",
    "phone": "+14155550132",
    "first": "Markerfirst",
    "last": "Markerlast",
    "street": "77 Marker Street",
    "city": "Markerville",
}
ADDRESS = {
    "first_name": MARKERS["first"],
    "last_name": MARKERS["last"],
    "address1": MARKERS["street"],
    "city": MARKERS["city"],
    "country_code": "US",
    "phone": MARKERS["phone"],
}
PERSON = {
    "email": MARKERS["email"],
    "phone": MARKERS["phone"],
    "first_name": MARKERS["first"],
    "last_name": MARKERS["last"],
    "default_address": ADDRESS,
}
ORDER = kit.sample("shopify/order_fulfilled")
MARKED = ORDER | {
    "email": MARKERS["email"],
    "contact_email": MARKERS["email"],
    "phone": MARKERS["phone"],
    "customer": ORDER["customer"] | PERSON,
    "billing_address": ADDRESS,
    "shipping_address": ADDRESS,
    "note": MARKERS["last"],
}
CUSTOMER = kit.sample("shopify/customer_create") | PERSON | {"addresses": [ADDRESS]}
REDACT = kit.sample("shopify/privacy_customers_redact") | {
    "shop_domain": "demo.myshopify.com",
    "customer": {"id": 5, "email": MARKERS["email"], "phone": MARKERS["phone"]},
}
FREE_KEYS = {"shop_id": 1, "shop_domain": "demo.myshopify.com", MARKERS["email"]: 1}


def wrong(error: Exception) -> Callable[[pytest.MonkeyPatch, Orders], None]:
    def arrange(patch: pytest.MonkeyPatch, orders: Orders) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise error

        patch.setattr(intake, "record", fail)

    return arrange


def right(_patch: pytest.MonkeyPatch, _orders: Orders) -> None:
    return None


def aws_error(operation: str) -> ClientError:
    told = {"Error": {"Code": "ValidationException", "Message": f"bad: {MARKERS}"}}
    return ClientError(told, operation)  # type: ignore[arg-type]


CASES: dict[str, tuple[dict[str, Any], str, dict[str, Any], Any, int]] = {
    "recorded": (MARKED, "orders/create", {}, right, 200),
    "a customer": (CUSTOMER, "customers/update", {}, right, 200),
    "a privacy request": (REDACT, "customers/redact", {}, right, 200),
    "ignored": (MARKED, "products/create", {}, right, 200),
    "not its model": (MARKED | {"total_price": MARKERS["phone"]}, "orders/create", {}, right, 200),
    "not its topic": (MARKED, "customers/create", {}, right, 200),
    "a field that is named by a person": (FREE_KEYS, "shop/redact", {}, right, 200),
    "a bad e-mail": (MARKED | {"email": {"x": MARKERS["email"]}}, "orders/paid", {}, right, 200),
    "bad signature": (MARKED, "orders/create", {"secret": "wrong"}, right, 401),
    "other shop": (MARKED, "orders/create", {"shop": MARKERS["email"]}, right, 401),
    "unknown source": (MARKED, "orders/create", {"source": MARKERS["email"]}, right, 404),
    "our mistake": (MARKED, "orders/create", {}, wrong(KeyError(str(MARKERS))), 200),
    "busy": (MARKED, "orders/create", {}, wrong(Conflict(str(MARKERS))), 503),
    "DynamoDB refuses for good": (MARKED, "orders/create", {}, wrong(aws_error("PutItem")), 200),
    "AWS is away": (
        MARKED, "orders/create", {},
        wrong(EndpointConnectionError(endpoint_url=MARKERS["email"])), 503,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_no_log_line_holds_anything_personal(
    orders: Orders,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    body, topic, how, arrange, expected = CASES[name]
    arrange(monkeypatch, orders)
    for handler in orders.app.LOG.handlers:
        monkeypatch.setattr(handler, "stream", sys.stdout)
    with caplog.at_level("DEBUG"):
        status, answer = orders.invoke(kit.webhook_event(body, topic, **how))
    assert status == expected
    output = capsys.readouterr()
    told = f"{output.out}{output.err}{caplog.text}{answer}"
    told += repr([record.__dict__ for record in caplog.records])
    assert output.out, "a handler says what it did"
    for line in output.out.splitlines():
        json.loads(line)
    for marker in MARKERS.values():
        assert marker not in told
        assert base64.b64encode(marker.encode()).decode() not in told


def test_nothing_personal_is_stored_in_clear(orders: Orders) -> None:
    for body, topic in ((MARKED, "orders/create"), (CUSTOMER, "customers/update"),
                        (REDACT, "customers/redact"), (MARKED, "customers/create")):  # fmt: skip
        orders.post(body, topic)
    stored = repr(orders.items) + repr(orders.recorder.table.items("keys"))  # type: ignore[attr-defined]
    for marker in MARKERS.values():
        assert marker not in stored
