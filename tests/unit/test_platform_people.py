"""Whom a body names: identifiers, traits and consents of each platform's bodies."""

from typing import Any

import pytest

from mteja.orders.platforms import available, platform
from mteja.orders.platforms.message import Message
from mteja.orders.platforms.person import Address, Name, Person
from mteja.recording.facts import Fact
from mteja.times import parse_rfc3339
from tests import kit, platforms


def fact(name: str, body: dict[str, Any], topic: str = "", **source: Any) -> Fact:
    """Return what a platform's module makes of a body."""
    raw = kit.raw(body)
    sender = platform(name)
    headers = {"X-WC-Webhook-Topic": topic, "X-Shopify-Topic": topic}
    named = sender.identify(platforms.webhook(headers, raw))
    made = sender.normalise(Message(raw, named, platforms.source(name, **source), kit.NOW_MS, "US"))
    assert made is not None
    return made


def known(made: Fact) -> dict[str, str]:
    return {one.kind: one.value for one in made.identifiers}


def stated(made: Fact) -> list[tuple[str, str, str]]:
    return [(one.purpose, one.status, one.channel) for one in made.consents]


def session(**told: Any) -> dict[str, Any]:
    body = kit.sample("stripe/checkout_session_completed")
    body["data"]["object"] |= told
    return body


def stripe_charge(**told: Any) -> dict[str, Any]:
    body = kit.sample("stripe/charge_succeeded")
    body["data"]["object"] |= told
    return body


def language(made: Fact) -> tuple[str | None, int | None]:
    return made.language, made.language_at


def test_a_checkout_says_which_language_was_read_when_the_order_was_placed() -> None:
    body = kit.changed(kit.sample("shopify/order_fulfilled"), customer_locale="sw-TZ")
    placed = parse_rfc3339("2016-07-30T22:36:16.385Z")
    body |= {"processed_at": "2016-07-30T22:36:16.385Z", "updated_at": "2026-01-01T00:00:00Z"}
    assert language(fact("shopify", body, "orders/updated")) == ("sw-TZ", placed)
    order = platforms.standard_order()
    order["data"]["customer"]["language"] = "ca"
    at = parse_rfc3339(order["data"]["placed_at"])
    assert language(fact("standard", order)) == ("ca", at)


@pytest.mark.parametrize(("locale", "told"), [("pt-BR", "pt-BR"), (None, None)])
def test_stripes_pages_say_their_language(locale: str | None, told: str | None) -> None:
    assert fact("stripe", session(locale=locale)).language == told


@pytest.mark.parametrize(("preferred", "told"), [(["sw", "en"], "sw"), ([], None), (None, None)])
def test_stripes_customers_have_languages(preferred: list[str] | None, told: str | None) -> None:
    body = kit.sample("stripe/customer_created")
    body["data"]["object"]["preferred_locales"] = preferred
    assert fact("stripe", body).language == told


@pytest.mark.parametrize(
    ("promotions", "consents"),
    [
        ("opt_in", [("marketing-email", "granted", "checkout")]),
        ("opt_out", [("marketing-email", "denied", "checkout")]),
        (None, []),
        ("something new", []),
    ],
)
def test_stripes_promotions(promotions: str | None, consents: list[Any]) -> None:
    assert stated(fact("stripe", session(consent={"promotions": promotions}))) == consents


@pytest.mark.parametrize(
    ("unsubscribed", "consents"),
    [(True, [("marketing-email", "withdrawn", "shop")]), (False, []), (None, [])],
)
def test_squares_unsubscribed(unsubscribed: bool | None, consents: list[Any]) -> None:
    body = kit.sample("square/customer_updated")
    body["data"]["object"]["customer"]["preferences"] = {"email_unsubscribed": unsubscribed}
    assert stated(fact("square", body)) == consents


