"""`POST /v1/customers` and `PATCH /v1/customers/{id}`: what staff know of a person."""

from typing import Any

import pytest

from mteja.identity.identifiers import Trust
from mteja.recording.record import Recorder, record
from mteja.store.table import Table
from tests import facts, kit
from tests.component.counter import NOBODY, SUB, Answer, order, stored
from tests.component.front import ANALYST, OWNER, Front

PHONE = "+14155550123"
EMAIL = "asha@example.com"
ALL = {
    "email": " Asha@Example.com ",
    "phone": "(415) 555-0123",
    "name": {"first": "Asha", "last": "Example"},
    "address": {"line1": "Market Street 1", "city": "Arusha", "country": "TZ"},
    "loyalty": "L-100",
}


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


def shown(person: dict[str, Any]) -> dict[str, Any]:
    return {name: one["value"] for name, one in person["traits"].items()}


def test_what_staff_tell_is_verified_and_says_so(front: Front) -> None:
    told = front.told("/v1/customers", ALL)

    person = front.person(told["id"])
    assert told == {"id": person["id"], "version": person["version"], "created": True}
    assert person["trust"] == "verified"
    assert shown(person) == {
        "email": EMAIL,
        "phone": PHONE,
        "name": {"first": "Asha", "last": "Example", "full": "Asha Example"},
        "address": {
            "line1": "Market Street 1",
            "line2": None,
            "city": "Arusha",
            "region": None,
            "postal_code": None,
            "country": "TZ",
        },
    }
    for one in (*person["traits"].values(), *person["identifiers"]):
        assert (one["verified"], one["source"]) == (True, "staff")
    for asked in ({"email": EMAIL}, {"phone": PHONE}, {"phone": "0123"}, {"loyalty": "L-100"}):
        assert front.find_one(**asked) == told["id"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"name": "Asha Example"}, {"first": None, "last": None, "full": "Asha Example"}),
        ({"first_name": "Asha"}, {"first": "Asha", "last": None, "full": "Asha"}),
        (
            {"first_name": "Asha", "last_name": "Example"},
            {"first": "Asha", "last": "Example", "full": "Asha Example"},
        ),
        (
            {"name": {"full": "A. Example", "last": None}, "first_name": "Asha"},
            {"first": "Asha", "last": None, "full": "A. Example"},
        ),
    ],
)
def test_a_name_alone_is_enough_however_it_is_given(
    front: Front, given: dict[str, Any], name: dict[str, Any]
) -> None:
    told = front.told("/v1/customers", given)

    person = front.person(told["id"])
    assert shown(person) == {"name": name}
    assert (told["created"], person["identifiers"]) == (True, [])


def test_a_name_alone_always_makes_somebody_new(front: Front) -> None:
    one = front.told("/v1/customers", {"name": "Asha"})
    two = front.told("/v1/customers", {"name": "Asha"})

    assert one["id"] != two["id"]
    assert two["created"] is True


@pytest.mark.parametrize(
    "given", [{"email": EMAIL}, {"phone": PHONE}, {"loyalty": "L-100"}, {"email": EMAIL} | ALL]
)
def test_whom_an_identifier_finds_is_that_customer(front: Front, given: dict[str, Any]) -> None:
    first = front.told("/v1/customers", ALL)

    again = front.told("/v1/customers", given | {"name": "Asha Newname"})

    assert (again["id"], again["created"]) == (first["id"], False)
    assert again["version"] == front.person(first["id"])["version"] > first["version"]
    assert shown(front.person(first["id"]))["name"]["full"] == "Asha Newname"


def test_the_customer_of_an_order_is_found_by_its_address(front: Front) -> None:
    front.deliver(order(id=1, email=EMAIL, person=7))
    customer = front.find_one(email=EMAIL)

    told = front.told("/v1/customers", {"email": EMAIL, "phone": PHONE})

    assert (told["id"], told["created"]) == (customer, False)
    assert front.find_one(phone=PHONE) == customer


