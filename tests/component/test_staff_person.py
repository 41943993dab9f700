"""`GET /v1/customers/{id}`: a delivery goes in at the one handler, a person comes out at the
other.
"""

from typing import Any

import pytest

from mteja.aws import clients
from mteja.identity.identifiers import Identifier, Trust
from mteja.recording.facts import Consent, Fact, Receipt
from mteja.recording.record import Recorder, record
from mteja.store import keys
from mteja.times import rfc3339
from tests import kit
from tests.component.counter import (
    FULFILLED,
    NOBODY,
    PART_REFUNDED,
    Counter,
    order,
    stored,
    tamper,
)


@pytest.fixture
def counter(aws: dict[str, str]) -> Counter:
    return Counter()


def test_a_person_known_by_little_has_every_member_of_the_contract(counter: Counter) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")

    person = counter.person(customer)

    created_at = person.pop("created_at")
    assert created_at.endswith("Z")
    assert person == {
        "id": customer,
        "members": [customer],
        "trust": "verified",
        "traits": {
            "email": {
                "value": "foo@example.com",
                "verified": True,
                "source": "shopify-demo",
                "observed_at": "2025-04-02T16:31:05.000Z",
                "state": "fresh",
            }
        },
        "to_ask": ["name", "phone", "address"],
        "aside": [],
        "identifiers": [
            {
                "kind": "shopify:customer",
                "value": "1073339470",
                "verified": True,
                "source": "shopify-demo",
            },
            {
                "kind": "email",
                "value": "foo@example.com",
                "verified": True,
                "source": "shopify-demo",
            },
        ],
        "orders": {
            "count": 1,
            "net": {"USD": 19900},
            "first_at": "2025-04-02T16:31:05.000Z",
            "last_at": "2025-04-02T16:31:05.000Z",
        },
        "last_seen_at": "2025-04-02T16:31:05.000Z",
        "last_login_at": None,
        "language": None,
        "consents": [],
        "owns": [],
        "preorders": [],
        "candidates": [],
        "version": 1,
    }


def test_name_telephone_address_and_what_is_left_of_a_refunded_order(counter: Counter) -> None:
    counter.deliver(kit.sample(PART_REFUNDED))

    person = counter.person(counter.find_one(email="bob.norman@mail.example.com"))

    values = {field: trait["value"] for field, trait in person["traits"].items()}
    assert values == {
        "address": {
            "line1": "Chestnut Street 92",
            "line2": None,
            "city": "Louisville",
            "region": "KY",
            "postal_code": "40202",
            "country": "US",
        },
        "email": "bob.norman@mail.example.com",
        "name": {"first": "Bob", "last": "Norman", "full": "Bob Norman"},
        "phone": "+557734881234",
    }
    assert person["orders"]["net"] == {"USD": 38994}
    held = {(one["kind"], one["value"]) for one in person["identifiers"]}
    assert held == {
        ("shopify:customer", "207119551"),
        ("email", "bob.norman@mail.example.com"),
        ("phone", "+557734881234"),
        ("phone", "+16136120707"),
    }


def test_linked_members_are_one_person_whichever_is_asked_for(counter: Counter) -> None:
    one, two = counter.link_two()

    person = counter.person(one)

    assert person == counter.person(two)
    assert person["id"] == one
    assert person["members"] == [one, two]
    assert person["orders"]["count"] == 3
    assert person["orders"]["net"] == {"USD": 7000}
    assert person["orders"]["first_at"] == "2026-03-01T10:01:00.000Z"
    assert person["orders"]["last_at"] == "2026-03-01T10:03:00.000Z"
    assert {one["value"] for one in person["identifiers"]} == {
        "7",
        "a@example.com",
        "b@example.com",
    }
    versions = [item["v"] for item in stored("PROFILE")]
    assert person["version"] == sum(versions)


def test_the_newest_value_among_the_members_stands(counter: Counter) -> None:
    one, _ = counter.link_two()

    assert counter.person(one)["traits"]["email"]["value"] == "b@example.com"


def test_the_stricter_consent_of_the_sources_stands(counter: Counter, recorder: Recorder) -> None:
    counter.deliver(kit.changed(kit.sample(FULFILLED), buyer_accepts_marketing=True))
    customer = counter.find_one(email="foo@example.com")
    said = (
        Consent("marketing-email", "withdrawn", 1_000, "shop", "2024-05"),
        Consent("marketing-sms", "granted", 2_000, "shop"),
    )
    record(_fact("shopify-market", "foo@example.com", consents=said), recorder)

    assert counter.person(customer)["consents"] == [
        {
            "purpose": "marketing-email",
            "status": "withdrawn",
            "at": "1970-01-01T00:00:01.000Z",
            "channel": "shop",
            "text_version": "2024-05",
            "source": "shopify-market",
            "verified": True,
        },
        {
            "purpose": "marketing-sms",
            "status": "granted",
            "at": "1970-01-01T00:00:02.000Z",
            "channel": "shop",
            "text_version": None,
            "source": "shopify-market",
            "verified": True,
        },
    ]


