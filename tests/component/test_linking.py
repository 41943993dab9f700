"""Staff make one person of two customers, and undo it: nothing moves (design, section 5)."""

from typing import Any

import pytest

from mteja.identity.identifiers import Trust
from mteja.recording.record import Recorder, record
from mteja.store import keys
from tests import facts, kit
from tests.component.counter import NOBODY, SUB, order, stored
from tests.component.front import ANALYST, OWNER, Front

PHONE = "+14155550123"


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def two(front: Front) -> list[str]:
    """Two customers, by the order of their ids, that share a telephone."""
    front.deliver(order(id=1, email="a@example.com", person=7, phone=PHONE, minute=1))
    front.deliver(order(id=2, email="b@example.com", phone=PHONE, minute=2, total="20.00"))
    return sorted(front.find_one(email=f"{one}@example.com") for one in "ab")


def items_but(*prefixes: str) -> list[dict[str, Any]]:
    return [
        item
        for item in sorted(kit.all_items(), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
        if not item["sk"]["S"].startswith(prefixes)
    ]


def chain(front: Front) -> tuple[str, str, str]:
    """Link a with b and b with c; return their ids."""
    for number, name in enumerate("abc", start=1):
        front.deliver(order(id=number, email=f"{name}@example.com", person=number, minute=number))
    a, b, c = (front.find_one(email=f"{one}@example.com") for one in "abc")
    front.link(a, b)
    front.link(b, c)
    return a, b, c


def test_a_link_makes_one_person_and_moves_nothing(front: Front, two: list[str]) -> None:
    before = kit.digest(items_but("ACCESS#"))

    assert front.link(two[1], two[0]) == {"id": two[0], "members": two}

    assert kit.digest(items_but("ACCESS#", "LINK#")) == before
    person = front.person(two[1])
    assert (person["id"], person["members"]) == (two[0], two)
    assert person["orders"]["count"] == 2
    assert person["orders"]["net"] == {"USD": 3000}
    assert person == front.person(two[0])
    told = front.timeline(two[0], kind="order")
    assert sorted(one["customer"] for one in told["items"]) == two
    assert front.timeline(two[1]) == front.timeline(two[0])
    for asked in ({"email": "a@example.com"}, {"email": "b@example.com"}, {"phone": PHONE}):
        assert [one["id"] for one in front.find(**asked)] == [two[0]]


def test_linking_again_from_either_side_changes_nothing(front: Front, two: list[str]) -> None:
    front.link(*two)
    before = kit.digest(items_but("ACCESS#"))

    assert front.link(*two)["members"] == two
    assert front.link(two[1], two[0])["members"] == two

    assert kit.digest(items_but("ACCESS#")) == before


def test_later_facts_go_to_the_member_that_they_match(front: Front, two: list[str]) -> None:
    front.link(*two)

    front.deliver(order(id=3, email="b@example.com", minute=3, total="5.00"))

    by_member = {item["pk"]: item["orders"]["count"] for item in stored("PROFILE")}
    assert sorted(by_member.values()) == [1, 2]
    assert front.person(two[0])["orders"]["net"] == {"USD": 3500}
    front.unlink(*two)
    b = front.find_one(email="b@example.com")
    assert front.person(b)["orders"]["net"] == {"USD": 2500}


def test_a_member_of_members_is_one_person_with_all(front: Front) -> None:
    a, b, c = chain(front)
    for one in (a, b, c):
        assert front.person(one)["members"] == sorted((a, b, c))
        assert front.person(one)["orders"]["count"] == 3


def test_undoing_in_the_middle_frees_the_one_that_was_asked_for(front: Front) -> None:
    a, b, c = chain(front)

    assert front.unlink(a, c)["members"] == sorted((a, b))

    assert front.person(c)["members"] == [c]


def test_undoing_separates_whatever_else_joins_the_two(front: Front) -> None:
    a, _, c = chain(front)
    # An order of both closes the triangle: a and c are now joined directly, and through b.
    front.deliver(order(id=9, email="c@example.com", person=1, minute=9))

    assert c not in front.unlink(a, c)["members"]

    assert a not in front.person(c)["members"]


def test_what_staff_undid_does_not_come_back_with_the_next_order_of_both(front: Front) -> None:
    one, two = front.link_two()
    front.unlink(one, two)

    for number in range(5, 8):
        front.deliver(order(id=number, email="b@example.com", person=7, minute=number))

    assert front.person(one)["members"] == [one]
    assert front.person(two)["members"] == [two]


def test_what_staff_undid_over_another_member_does_not_come_back_either(front: Front) -> None:
    a, b, c = chain(front)
    front.unlink(a, c)

    front.deliver(order(id=9, email="c@example.com", person=1, minute=9))

    assert front.person(c)["members"] == [c]
    assert front.person(a)["members"] == sorted((a, b))


def test_staff_may_link_again_what_they_undid(front: Front, two: list[str]) -> None:
    front.link(*two)
    front.unlink(*two)

    assert front.link(*two)["members"] == two
    assert front.person(two[1])["members"] == two


@pytest.mark.parametrize("way", ["link", "unlink"])
def test_who_is_not_there_is_404_and_leaves_nothing(front: Front, two: list[str], way: str) -> None:
    before = kit.digest(items_but())
    for customer, other in ((NOBODY, two[0]), (NOBODY, NOBODY[:-1] + "0")):
        answer = front.post(f"/v1/customers/{customer}/{way}", {"customer": other})
        assert answer.status == 404
        assert answer.body["type"] == "/problems/unknown-customer"
    assert kit.digest(items_but()) == before


def test_linking_with_who_is_not_there_is_404_and_links_nothing(
    front: Front, two: list[str]
) -> None:
    assert front.post(f"/v1/customers/{two[0]}/link", {"customer": NOBODY}).status == 404
    assert stored("LINK#") == []


@pytest.mark.parametrize("way", ["link", "unlink", "erase"])
def test_what_is_no_id_in_the_path_is_404_and_is_not_stored(
    front: Front, two: list[str], way: str
) -> None:
    before = kit.digest(items_but())
    for path_id in ("ann.marked@example.com", "cus_1", "+14155550123"):
        path = f"/v1/customers/{path_id}/{way}"
        assert front.post(path, {"customer": two[0]}, claims=OWNER).status == 404
    assert kit.digest(items_but()) == before


@pytest.mark.parametrize("way", ["link", "unlink"])
def test_a_customer_and_itself_is_422(front: Front, two: list[str], way: str) -> None:
    answer = front.post(f"/v1/customers/{two[0]}/{way}", {"customer": two[0]})

    assert answer.status == 422
    assert [one["field"] for one in answer.body["errors"]] == ["customer"]
    assert stored("LINK#") == []


def test_undoing_what_was_never_linked_is_422(front: Front, two: list[str]) -> None:
    answer = front.post(f"/v1/customers/{two[0]}/unlink", {"customer": two[1]})
    assert answer.status == 422
    assert [one["field"] for one in answer.body["errors"]] == ["customer"]


WRONG: list[tuple[Any, int, str | None]] = [
    (b"", 400, None),
    (b"{", 400, None),
    (b"customer=cus_1", 400, None),
    ({}, 422, "customer"),
    ({"customer": None}, 422, "customer"),
    ({"customer": 7}, 422, "customer"),
    ({"customer": "cus_1"}, 422, "customer"),
    ({"customer": NOBODY.lower()}, 422, "customer"),
    ({"customer": f"{NOBODY}\n"}, 422, "customer"),
    ({"customer": NOBODY, "also": NOBODY}, 422, "also"),
    ({"customer": NOBODY, "ann@example.com": 1}, 422, "body"),
]


@pytest.mark.parametrize("way", ["link", "unlink"])
def test_a_wrong_body_says_which_field(front: Front, two: list[str], way: str) -> None:
    before = kit.digest(items_but())
    for body, status, field in WRONG:
        answer = front.post(f"/v1/customers/{two[0]}/{way}", body)

        assert answer.status == status, body
        if field is not None:
            assert [one["field"] for one in answer.body["errors"]] == [field]
        assert "ann@example.com" not in str(answer.body)
    assert kit.digest(items_but()) == before


def test_what_is_no_object_is_refused(front: Front, two: list[str]) -> None:
    no_objects: list[Any] = [[], "text", None, 7]
    for body in no_objects:
        assert front.post(f"/v1/customers/{two[0]}/link", body).status in {400, 422}


@pytest.mark.parametrize("way", ["link", "unlink"])
def test_an_analyst_may_not(front: Front, two: list[str], way: str) -> None:
    before = kit.digest(items_but())

    answer = front.post(f"/v1/customers/{two[0]}/{way}", {"customer": two[1]}, claims=ANALYST)

    assert answer.status == 403
    assert kit.digest(items_but()) == before


def test_each_change_is_noted_with_who_and_whom(front: Front, two: list[str]) -> None:
    seen = {item["id"] for item in stored("ACCESS#")}

    front.link(*two)
    front.unlink(*two)

    noted = [item for item in stored("ACCESS#") if item["id"] not in seen]
    noted.sort(key=lambda item: item["id"])
    assert {item["what"] for item in noted} == {
        "POST /v1/customers/{id}/link", "POST /v1/customers/{id}/unlink",
    }  # fmt: skip
    for item in noted:
        assert (item["who"], sorted(item["members"])) == (SUB, two)
        assert "example.com" not in str(item)


def test_whoever_is_being_erased_is_linked_with_nobody(
    front: Front, two: list[str], recorder: Recorder
) -> None:
    profile = recorder.table.get(keys.profile(two[1]))
    assert profile is not None
    recorder.table.put(profile | {"erased_at": kit.NOW_MS})

    for customer, other in (two, two[::-1]):
        answer = front.post(f"/v1/customers/{customer}/link", {"customer": other})
        assert answer.status == 404
    assert stored("LINK#") == []


def test_only_an_account_and_an_e_mail_in_one_signed_payload_link_by_themselves(
    front: Front, recorder: Recorder
) -> None:
    front.deliver(order(id=1, email="a@example.com", person=7, phone=PHONE, minute=1))
    front.deliver(order(id=2, email="b@example.com", person=8, minute=2))
    told = [
        facts.fact(facts.phone(PHONE), facts.email("b@example.com")),
        facts.fact(facts.card("card-1"), facts.email("a@example.com")),
        facts.fact(facts.card("card-1"), facts.email("b@example.com")),
        facts.fact(facts.account("7"), facts.email("b@example.com"), trust=Trust.CLAIMED),
        facts.fact(facts.account("7", "shopify-market"), facts.email("b@example.com")),
    ]
    for one in told:
        record(one, recorder)
    assert stored("LINK#") == []

    record(facts.fact(facts.account("7"), facts.email("b@example.com")), recorder)

    assert {item["by"] for item in stored("LINK#")} == {facts.SHOP}
    assert len(front.person(front.find_one(email="a@example.com"))["members"]) == 2