def test_two_who_share_a_telephone_are_two_and_candidates(front: Front) -> None:
    one = front.told("/v1/customers", {"email": EMAIL, "phone": PHONE})
    two = front.told("/v1/customers", {"email": "ben@example.com", "phone": PHONE})

    assert one["id"] != two["id"]
    (pair,) = front.duplicates()["items"]
    assert set(pair["customers"]) == {one["id"], two["id"]}


def test_who_was_only_claimed_is_verified_by_staff(front: Front, recorder: Recorder) -> None:
    claim = facts.fact(facts.email(EMAIL), trust=Trust.CLAIMED, traits={"name": {"full": "X"}})
    customer = str(record(claim, recorder).customer)

    told = front.told("/v1/customers", {"email": EMAIL, "name": "Asha"})

    assert (told["id"], told["created"]) == (customer, False)
    person = front.person(customer)
    assert person["trust"] == "verified"
    assert [one["value"]["full"] for one in person["aside"]] == ["X"]


def test_a_number_of_a_call_centre_names_nobody_and_is_still_noted(front: Front) -> None:
    for number in range(10):
        front.told("/v1/customers", {"email": f"{number}@example.com", "phone": PHONE})

    told = front.told("/v1/customers", {"phone": PHONE, "name": "Asha"})

    assert told["created"] is True
    assert shown(front.person(told["id"]))["phone"] == PHONE


def test_a_change_raises_the_version_and_keeps_old_and_new(front: Front) -> None:
    told = front.told("/v1/customers", ALL)
    path = f"/v1/customers/{told['id']}"

    answer = front.patch(path, {"phone": "+14155550199", "name": "Asha Other"}, told["version"])

    person = front.person(told["id"])
    assert (answer.status, answer.body) == (200, {"id": told["id"], "version": person["version"]})
    assert person["version"] > told["version"]
    assert shown(person)["phone"] == "+14155550199"
    assert shown(person)["email"] == EMAIL
    assert front.find_one(phone="+14155550199") == front.find_one(phone=PHONE) == told["id"]
    changes = front.timeline(told["id"], kind="trait")["items"]
    assert {(one["data"]["field"], one["source"]) for one in changes} == {
        ("phone", "staff"),
        ("name", "staff"),
    }


@pytest.mark.parametrize("written", ["{}", '"{}"'])
def test_the_version_may_stand_in_quotes_as_http_has_it(front: Front, written: str) -> None:
    told = front.told("/v1/customers", ALL)

    asked = written.format(told["version"])

    assert front.patch(f"/v1/customers/{told['id']}", {"name": "B"}, asked).status == 200


def test_a_change_of_what_changed_since_is_a_conflict(front: Front) -> None:
    told = front.told("/v1/customers", ALL)
    path = f"/v1/customers/{told['id']}"
    front.told(f"{path}/notes", {"text": "seen by somebody else"})
    before = front.person(told["id"])

    answer = front.patch(path, {"name": "Late"}, told["version"])

    assert (answer.status, answer.body["type"]) == (409, "/problems/conflict")
    assert front.person(told["id"]) == before
    assert front.patch(path, {"name": "In time"}, before["version"]).status == 200


@pytest.mark.parametrize("version", [None, "", "*", "x", "-1", "1.0", '"1', "9" * 20])
def test_without_a_version_nothing_is_changed(front: Front, version: str | None) -> None:
    told = front.told("/v1/customers", ALL)

    answer = front.patch(f"/v1/customers/{told['id']}", {"name": "B"}, version)

    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == "If-Match"
    assert shown(front.person(told["id"]))["name"]["first"] == "Asha"


def test_a_change_of_any_member_counts(front: Front) -> None:
    """The version is the person's: what changed of the other member changed the person."""
    one, two = front.link_two()
    seen = front.person(one)["version"]
    front.told(f"/v1/customers/{two}/notes", {"text": "of the other member"})

    assert front.patch(f"/v1/customers/{one}", {"name": "B"}, seen).status == 409

    seen = front.person(one)["version"]
    assert front.patch(f"/v1/customers/{one}", {"name": "B"}, seen).status == 200
    assert shown(front.person(two))["name"]["full"] == "B"


