"""An address that comes with an order: it stands from then on, with old and new in the timeline."""

from typing import Any

import pytest

from tests import kit, platforms
from tests.component.front import Front

MOVED: dict[str, str] = {"street": "Sokoine Road 9", "city": "Arusha"}
STAYED: dict[str, str] = {"street": "Boma Road 7", "city": "Moshi"}
EMAIL = "asha@example.com"


def shopify(number: int, where: dict[str, str], day: int) -> tuple[dict[str, Any], str]:
    address = {
        "first_name": "Asha", "last_name": "Mushi", "address1": where["street"], "address2": None,
        "city": where["city"], "province": None, "zip": "21101", "country": "Tanzania",
        "country_code": "TZ", "phone": None, "company": None, "name": "Asha Mushi",
    }  # fmt: skip
    at = f"2026-11-{day:02d}T10:00:00Z"
    body = kit.changed(
        kit.sample("shopify/order_fulfilled"),
        id=number, name=f"#{number}", email=EMAIL, contact_email=EMAIL, created_at=at,
        updated_at=at, processed_at=at, shipping_address=address, billing_address=address,
    )  # fmt: skip
    return body, "orders/create"


def woocommerce(number: int, where: dict[str, str], day: int) -> tuple[dict[str, Any], str]:
    body = kit.sample("woocommerce/order_batch_create_0_728")
    at = f"2026-11-{day:02d}T10:00:00"
    there = {"address_1": where["street"], "city": where["city"], "state": "", "country": "TZ"}
    return body | {
        "id": number, "number": str(number), "date_created_gmt": at, "date_modified_gmt": at,
        "date_paid_gmt": at,
        "billing": body["billing"] | there | {"email": EMAIL}, "shipping": body["shipping"] | there,
    }, "order.created"  # fmt: skip


def standard(number: int, where: dict[str, str], day: int) -> tuple[dict[str, Any], str]:
    body = platforms.standard_order()
    at = f"2026-11-{day:02d}T10:00:00Z"
    told = body["data"] | {"id": str(number), "number": str(number)}
    told |= {"placed_at": at, "updated_at": at}
    address = told["customer"]["address"] | {"line1": where["street"], "city": where["city"]}
    told["customer"] = told["customer"] | {"email": EMAIL, "address": address}
    return body | {"timestamp": at, "data": told}, ""


