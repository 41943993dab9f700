"""Every real body of every platform, through the real handler onto tables, read back opened."""

import base64
import json
from typing import Any

import pytest

from mteja.customers.items import ProfileItem
from mteja.quarantine.quarantine import listed
from mteja.recording.record import Recorder
from mteja.store.wire import item_from_wire
from tests import kit, platforms
from tests.component.reading import customers_of, opened_traits

JOHN = {"first": "John", "last": "Doe", "full": "John Doe"}
MARKET = {
    "line1": "969 Market",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94103",
    "country": "US",
}
JOHNS = {
    "email": "john.doe@example.com",
    "phone": "(555) 555-5555",
    "name": JOHN,
    "address": MARKET,
}
TOWNSEND = {"line1": "510 Townsend St", "city": "San Francisco", "region": "CA"}
JENNY = {
    "name": {"full": "Jenny Rosen"},
    "address": TOWNSEND | {"postal_code": "94103", "country": "US"},
}
JENKINS = {
    "email": "jenkins+smorly@squareup.com",
    "name": {"first": "Jenkins", "last": "Smorly", "full": "Jenkins Smorly"},
}

# platform, body, topic, result, count, net, traits of the one customer (None: nobody is known)
BODIES: list[tuple[str, str, str, str, int, dict[str, int], dict[str, Any] | None]] = [
    ("woocommerce", "order_created_guest", "order.created", "recorded", 1, {"USD": 2935}, JOHNS),
    ("woocommerce", "order_list_0_727", "order.restored", "recorded", 1, {"USD": 2935}, JOHNS),
    (
        *("woocommerce", "order_updated_completed", "order.updated", "recorded"),
        *(1, {"USD": 2935}, JOHNS),
    ),
    (
        *("woocommerce", "order_batch_update_0_727", "order.updated", "recorded"),
        *(1, {"USD": 2935}, JOHNS),
    ),
    ("woocommerce", "order_batch_create_0_728", "order.created", "recorded", 0, {}, JOHNS),
    (
        *("woocommerce", "order_batch_create_1_729", "order.created", "recorded"),
        *(1, {"USD": 5440}, JOHNS),
    ),
    (
        *("woocommerce", "order_batch_delete_0_723", "order.updated", "recorded"),
        *(1, {"USD": 3900 - 1000 - 900}),
        {
            "email": "joao.silva@example.com",
            "phone": "(11) 1111-1111",
            "name": {"first": "João", "last": "Silva", "full": "João Silva"},
            "address": {
                "line1": "Av. Brasil, 432",
                "city": "Rio de Janeiro",
                "region": "RJ",
                "postal_code": "12345-000",
                "country": "BR",
            },
        },
    ),
    ("woocommerce", "customer_created", "customer.created", "recorded", 0, {}, JOHNS),
    (
        *("woocommerce", "customer_updated", "customer.updated", "recorded", 0, {}),
        JOHNS | {"name": {"first": "James", "last": "Doe", "full": "James Doe"}},
    ),
    ("woocommerce", "refund_created_rest", "order.updated", "quarantined", 0, {}, None),
    ("woocommerce", "customer_created", "order.created", "quarantined", 0, {}, None),
    ("woocommerce", "order_created_guest", "customer.created", "quarantined", 0, {}, None),
    ("woocommerce", "order_created_guest", "order.deleted", "quarantined", 0, {}, None),
    ("woocommerce", "order_created_guest", "product.updated", "ignored", 0, {}, None),
    ("woocommerce", "order_created_guest", "coupon.created", "ignored", 0, {}, None),
    ("woocommerce", "order_created_guest", "action.woocommerce_x", "ignored", 0, {}, None),
    ("stripe", "charge_succeeded", "", "recorded", 0, {}, JENNY),
    ("stripe", "payment_intent_succeeded", "", "recorded", 0, {}, JENNY),
    ("stripe", "charge_refunded", "", "recorded", 0, {}, {}),
    ("stripe", "charge_updated", "", "recorded", 0, {}, {}),
    ("stripe", "charge_failed", "", "recorded", 0, {}, None),
    ("stripe", "charge_dispute_created", "", "recorded", 0, {}, None),
    ("stripe", "charge_refund_updated", "", "ignored", 0, {}, None),
    (
        "stripe",
        "checkout_session_completed",
        "",
        "recorded",
        0,
        {},
        {"email": "stripe@example.com"},
    ),
    (
        *("stripe", "checkout_session_completed_payment_mode", "", "recorded", 0, {}),
        {"email": "example@example.com"},
    ),
    ("stripe", "invoice_paid", "", "recorded", 0, {}, {}),
    ("stripe", "customer_created", "", "recorded", 0, {}, {}),
    # Of an account that we never heard of, its deletion makes no customer.
    ("stripe", "customer_deleted", "", "recorded", 0, {}, None),
    ("stripe", "object_event", "", "ignored", 0, {}, None),
    ("stripe", "object_charge", "", "quarantined", 0, {}, None),
    ("stripe", "data_only_charge_updated", "", "quarantined", 0, {}, None),
    ("square", "payment_created", "", "recorded", 1, {"USD": 100}, {}),
    ("square", "refund_created", "", "recorded", 0, {}, None),
    (
        *("square", "customer_created", "", "recorded", 0, {}),
        JENKINS
        | {
            "phone": "+12126668929",
            "address": {
                "line1": "1018 40th Street",
                "city": "Oakland",
                "region": "CA",
                "postal_code": "94608",
            },
        },
    ),
    ("square", "customer_updated", "", "recorded", 0, {}, JENKINS | {"phone": "+13477947111"}),
    ("square", "order_created", "", "ignored", 0, {}, None),
    ("square", "order_updated", "", "ignored", 0, {}, None),
    ("square", "order_fulfillment_updated", "", "ignored", 0, {}, None),
    ("square", "invoice_payment_made", "", "ignored", 0, {}, None),
]


