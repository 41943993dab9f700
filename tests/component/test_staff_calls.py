"""Calls, sales and notes that staff write down (contract, "Customers")."""

from typing import Any

import pytest

from mteja.heard_from import CHANNELS
from tests import kit
from tests.component.counter import NOBODY, SUB, order, stored
from tests.component.front import ANALYST, Front

PHONE = "+14155550123"
EMAIL = "asha@example.com"
CALL = {
    "who": "Asha, I think",
    "why": "The lamp flickers.\r\nSince Monday.",
    "outcome": "A new one is sent",
    "heard_from": "friend",
    "kind": "complaint",
}
SALE = {
    "currency": "USD",
    "total": 2500,
    "lines": [{"product_id": "p1", "sku": "s1", "title": "Lamp", "quantity": 2, "total": 2500}],
}


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def asha(front: Front) -> str:
    return str(front.told("/v1/customers", {"email": EMAIL, "phone": PHONE, "name": "Asha"})["id"])


def only(front: Front, customer: str, kind: str) -> dict[str, Any]:
    (entry,) = front.timeline(customer, kind=kind)["items"]
    return dict(entry)


def test_a_call_is_in_the_timeline_as_it_was_told(front: Front, asha: str) -> None:
    told = front.told(f"/v1/customers/{asha}/calls", CALL)

    assert set(told) == {"id"}
    entry = only(front, asha, "call")
    assert entry["id"] == told["id"]
    assert (entry["source"], entry["trust"], entry["customer"]) == ("staff", "verified", asha)
    assert entry["data"] == {
        "kind": "complaint",
        "heard_from": "friend",
        "who": "Asha, I think",
        "why": "The lamp flickers.\nSince Monday.",
        "outcome": "A new one is sent",
        "by": SUB,
    }
    assert front.ask("/v1/tasks").body == {"items": [], "codes": [], "next": None}


def test_what_was_said_is_sealed_and_what_is_counted_is_not(front: Front, asha: str) -> None:
    front.told(f"/v1/customers/{asha}/calls", CALL | {"follow_up_on": "2026-12-01"})
    front.told(f"/v1/customers/{asha}/notes", {"text": "A dog that bites"})

    (logged,) = kit.logged("call")
    assert logged["data"] == {"kind": "complaint", "heard_from": "friend", "by": SUB}
    assert not [
        word
        for word in ("flickers", "Asha", "new one", "dog")
        if word in str([kit.all_items(), kit.all_items("keys")])
    ]


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ({"why": "Opening hours"}, {"kind": "other", "why": "Opening hours"}),
        ({"kind": "question"}, {"kind": "question"}),
        ({"who": " ", "why": "", "outcome": None, "kind": "order"}, {"kind": "order"}),
        ({"heard_from": "dont-remember"}, {"kind": "other", "heard_from": "dont-remember"}),
    ],
)
def test_of_a_call_any_part_is_enough(
    front: Front, asha: str, body: dict[str, Any], data: dict[str, Any]
) -> None:
    front.told(f"/v1/customers/{asha}/calls", body)

    assert only(front, asha, "call")["data"] == data | {"by": SUB}


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_of_the_list_is_taken(front: Front, asha: str, channel: str) -> None:
    front.told(f"/v1/customers/{asha}/calls", {"heard_from": channel})

    assert only(front, asha, "call")["data"]["heard_from"] == channel


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"kind": "rude"}, "kind"),
        ({"heard_from": "radio"}, "heard_from"),
        ({"why": 7}, "why"),
        ({"follow_up_on": "tomorrow"}, "follow_up_on"),
        ({"follow_up_on": "2026-12-01T10:00:00Z"}, "follow_up_on"),
        ({"follow_up_on": "2026-02-30"}, "follow_up_on"),
        ({"follow_up_on": "1926-12-01"}, "follow_up_on"),
        ({"follow_up_on": "9999-12-31"}, "follow_up_on"),
        ({"follow_up_on": 20_000}, "follow_up_on"),
        ({"why": "x", "phone": PHONE}, "phone"),
        ([CALL], "body"),
    ],
)
def test_a_call_that_can_not_be_right_is_refused(
    front: Front, asha: str, body: Any, field: str
) -> None:
    answer = front.post(f"/v1/customers/{asha}/calls", body)

    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == field
    assert front.timeline(asha)["items"] == []


def test_a_sale_counts_like_an_order_and_is_shown_as_a_sale(front: Front) -> None:
    front.deliver(order(id=1, email=EMAIL, total="10.00"))
    customer = front.find_one(email=EMAIL)

    told = front.told(f"/v1/customers/{customer}/sales", SALE)

    person = front.person(customer)
    assert (person["orders"]["count"], person["orders"]["net"]) == (2, {"USD": 3500})
    assert person["orders"]["last_at"] > person["orders"]["first_at"]
    entry = only(front, customer, "sale")
    assert entry["id"] == told["id"]
    assert entry["data"]["lines"] == SALE["lines"]
    expected = {"channel": "till", "status": "paid", "net": 2500, "counts": True, "test": False}
    assert {name: entry["data"][name] for name in expected} == expected
    assert front.find_one(order=entry["data"]["number"]) == customer
    assert [one["id"] for one in kit.logged("sale")] == [told["id"]]