ORDERS = {"shopify": shopify, "woocommerce": woocommerce, "standard": standard}


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def function(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    app = kit.handler("orders")
    platforms.make_secrets()
    return app


@pytest.mark.parametrize("platform", ORDERS)
def test_the_address_of_the_latest_order_stands_and_the_old_one_is_kept(
    front: Front, function: Any, platform: str
) -> None:
    for number, where, day in ((1, STAYED, 1), (2, STAYED, 5), (3, MOVED, 9)):
        body, topic = ORDERS[platform](number, where, day)
        result = platforms.deliver(function, platform, body, topic, delivery=f"d-{number}")
        assert result == "recorded"
    customer = front.find_one(email=EMAIL)
    stands = front.person(customer)["traits"]["address"]
    assert (stands["value"]["line1"], stands["value"]["city"]) == tuple(MOVED.values())
    assert stands["observed_at"] == "2026-11-09T10:00:00.000Z"
    (entry,) = [
        one for one in front.timeline(customer, kind="trait")["items"]
        if one["data"]["field"] == "address"
    ]  # fmt: skip
    old, new = entry["data"]["old"], entry["data"]["new"]
    assert (old["line1"], new["line1"]) == (STAYED["street"], MOVED["street"])
    assert (entry["trust"], entry["at"], entry["data"]["late"]) == (
        "verified",
        "2026-11-09T10:00:00.000Z",
        False,
    )
    assert not [
        word
        for word in ("Sokoine", "Boma", "Arusha", "Moshi")
        if word in str([kit.all_items(), kit.all_items("keys")])
    ]


@pytest.mark.parametrize("platform", ORDERS)
def test_an_older_order_that_comes_late_changes_no_address(
    front: Front, function: Any, platform: str
) -> None:
    for number, where, day in ((2, MOVED, 9), (1, STAYED, 1)):
        body, topic = ORDERS[platform](number, where, day)
        platforms.deliver(function, platform, body, topic, delivery=f"d-{number}")
    customer = front.find_one(email=EMAIL)
    assert front.person(customer)["traits"]["address"]["value"]["city"] == MOVED["city"]
    entries = front.timeline(customer, kind="trait")["items"]
    assert [one["data"]["late"] for one in entries if one["data"]["field"] == "address"] == [True]


def changed_on(platform: str, body: dict[str, Any], at: str) -> dict[str, Any]:
    """Return an order as its shop tells it after a change at a time."""
    match platform:
        case "shopify":
            return body | {"updated_at": at}
        case "woocommerce":
            return body | {"date_modified_gmt": at.removesuffix("Z")}
    return body | {"timestamp": at, "data": body["data"] | {"updated_at": at}}


@pytest.mark.parametrize("platform", ORDERS)
def test_an_older_order_that_is_touched_later_changes_no_address_and_makes_none_fresh(
    front: Front, function: Any, platform: str
) -> None:
    """It is given back, or filed away: nobody has told their old address again."""
    first, topic = ORDERS[platform](1, STAYED, 1)
    second, _ = ORDERS[platform](2, MOVED, 20)
    touched = changed_on(platform, first, "2026-11-22T10:00:00Z")
    platforms.deliver(function, platform, first, topic, delivery="d-1")
    customer = front.find_one(email=EMAIL)
    platforms.deliver(function, platform, touched, topic, delivery="d-2")
    stands = front.person(customer)["traits"]["address"]
    assert stands["observed_at"] == "2026-11-15T10:10:04.800Z"
    platforms.deliver(function, platform, second, topic, delivery="d-3")
    again = changed_on(platform, first, "2026-11-25T10:00:00Z")
    platforms.deliver(function, platform, again, topic, delivery="d-4")
    stands = front.person(customer)["traits"]["address"]
    assert stands["value"]["city"] == MOVED["city"]
    assert stands["observed_at"] == "2026-11-20T10:00:00.000Z"


@pytest.mark.parametrize(("day", "platform"), [(3, "shopify"), (24, "shopify"), (24, "standard")])
def test_an_address_that_is_put_right_with_its_order_stands(
    front: Front, function: Any, day: int, platform: str
) -> None:
    first, topic = ORDERS[platform](1, STAYED, 1)
    put_right, _ = ORDERS[platform](1, MOVED, 1)
    at = f"2026-11-{day:02d}T10:00:00Z"
    deliveries = [
        (first, "d-1"),
        (changed_on(platform, first, "2026-11-20T10:00:00Z"), "d-2"),
        (changed_on(platform, put_right, at), "d-3"),
    ]
    if day < 20:
        del deliveries[1]
    for body, delivery in deliveries:
        platforms.deliver(function, platform, body, topic, delivery=delivery)
    customer = front.find_one(email=EMAIL)
    assert front.person(customer)["traits"]["address"]["value"]["city"] == MOVED["city"]


def test_the_same_address_again_is_only_seen_again(front: Front, function: Any) -> None:
    for number, day in ((1, 1), (2, 20)):
        body, topic = shopify(number, STAYED, day)
        platforms.deliver(function, "shopify", body, topic, delivery=f"d-{number}")
    customer = front.find_one(email=EMAIL)
    assert front.timeline(customer, kind="trait")["items"] == []
    stands = front.person(customer)["traits"]["address"]
    assert stands["observed_at"] == "2026-11-20T10:00:00.000Z"


def test_what_a_stranger_types_changes_no_address(front: Front, function: Any) -> None:
    body, topic = shopify(1, STAYED, 1)
    platforms.deliver(function, "shopify", body, topic)
    customer = front.find_one(email=EMAIL)
    forms = kit.handler("forms")
    typed = {"email": EMAIL, "address": {"line1": MOVED["street"], "city": MOVED["city"]}}
    event = kit.http_event(
        "POST", "/v1/forms/in-store", body=kit.raw(typed),
        headers={"content-type": "application/json"}, path_parameters={"form": "in-store"},
    )  # fmt: skip
    assert forms.lambda_handler(event, None)["statusCode"] == 202
    assert front.person(customer)["traits"]["address"]["value"]["city"] == STAYED["city"]