def test_two_changes_at_once_of_two_members_are_one_change_and_a_conflict(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = front.link_two()
    seen = front.person(one)["version"]
    others: list[Answer] = []
    transact = Table.transact

    def overtaken(self: Table, *args: Any) -> None:
        monkeypatch.setattr(Table, "transact", transact)
        others.append(front.patch(f"/v1/customers/{two}", {"name": "First"}, seen))
        transact(self, *args)

    monkeypatch.setattr(Table, "transact", overtaken)
    answer = front.patch(f"/v1/customers/{one}", {"name": "Second"}, seen)

    assert [others[0].status, answer.status] == [200, 409]
    assert shown(front.person(one))["name"]["full"] == "First"


@pytest.mark.parametrize("field", ["email", "phone", "name", "first_name", "address", "loyalty"])
def test_nothing_is_taken_away_with_null(front: Front, field: str) -> None:
    told = front.told("/v1/customers", ALL)

    answer = front.patch(f"/v1/customers/{told['id']}", {field: None}, told["version"])

    assert answer.status == 422
    (fault,) = answer.body["errors"]
    assert fault["field"] == field
    assert "not taken away" in fault["message"]
    assert front.person(told["id"])["version"] == told["version"]


def test_a_change_of_nothing_is_refused(front: Front) -> None:
    told = front.told("/v1/customers", ALL)

    assert front.patch(f"/v1/customers/{told['id']}", {}, told["version"]).status == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"address": {"city": "Arusha"}}, "email"),
        ({"email": "Asha at home"}, "email"),
        ({"email": "test@test.com"}, "email"),
        ({"email": ""}, "email"),
        ({"email": 7}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "000000000"}, "phone"),
        ({"loyalty": "null"}, "loyalty"),
        ({"name": ""}, "name"),
        ({"name": {}}, "name"),
        ({"name": {"nick": "A"}}, "name.nick"),
        ({"name": ["Asha"]}, "name"),
        ({"name": "A", "address": {"country": "TZ"}}, "address"),
        ({"name": "A", "address": {"street": "x"}}, "address.street"),
        ({"name": "A", "points": 100}, "points"),
        ({"name": "A", "CUSTOMER#x": 1}, "body"),
        ([], "body"),
        ("Asha", "body"),
    ],
)
def test_what_can_not_be_right_is_refused_by_its_field(front: Front, body: Any, field: str) -> None:
    answer = front.post("/v1/customers", body)

    assert (answer.status, answer.body["type"]) == (422, "/problems/invalid-field")
    assert answer.body["errors"][0]["field"] == field
    assert kit.all_items() == []


def test_whom_nobody_knows_can_not_be_changed(front: Front) -> None:
    for customer in (NOBODY, "asha@example.com"):
        assert front.patch(f"/v1/customers/{customer}", {"name": "B"}, 1).status == 404
    assert kit.all_items() == []


def test_analysts_may_not(front: Front) -> None:
    told = front.told("/v1/customers", ALL, claims=OWNER)
    before = kit.digest(kit.all_items())

    assert front.post("/v1/customers", {"name": "B"}, claims=ANALYST).status == 403
    path = f"/v1/customers/{told['id']}"
    assert front.patch(path, {"name": "B"}, told["version"], claims=ANALYST).status == 403
    assert kit.digest(kit.all_items()) == before


def test_who_wrote_is_in_the_audit_trail(front: Front) -> None:
    told = front.told("/v1/customers", ALL)
    front.patch(f"/v1/customers/{told['id']}", {"name": "B"}, told["version"])

    noted = stored("ACCESS#")

    assert [one["what"] for one in noted] == ["POST /v1/customers", "PATCH /v1/customers/{id}"]
    assert {(one["who"], *one["members"]) for one in noted} == {(SUB, told["id"])}