@pytest.mark.parametrize(
    ("kind", "accepts", "consents"),
    [
        ("order.created", True, [("marketing-email", "granted", "checkout")]),
        ("order.created", False, []),
        ("order.created", None, []),
        ("customer.updated", True, [("marketing-email", "granted", "shop")]),
        ("customer.updated", False, [("marketing-email", "denied", "shop")]),
    ],
)
def test_our_own_accepts_marketing(kind: str, accepts: bool | None, consents: list[Any]) -> None:
    body = platforms.standard_order(type=kind, data__customer__accepts_marketing=accepts)
    assert stated(fact("standard", body)) == consents


def test_a_customer_of_our_own_may_stand_in_data_or_in_customer() -> None:
    customer = platforms.standard_order()["data"]["customer"]
    within = {"type": "customer.updated", "timestamp": "2026-11-22T06:00:00Z"}
    one = fact("standard", within | {"data": customer})
    two = fact("standard", within | {"data": {"customer": customer}})
    assert one.identifiers == two.identifiers
    assert one.traits == two.traits
    assert one.observed_at == 1_795_327_200_000


def test_cards_are_identifiers_unless_they_were_refused() -> None:
    assert known(fact("stripe", stripe_charge()))["card"] == "ZoVSX2dK5igWt2SB"
    assert "card" not in known(fact("stripe", kit.sample("stripe/charge_failed")))
    body = kit.sample("square/payment_created")
    assert known(fact("square", body))["card"].startswith("sq-1-")
    body["data"]["object"]["payment"]["status"] = "FAILED"
    assert "card" not in known(fact("square", body))


def test_what_a_card_form_asks_for_is_no_address() -> None:
    details = {
        "email": "a@shop.example",
        "name": "Asha Mushi",
        "phone": "+255712345678",
        "address": {"country": "TZ", "postal_code": "11101"},
    }
    made = fact("stripe", session(customer_details=details))
    assert made.traits == {
        "email": "a@shop.example",
        "phone": "+255712345678",
        "name": {"full": "Asha Mushi"},
    }
    assert known(made) == {
        "customer@stripe-demo": "cus_00000000000000",
        "email": "a@shop.example",
        "phone": "+255712345678",
    }


def test_a_parcel_to_somebody_else_gives_the_address_and_not_the_name() -> None:
    billing = {"name": "Asha Mushi", "email": "a@shop.example", "address": {"line1": "Here 1"}}
    made = fact("stripe", stripe_charge(billing_details=billing))
    assert made.traits["name"] == {"full": "Asha Mushi"}
    assert isinstance(made.traits["address"], dict)
    assert made.traits["address"]["line1"] == "510 Townsend St"


def test_expanded_objects_are_their_ids() -> None:
    body = stripe_charge(customer={"id": "cus_7"}, payment_intent={"id": "pi_7", "amount": 1})
    made = fact("stripe", body)
    assert known(made)["customer@stripe-demo"] == "cus_7"
    assert made.order is not None
    assert made.order.order_id == "pi_7"


@pytest.mark.parametrize(
    ("told", "belongs_to"),
    [
        ({"metadata": {"order_id": "727"}, "client_reference_id": "x"}, "727"),
        ({"client_reference_id": "1001"}, "1001"),
        ({"metadata": {"order_id": ""}}, None),
        ({}, None),
    ],
)
def test_the_order_that_a_payment_pays(told: dict[str, Any], belongs_to: str | None) -> None:
    made = fact("stripe", session(**told), role="payments")
    assert made.order is not None
    assert made.order.attached
    assert made.order.state is not None
    assert made.order.state.belongs_to == belongs_to


