"""`GET /v1/customers?…`: who is found by what staff know."""

import pytest

from mteja.customers import find
from mteja.identity.identifiers import Identifier, Trust
from mteja.recording.facts import Fact, Receipt
from mteja.recording.record import Recorder, record
from tests import kit
from tests.component.counter import FULFILLED, PART_REFUNDED, Counter, order

BOB_HOLDS = ["+557734881234", "+16136120707"]


@pytest.fixture
def counter(aws: dict[str, str]) -> Counter:
    return Counter()


def test_a_line_of_the_list_has_every_member_of_the_contract(counter: Counter) -> None:
    counter.deliver(kit.sample(PART_REFUNDED))

    answer = counter.ask("/v1/customers", email="bob.norman@mail.example.com")

    (item,) = answer.body["items"]
    assert item.pop("id").startswith("cus_")
    assert item == {
        "name": "Bob Norman",
        "email": "bob.norman@mail.example.com",
        "phone": "+557734881234",
        "matched_on": "email",
        "trust": "verified",
    }
    assert answer.body["next"] is None
    assert answer.headers == {"content-type": "application/json", "cache-control": "no-store"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "BOB.Norman@mail.example.com"),
        ("email", " bob.norman@mail.example.com "),
        ("phone", "+16136120707"),
        ("phone", " 16136120707"),
        ("phone", "+1 (613) 612-0707"),
        ("phone", "0707"),
        ("phone", "120707"),
        ("phone", "613-612-0707"),
        ("phone", "001 613 612 0707"),
        ("phone", "16136120707"),
        ("order", "450789469"),
        ("order", "#1001"),
        ("order", "1001"),
    ],
)
def test_whoever_is_told_of_so_is_found(counter: Counter, field: str, value: str) -> None:
    counter.deliver(kit.sample(PART_REFUNDED))

    (item,) = counter.find(**{field: value})

    assert item["name"] == "Bob Norman"
    assert item["matched_on"] == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody@example.com"),
        ("phone", "+14155550199"),
        ("phone", "0199"),
        ("phone", "990707"),
        ("order", "#1"),
        ("card", "fingerprint-of-nobody"),
        ("loyalty", "L-1"),
    ],
)
def test_nobody_found_is_an_empty_list(counter: Counter, field: str, value: str) -> None:
    counter.deliver(kit.sample(PART_REFUNDED))

    answer = counter.ask("/v1/customers", {field: value})

    assert answer.status == 200
    assert answer.body == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "query"),
        ({"name": "Bob"}, "name"),
        ({"a@example.com": ""}, "query"),
        ({"email": "a@example.com", "phone": "+16136120707"}, "phone"),
        ({"email": ""}, "email"),
        ({"email": "not an address"}, "email"),
        ({"phone": "123"}, "phone"),
        ({"phone": "+1"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"phone": " "}, "phone"),
        ({"order": " # "}, "order"),
        ({"card": "4242 4242 4242 4242"}, "card"),
        ({"loyalty": " "}, "loyalty"),
        ({"email": f"{'a' * 250}@example.com"}, "email"),
        ({"phone": "0707", "cursor": "made-up"}, "cursor"),
    ],
)
def test_what_can_not_be_asked_is_422_and_names_the_field(
    counter: Counter, query: dict[str, str], field: str
) -> None:
    answer = counter.ask("/v1/customers", query)

    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["type"] == "/problems/invalid-field"
    assert [one["field"] for one in answer.body["errors"]] == [field]


def test_a_plus_that_the_query_string_made_a_space_is_a_plus(counter: Counter) -> None:
    counter.deliver(order(id=1, email="ann+shop@example.com"))

    assert counter.find_one(email="ann shop@example.com")


def test_members_of_one_person_are_one_line(counter: Counter) -> None:
    one, two = counter.link_two()

    assert counter.find_one(email="a@example.com") == one
    assert counter.find_one(email="b@example.com") == one
    assert counter.find_one(order="9002") == one
    assert two != one