def test_claims_stand_aside_once_the_customer_is_verified(
    counter: Counter, recorder: Recorder
) -> None:
    claimed = _fact(
        "shopify-market", "foo@example.com", trust=Trust.CLAIMED, traits={"name": {"full": "Fritz"}}
    )
    record(claimed, recorder)
    customer = counter.find_one(email="foo@example.com")
    before = counter.person(customer)
    counter.deliver(kit.sample(FULFILLED))

    after = counter.person(customer)

    assert before["trust"] == "claimed"
    assert before["traits"]["name"]["verified"] is False
    assert before["identifiers"][0]["verified"] is False
    assert after["trust"] == "verified"
    assert "name" not in after["traits"]
    assert after["aside"] == [
        {
            "field": "name",
            "value": {"first": None, "last": None, "full": "Fritz"},
            "verified": False,
            "source": "shopify-market",
            "observed_at": rfc3339(kit.NOW_MS),
        }
    ]


def test_who_shares_a_telephone_is_a_candidate_with_its_evidence(counter: Counter) -> None:
    counter.deliver(order(id=1, email="a@example.com", phone="+14155550123"))
    counter.deliver(order(id=2, email="b@example.com", phone="+14155550123", minute=1))
    one, two = counter.find_one(email="a@example.com"), counter.find_one(email="b@example.com")

    (candidate,) = counter.person(one)["candidates"]

    newest = counter.timeline(two, kind="order")["items"][0]["id"]
    assert candidate == {"customer": two, "evidence": [{"kind": "phone", "fact": newest}]}


@pytest.mark.parametrize("customer", [NOBODY, "cus_1", "someone@example.com", "ORDER"])
def test_nobody_of_that_id_is_404(counter: Counter, customer: str) -> None:
    for path in (f"/v1/customers/{customer}", f"/v1/customers/{customer}/timeline"):
        answer = counter.ask(path)
        assert answer.status == 404
        assert answer.body["type"] == "/problems/unknown-customer"


def test_whoever_is_being_erased_is_found_no_more(counter: Counter, recorder: Recorder) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")
    profile = recorder.table.get(keys.profile(customer))
    assert profile is not None
    recorder.table.put(profile | {"erased_at": kit.NOW_MS})

    assert counter.ask(f"/v1/customers/{customer}").status == 404
    assert counter.find(email="foo@example.com") == []


def test_a_tampered_value_is_shown_as_unreadable_and_hides_no_other(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.deliver(kit.sample(PART_REFUNDED))
    customer = counter.find_one(phone="+16136120707")
    tamper(customer, "address")
    capsys.readouterr()

    person = counter.person(customer)

    address = person["traits"]["address"]
    assert address["value"] is None
    assert address["unreadable"] is True
    assert person["traits"]["name"]["value"]["full"] == "Bob Norman"
    assert '"Unreadable":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_a_person_whose_key_is_destroyed_is_unreadable(counter: Counter) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")
    clients.dynamodb().delete_item(TableName="keys", Key={"pk": {"S": f"CUSTOMER#{customer}"}})

    person = counter.person(customer)

    assert person["traits"]["email"]["unreadable"] is True
    assert [one["value"] for one in person["identifiers"]] == [None, None]
    assert person["orders"]["count"] == 1


def test_another_customers_key_opens_nothing(counter: Counter) -> None:
    counter.deliver(order(id=1, email="a@example.com"))
    counter.deliver(order(id=2, email="b@example.com"))
    one, two = counter.find_one(email="a@example.com"), counter.find_one(email="b@example.com")
    dynamodb = clients.dynamodb()
    key = dynamodb.get_item(TableName="keys", Key={"pk": {"S": f"CUSTOMER#{two}"}})["Item"]
    dynamodb.put_item(TableName="keys", Item={**key, "pk": {"S": f"CUSTOMER#{one}"}})

    assert counter.person(one)["traits"]["email"]["value"] is None


def _fact(
    source: str,
    email: str,
    *,
    trust: Trust = Trust.VERIFIED,
    traits: dict[str, Any] | None = None,
    consents: tuple[Consent, ...] = (),
) -> Fact:
    return Fact(
        source=source,
        trust=trust,
        observed_at=kit.NOW_MS,
        received_at=kit.NOW_MS,
        identifiers=(Identifier("email", email),),
        traits=traits or {},
        consents=consents,
        receipt=Receipt(f"{source}-{trust}", None),
    )
