"""Real bodies: what they say of a person becomes a customer."""

from typing import Any

import pytest

from mteja.orders import counting
from mteja.store import keys
from tests import kit, reading
from tests.component.conftest import Orders
from tests.component.fulfilled import ORDER, entry, only_profile, order_item


def test_a_real_order_becomes_a_customer_with_everything_it_says(orders: Orders) -> None:
    body = kit.sample("shopify/order_create_partially_refunded")
    orders.post(body, "orders/create")
    (customer,) = reading.profiles(orders.recorder)
    assert reading.opened(orders.recorder, customer) == {
        "email": "bob.norman@mail.example.com",
        "phone": "+557734881234",
        "name": {"first": "Bob", "last": "Norman", "full": "Bob Norman"},
        "address": {
            "line1": "Chestnut Street 92",
            "city": "Louisville",
            "region": "KY",
            "postal_code": "40202",
            "country": "US",
        },
    }
    profile = only_profile(orders)
    assert profile.orders.model_dump() == {
        "count": 1,
        "net": {"USD": (1, 59_894 - 20_900)},
        "first": 1_199_980_800_000,
        "last": 1_199_980_800_000,
    }
    data = entry(orders)
    assert data["total"] == 59_894
    assert data["refunded"] == 20_900
    assert data["discount_codes"] == ["TENOFF"]
    assert len(data["lines"]) == len(body["line_items"])


def test_an_id_beyond_two_to_the_53_keeps_all_its_digits(orders: Orders) -> None:
    body = kit.changed(ORDER, id=820982911946154508, customer__id=115310627314723954)
    orders.post(body, "orders/create")
    assert order_item(orders, 820982911946154508).customer is not None
    assert (
        reading.owner_of(orders.recorder, "customer@shopify-demo", "115310627314723954")
        == order_item(orders, 820982911946154508).customer
    )


@pytest.mark.parametrize("order_id", [123456, 820982911946154508])
def test_the_admins_test_notification_counts_nothing(orders: Orders, order_id: int) -> None:
    body = kit.sample("shopify/order_admin_test_notification_style") | {"id": order_id}
    assert orders.post(body, "orders/create") == "recorded"
    assert only_profile(orders).orders.count == 0
    assert entry(orders)["test"] is True


def test_an_order_whose_customer_is_removed_later_stays_theirs(orders: Orders) -> None:
    orders.post(kit.sample("shopify/order_create_partially_refunded"), "orders/create")
    before = order_item(orders, 450789469).customer
    removed = kit.sample("shopify/order_customer_removed")
    orders.post(removed, "orders/updated")
    assert order_item(orders, 450789469).customer == before
    gone = removed | {"email": "", "contact_email": None, "updated_at": "2025-04-03T00:00:00Z"}
    orders.post(gone, "orders/updated")
    assert order_item(orders, 450789469).customer == before
    assert only_profile(orders).orders.count == 1


def test_an_address_changed_later_is_one_more_of_the_same_customer(orders: Orders) -> None:
    orders.post(kit.sample("shopify/order_create_partially_refunded"), "orders/create")
    orders.post(kit.sample("shopify/order_updated_email_changed"), "orders/updated")
    kinds = [one.kind for one in only_profile(orders).identifiers]
    assert kinds.count("email") == 2
    (customer,) = reading.profiles(orders.recorder)
    assert reading.opened(orders.recorder, customer)["email"] == "a-different@email.com"
    (change,) = [
        one for one in reading.entries(orders.recorder, "trait") if one.data["field"] == "email"
    ]
    assert change.data["late"] is False


def test_an_order_with_an_empty_address_and_no_customer_is_nobodys(orders: Orders) -> None:
    body = kit.sample("shopify/order_guest_empty_email_no_customer")
    assert orders.post(body, "orders/create") == "recorded"
    assert reading.profiles(orders.recorder) == {}
    item = order_item(orders, body["id"])
    assert item.customer is None
    assert counting.net(item) == 19_900
    (one,) = reading.entries(orders.recorder, "order")
    assert one.pk == keys.order_partition("shopify-demo", str(body["id"]))


NOBODY: dict[str, Any] = {
    "customer": None, "email": "", "contact_email": None, "phone": None,
    "billing_address": None, "shipping_address": None,
}  # fmt: skip


def test_a_telephone_alone_makes_a_customer_known_by_it(orders: Orders) -> None:
    for number in range(2):
        body = ORDER | NOBODY | {"id": number + 5, "phone": "+255 754 123 456"}
        orders.post(body, "orders/create")
    profile = only_profile(orders)
    assert [one.kind for one in profile.identifiers] == ["phone"]
    assert profile.orders.count == 2


@pytest.mark.parametrize(
    ("source", "recognised"), [("shopify-market", True), ("shopify-demo", False)]
)
def test_national_digits_are_read_in_the_sources_country_or_not_at_all(
    orders: Orders, source: str, recognised: bool
) -> None:
    shops = {"shopify-market": "demo-market.myshopify.com", "shopify-demo": "demo.myshopify.com"}
    body = ORDER | NOBODY | {"phone": "0754 123 456"}
    orders.post(body, "orders/create", source=source, shop=shops[source])
    assert bool(reading.profiles(orders.recorder)) == recognised


def test_a_name_without_any_identifier_is_kept_sealed_with_its_order(orders: Orders) -> None:
    address = {"first_name": "Jane", "last_name": "Doe", "address1": "1 Main St"}
    orders.post(ORDER | NOBODY | {"shipping_address": address}, "orders/create")
    item = order_item(orders)
    assert item.loose is not None
    assert "Jane" not in repr(orders.items)


@pytest.mark.parametrize("shared", ["null", "test@test.com", "noemail@example.com", "anonymous"])
def test_an_address_that_everybody_gives_joins_nobody(orders: Orders, shared: str) -> None:
    for number in range(2):
        body = ORDER | NOBODY | {"id": number + 5, "email": shared}
        orders.post(body, "orders/create")
    assert reading.profiles(orders.recorder) == {}