def test_all_who_share_a_telephone_are_found(counter: Counter) -> None:
    counter.deliver(order(id=1, email="a@example.com", phone="+14155550123"))
    counter.deliver(order(id=2, email="b@example.com", phone="+14155550123"))

    assert {one["email"] for one in counter.find(phone="+14155550123")} == {
        "a@example.com",
        "b@example.com",
    }
    assert len(counter.find(phone="0123")) == 2


def test_more_digits_narrow_the_candidates(counter: Counter) -> None:
    counter.deliver(order(id=1, email="a@example.com", phone="+14155550123"))
    counter.deliver(order(id=2, email="b@example.com", phone="+14155560123"))

    assert len(counter.find(phone="0123")) == 2
    assert [one["phone"] for one in counter.find(phone="50123")] == ["+14155550123"]


def test_a_verified_holder_shadows_whoever_claims_the_same(
    counter: Counter, recorder: Recorder
) -> None:
    record(_claim("claimer@example.com", "+14155550123"), recorder)
    (claimed,) = counter.find(phone="+14155550123")
    counter.deliver(order(id=1, email="owner@example.com", phone="+14155550123"))

    (verified,) = counter.find(phone="+14155550123")

    assert (claimed["trust"], verified["trust"]) == ("claimed", "verified")
    assert verified["email"] == "owner@example.com"
    assert [one["email"] for one in counter.find(phone="0123")] == ["owner@example.com"]


def test_a_hint_finds_nobody(counter: Counter, recorder: Recorder) -> None:
    counter.deliver(order(id=1, email="a@example.com"))
    record(_claim("a@example.com", "+14155550123"), recorder)

    assert counter.find(phone="+14155550123") == []
    assert counter.find(phone="0123") == []
    assert counter.find(phone="550123") == []


def test_an_order_of_nobody_finds_nobody(counter: Counter) -> None:
    counter.deliver(kit.sample("shopify/order_guest_empty_email_no_customer"))

    assert (
        counter.find(order=kit.sample("shopify/order_guest_empty_email_no_customer")["name"]) == []
    )


def test_one_number_of_two_shops_finds_both_customers(counter: Counter) -> None:
    counter.deliver(kit.sample(FULFILLED))
    market = kit.changed(
        kit.sample(FULFILLED), email="m@example.com", contact_email="m@example.com", customer=None
    )
    counter.deliver(market, source="shopify-market", shop="demo-market.myshopify.com")

    assert {one["email"] for one in counter.find(order="#1002")} == {
        "foo@example.com",
        "m@example.com",
    }


def test_many_candidates_come_in_pages(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "ENDINGS_A_PAGE", 2)
    for number in range(5):
        phone = f"+1415555{number}123"
        counter.deliver(order(id=number + 1, email=f"{number}@example.com", phone=f"{phone}"))
    counter.deliver(order(id=9, email="x@example.com", phone="+14155559999"))
    for number in range(3):
        phone = f"+14155{number + 2}01123"
        counter.deliver(order(id=20 + number, email=f"p{number}@example.com", phone=phone))

    found: list[str] = []
    query = {"phone": "1123"}
    pages = 0
    while True:
        answer = counter.ask("/v1/customers", query)
        found += [one["email"] for one in answer.body["items"]]
        pages += 1
        if answer.body["next"] is None:
            break
        query["cursor"] = answer.body["next"]

    assert pages == 2
    assert sorted(found) == ["1@example.com", "p0@example.com", "p1@example.com", "p2@example.com"]


def _claim(email: str, phone: str) -> Fact:
    return Fact(
        source="shopify-demo",
        trust=Trust.CLAIMED,
        observed_at=kit.NOW_MS,
        received_at=kit.NOW_MS,
        identifiers=(Identifier("email", email), Identifier("phone", phone)),
        receipt=Receipt(f"claim-{email}", None),
    )