@pytest.mark.parametrize(
    ("told", "channel"),
    [
        ({}, "web"),
        ({"application_details": {"square_product": "SQUARE_POS"}}, "till"),
        ({"application_details": {"square_product": "ECOMMERCE_API"}}, "web"),
        ({"application_details": {"square_product": "VIRTUAL_TERMINAL"}}, "phone"),
        ({"source_type": "CASH", "card_details": None}, "till"),
        ({"card_details": {"entry_method": "CONTACTLESS"}}, "till"),
    ],
)
def test_where_a_square_payment_was_made(told: dict[str, Any], channel: str) -> None:
    body = kit.sample("square/payment_created")
    body["data"]["object"]["payment"] |= told
    made = fact("square", body)
    assert made.order is not None
    assert made.order.state is not None
    assert made.order.state.channel == channel


@pytest.mark.parametrize(
    ("created_via", "channel"),
    [("checkout", "web"), ("rest-api", "web"), ("admin", "phone"), ("pos-rest-api", "till")],
)
def test_where_a_woocommerce_order_was_made(created_via: str, channel: str) -> None:
    body = kit.sample("woocommerce/order_created_guest") | {"created_via": created_via}
    made = fact("woocommerce", body, "order.created")
    assert made.order is not None
    assert made.order.state is not None
    assert made.order.state.channel == channel
    assert made.order.state.lines[1].title == "Ship Your Idea \u2013 Color: Black, Size: M Test"
    assert made.order.state.placed_at == 1_490_210_882_000
    assert [one.kind for one in made.identifiers] == ["email"]


def test_an_account_deleted_is_a_note() -> None:
    square = kit.sample("square/customer_updated") | {"type": "customer.deleted"}
    own = platforms.standard_order(type="customer.deleted")
    for made in (
        fact("woocommerce", {"id": 25}, "customer.deleted"),
        fact("stripe", kit.sample("stripe/customer_deleted")),
        fact("square", square),
        fact("standard", own),
    ):
        (note,) = made.happenings
        assert (note.kind, note.data["text"]) == ("note", "account deleted in the shop")
        assert [one.kind for one in made.identifiers] == [f"customer@{made.source}"]
        assert made.receipt is not None


ORDERS = {
    "shopify": (kit.sample("shopify/order_fulfilled"), "orders/create"),
    "woocommerce": (kit.sample("woocommerce/order_updated_completed"), "order.updated"),
    "stripe": (kit.sample("stripe/charge_succeeded"), ""),
    "square": (kit.sample("square/payment_created"), ""),
    "standard": (platforms.standard_order(), ""),
}


@pytest.mark.parametrize("name", sorted(available()))
def test_what_a_source_of_payments_tells_is_attached_on_every_platform(name: str) -> None:
    body, topic = ORDERS[name]
    told = [fact(name, body, topic, role=role).order for role in ("orders", "payments")]
    assert [None if one is None else one.attached for one in told] == [False, True]


def test_an_order_deleted_is_told_apart_by_its_delivery() -> None:
    sender, source = platform("woocommerce"), platforms.source("woocommerce")
    digests = set()
    for delivery in ("one", "one", "two"):
        headers = {
            "X-WC-Webhook-Topic": "order.deleted",
            "X-WC-Webhook-Delivery-ID": delivery,
        }
        named = sender.identify(platforms.webhook(headers, b'{"id": 727}'))
        made = sender.normalise(Message(b'{"id": 727}', named, source, kit.NOW_MS, "US"))
        assert made is not None
        assert made.order is not None
        assert made.order.order_id == "727"
        digests.add(made.order.digest)
    assert len(digests) == 2


def test_a_person() -> None:
    person = Person(
        "7",
        emails=(None, " ", "test@test.com", "A@shop.example"),
        phones=("", "12"),
        names=(Name(" ", ""), Name("A", None)),
        addresses=(Address(country="TZ"), Address(city=" Moshi ")),
    )
    assert [one.kind for one in person.identifiers("square-demo", "TZ")] == [
        "customer@square-demo",
        "email",
    ]
    assert person.traits("TZ") == {
        "email": "test@test.com",
        "phone": "12",
        "name": {"first": "A", "full": "A"},
        "address": {"city": "Moshi"},
    }