@pytest.fixture
def function(aws: dict[str, str]) -> Any:
    platforms.make_secrets()
    return kit.handler("orders")


def profiles() -> list[ProfileItem]:
    items = [item_from_wire(raw) for raw in kit.all_items()]
    return [ProfileItem.model_validate(one) for one in items if one["sk"] == "PROFILE"]


@pytest.mark.parametrize(
    ("platform", "name", "topic", "result", "count", "net", "traits"),
    BODIES,
    ids=[f"{one[0]}-{one[1]}-{one[2]}" for one in BODIES],
)
def test_a_real_body(
    function: Any,
    recorder: Recorder,
    platform: str,
    name: str,
    topic: str,
    result: str,
    count: int,
    net: dict[str, int],
    traits: dict[str, Any] | None,
) -> None:
    raw = kit.SAMPLES.joinpath(platform, f"{name}.json").read_bytes()
    assert platforms.deliver(function, platform, raw, topic) == result
    known = profiles()
    assert len(known) == (0 if traits is None else 1)
    for profile in known:
        assert profile.orders.count == count
        assert {currency: one[1] for currency, one in profile.orders.net.items()} == net
    for customer in customers_of("customers") if traits else []:
        assert opened_traits(recorder, customer) == traits
    assert len(list(listed(recorder.table))) == (result == "quarantined")
    again = platforms.deliver(function, platform, raw, topic)
    assert again == ("duplicate" if result == "recorded" else result)
    assert [one.orders for one in profiles()] == [one.orders for one in known]


def test_an_order_in_the_contracts_own_shape(function: Any, recorder: Recorder) -> None:
    body = platforms.standard_order()
    assert platforms.deliver(function, "standard", body) == "recorded"
    assert platforms.deliver(function, "standard", body, delivery="again") == "duplicate"
    (profile,) = profiles()
    assert (profile.orders.count, profile.orders.net) == (1, {"TZS": (1, 1_250_000)})
    assert profile.consents["marketing-email"]["standard-demo"][0] == "granted"
    assert sorted(one.kind for one in profile.identifiers) == [
        "customer@standard-demo",
        "email",
        "phone",
    ]
    (customer,) = customers_of("customers")
    assert opened_traits(recorder, customer) == {
        "email": "asha@example.com",
        "phone": "+255712345678",
        "name": {"first": "Asha", "last": "Mushi", "full": "Asha Mushi"},
        "address": {
            "line1": "Uhuru Street 5",
            "city": "Dar es Salaam",
            "region": "DS",
            "postal_code": "11101",
            "country": "TZ",
        },
    }


@pytest.mark.parametrize("platform", ["woocommerce", "stripe", "square", "standard"])
def test_a_bad_signature_is_401_and_stores_nothing(function: Any, platform: str) -> None:
    body = kit.raw(platforms.standard_order())
    event = platforms.event(platform, body, "order.created")
    for headers in ({}, dict.fromkeys(event["headers"], "é")):
        answer = function.lambda_handler(event | {"headers": headers}, None)
        assert answer["statusCode"] == 401
        assert json.loads(answer["body"])["type"] == "/problems/bad-signature"
    assert kit.all_items() == []


@pytest.mark.parametrize(
    ("platform", "body"),
    [
        (platform, body)
        for platform in ("woocommerce", "stripe", "square", "standard")
        for body in (b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"type": 7}', b'"' + b"x" * 999)
    ],
)
def test_what_is_authentic_and_no_body_of_theirs_is_kept(
    function: Any, recorder: Recorder, platform: str, body: bytes
) -> None:
    event = platforms.event(platform, b"", "order.created")
    event["headers"] = {
        name.lower(): value
        for name, value in platforms.headers(platform, body, "order.created").items()
    }
    event["body"], event["isBase64Encoded"] = base64.b64encode(body).decode(), True
    answer = function.lambda_handler(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"result": "quarantined"})
    (waiting,) = listed(recorder.table)
    assert waiting.source == f"{platform}-demo"


def test_the_ping_of_woocommerce_is_200_and_stores_nothing(function: Any) -> None:
    event = kit.http_event(
        "POST",
        "/v1/webhooks/woocommerce-demo",
        body=b"webhook_id=12",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        path_parameters={"source": "woocommerce-demo"},
        base64_body=True,
    )
    answer = function.lambda_handler(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"result": "ignored"})
    event["pathParameters"] = {"source": "stripe-demo"}
    assert function.lambda_handler(event, None)["statusCode"] == 401
    assert kit.all_items() == []


def test_the_test_notification_of_square_is_ignored(function: Any) -> None:
    body = {
        "merchant_id": "MLEFBHHSJGVHD",
        "type": "webhooks.test_notification",
        "event_id": "ac3ac95b-f97d-458c-a6e6-18981597e05f",
        "created_at": "2022-07-13T20:30:59.037339943Z",
        "data": {"type": "webhooks", "id": "bc368e64-01aa-407e-b46e-3231809b1129"},
    }
    assert platforms.deliver(function, "square", body) == "ignored"
    assert kit.all_items() == []