def test_a_sale_moves_the_day_on_which_a_customer_has_gone_quiet(front: Front, asha: str) -> None:
    front.told(f"/v1/customers/{asha}/sales", {"currency": "KES", "total": 0})

    (profile,) = stored("PROFILE")
    assert profile["due_sk"] == asha
    assert front.person(asha)["orders"]["net"] == {"KES": 0}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "usd"}, "currency"),
        ({"currency": "DOLLAR"}, "currency"),
        ({"currency": None}, "currency"),
        ({"total": -1}, "total"),
        ({"total": 25.5}, "total"),
        ({"total": "2500"}, "total"),
        ({"total": True}, "total"),
        ({"total": 10**20}, "total"),
        ({"lines": [{"title": "Lamp", "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"title": "Lamp", "total": 1}, {"price": 1}]}, "lines.1.price"),
        ({"lines": [{"title": "Lamp"}] * 201}, "lines"),
        ({"placed_at": "2026-01-01"}, "placed_at"),
    ],
)
def test_a_sale_that_can_not_be_right_is_refused(
    front: Front, asha: str, changes: dict[str, Any], field: str
) -> None:
    answer = front.post(f"/v1/customers/{asha}/sales", SALE | changes)

    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == field
    assert front.person(asha)["orders"]["count"] == 0


def test_a_note_is_in_the_timeline_with_who_wrote_it(front: Front, asha: str) -> None:
    told = front.told(f"/v1/customers/{asha}/notes", {"text": " Call in the evening\n\tonly. "})

    entry = only(front, asha, "note")
    assert entry["id"] == told["id"]
    assert entry["data"] == {"text": "Call in the evening\n\tonly.", "by": SUB}


@pytest.mark.parametrize("body", [{}, {"text": " \n "}, {"text": None}, {"text": ["a"]}])
def test_a_note_of_nothing_is_refused(front: Front, asha: str, body: Any) -> None:
    answer = front.post(f"/v1/customers/{asha}/notes", body)

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "text")


def test_an_unknown_caller_becomes_a_customer_in_the_same_fact(front: Front) -> None:
    told = front.told("/v1/calls", CALL | {"phone": PHONE, "name": "Asha", "email": EMAIL})

    assert set(told) == {"id", "customer", "created"}
    assert told["created"] is True
    person = front.person(told["customer"])
    assert person["trust"] == "verified"
    assert {one["kind"] for one in person["identifiers"]} == {"email", "phone"}
    assert person["traits"]["name"]["value"]["full"] == "Asha"
    entry = only(front, told["customer"], "call")
    assert (entry["id"], entry["data"]["why"]) == (told["id"], "The lamp flickers.\nSince Monday.")
    assert person["version"] == 1


@pytest.mark.parametrize("given", [{"phone": PHONE}, {"email": EMAIL, "name": ""}])
def test_a_known_caller_is_found(front: Front, asha: str, given: dict[str, Any]) -> None:
    told = front.told("/v1/calls", CALL | given | {"follow_up_on": "2026-12-01"})

    assert (told["customer"], told["created"]) == (asha, False)
    assert only(front, asha, "call")["id"] == told["id"]
    assert only(front, asha, "task")["id"] == told["task"]


def test_a_caller_of_whom_only_the_name_is_known_is_somebody_new(front: Front, asha: str) -> None:
    told = front.told("/v1/calls", {"why": "Opening hours", "name": "Asha"})

    assert told["created"] is True
    assert told["customer"] != asha
    assert only(front, told["customer"], "call")["data"]["why"] == "Opening hours"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "phone"),
        ({"phone": "", "email": None}, "phone"),
        ({"phone": "1234"}, "phone"),
        ({"email": "asha"}, "email"),
        ({"name": {"full": " ", "last": None}}, "phone"),
    ],
)
def test_a_caller_who_can_not_be_named_is_refused(
    front: Front, given: dict[str, Any], field: str
) -> None:
    answer = front.post("/v1/calls", CALL | given)

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)
    assert kit.all_items() == []


PATHS = ("calls", "sales", "notes")
BODIES: dict[str, Any] = {"calls": CALL, "sales": SALE, "notes": {"text": "A note"}}


@pytest.mark.parametrize("what", PATHS)
def test_of_somebody_who_is_not_there_nothing_is_written(front: Front, what: str) -> None:
    for customer in (NOBODY, "asha@example.com"):
        answer = front.post(f"/v1/customers/{customer}/{what}", BODIES[what])
        assert (answer.status, answer.body["type"]) == (404, "/problems/unknown-customer")
    assert kit.all_items() == []


@pytest.mark.parametrize("what", PATHS)
def test_analysts_may_not_write(front: Front, asha: str, what: str) -> None:
    before = kit.digest(kit.all_items())

    path = f"/v1/customers/{asha}/{what}"
    assert front.post(path, BODIES[what], claims=ANALYST).status == 403
    assert front.post("/v1/calls", CALL | {"phone": PHONE}, claims=ANALYST).status == 403
    assert front.ask("/v1/tasks", claims=ANALYST).status == 403
    assert kit.digest(kit.all_items()) == before


def test_each_writing_is_in_the_audit_trail(front: Front, asha: str) -> None:
    before = {one["id"] for one in stored("ACCESS#")}
    for what in PATHS:
        front.told(f"/v1/customers/{asha}/{what}", BODIES[what])
    front.told("/v1/calls", CALL | {"phone": PHONE})

    noted = [one for one in stored("ACCESS#") if one["id"] not in before]

    assert sorted(one["what"] for one in noted) == [
        "POST /v1/calls",
        "POST /v1/customers/{id}/calls",
        "POST /v1/customers/{id}/notes",
        "POST /v1/customers/{id}/sales",
    ]
    assert {(one["who"], *one["members"]) for one in noted} == {(SUB, asha)}


def test_what_is_written_of_a_member_is_in_the_persons_timeline(front: Front) -> None:
    one, two = front.link_two()
    for member in (one, two):
        front.told(f"/v1/customers/{member}/calls", CALL)

    calls = front.timeline(one, kind="call")["items"]

    assert {entry["customer"] for entry in calls} == {one, two}
