"""`GET /v1/duplicates`: pairs that may be one person, and never one by themselves."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from mteja.aws import clients
from mteja.business.model import Business
from mteja.customers.duplicates import score
from mteja.identity.identifiers import Identifier, Trust
from mteja.recording.record import Recorder, record
from mteja.staff import cursors
from tests import facts, kit
from tests.component.conftest import Orders
from tests.component.counter import order, stored
from tests.component.front import ANALYST, Front, work
from tests.fakes.memory import memory_recorder
from tests.reading import links, owner_of, profiles

PHONE = "+14155550123"


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


def share(recorder: Recorder, *shared: Identifier, among: str, at: int = 0) -> list[str]:
    """Record a fact of each of some people, who share identifiers. Return their ids."""
    return [
        str(record(_of(name, shared, at + number), recorder).customer)
        for number, name in enumerate(among)
    ]


def _of(name: str, shared: tuple[Identifier, ...], minute: int) -> Any:
    at = kit.NOW_MS + minute * facts.MINUTE
    return facts.fact(facts.email(f"{name}@example.com"), *shared, at=at)


def test_a_pair_comes_with_evidence_and_score(front: Front) -> None:
    front.deliver(order(id=1, email="a@example.com", phone=PHONE))
    front.deliver(order(id=2, email="b@example.com", phone=PHONE, minute=1))
    a, b = (front.find_one(email=f"{one}@example.com") for one in "ab")

    told = front.duplicates()

    pair = sorted((a, b))
    fact = front.timeline(b, kind="order")["items"][0]["id"]
    assert told == {
        "items": [
            {
                "id": "+".join(pair),
                "customers": pair,
                "evidence": [{"kind": "phone", "fact": fact}],
                "score": 60,
            }
        ],
        "next": None,
    }


def test_the_likelier_comes_first(front: Front, recorder: Recorder) -> None:
    tablet, phone = Identifier("visitor", "browser-1"), facts.phone(PHONE)
    weak = share(recorder, tablet, among="ab")
    fair = share(recorder, phone, among="cd", at=10)
    strong = share(recorder, facts.phone("+14155550124"), facts.card("card-1"), among="ef", at=20)

    items = front.duplicates()["items"]

    assert [one["customers"] for one in items] == [sorted(strong), sorted(fair), sorted(weak)]
    assert [one["score"] for one in items] == [92, 60, 20]
    assert {one["kind"] for one in items[0]["evidence"]} == {"card", "phone"}


def test_more_evidence_never_lowers_a_score_and_none_is_certain() -> None:
    kinds = ["visitor", "phone", "email", "card", "something-new"]
    scores = [score(kinds[:number]) for number in range(len(kinds) + 1)]
    assert scores == sorted(scores)
    assert scores[0] == 0
    assert scores[-1] <= 100


def test_nothing_is_opened_for_the_list(
    front: Front, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    share(recorder, facts.phone(PHONE), among="ab")
    monkeypatch.setattr(clients.kms(), "decrypt", None)

    assert len(front.duplicates()["items"]) == 1
    assert "example.com" not in json.dumps(front.duplicates())


def test_who_is_linked_is_no_duplicate_until_the_link_is_undone(
    front: Front, recorder: Recorder
) -> None:
    a, b = share(recorder, facts.phone(PHONE), among="ab")
    before = front.duplicates()

    front.link(a, b)
    assert front.duplicates() == {"items": [], "next": None}
    front.unlink(a, b)

    assert front.duplicates() == before


def test_whoever_was_erased_is_in_no_pair(
    front: Front, recorder: Recorder, aws: dict[str, str]
) -> None:
    a, b, c = share(recorder, facts.phone(PHONE), among="abc")
    assert len(front.duplicates()["items"]) == 3
    front.erase(a)
    work(aws)

    assert [one["customers"] for one in front.duplicates()["items"]] == [sorted((b, c))]
    assert [one["customer"] for one in front.person(b)["candidates"]] == [c]


def test_whoever_is_being_erased_is_in_no_pair(front: Front, recorder: Recorder) -> None:
    pair = share(recorder, facts.phone(PHONE), among="ab")
    for one in pair:
        (profile,) = [item for item in stored("PROFILE") if item["pk"] == f"CUSTOMER#{one}"]
        recorder.table.put(profile | {"erased_at": kit.NOW_MS})
        assert front.duplicates()["items"] == []
        recorder.table.put(profile)


def test_pages_hold_each_pair_once(front: Front, recorder: Recorder) -> None:
    share(recorder, facts.phone(PHONE), among="abcdefgh")
    share(recorder, facts.card("card-1"), among="stuvwxyz", at=20)
    front.link(*share(recorder, facts.card("card-2"), among="kl", at=40))
    expected = 2 * 8 * 7 // 2

    first = front.duplicates()
    second = front.duplicates(cursor=first["next"])

    assert (len(first["items"]), len(second["items"])) == (50, expected - 50)
    assert second["next"] is None
    assert len({one["id"] for one in first["items"] + second["items"]}) == expected


def test_a_page_goes_on_though_the_pair_at_its_end_was_erased(
    front: Front, recorder: Recorder, aws: dict[str, str]
) -> None:
    share(recorder, facts.phone(PHONE), among="abcdefgh")
    share(recorder, facts.card("card-1"), among="stuvwxyz", at=20)
    first = front.duplicates()
    position = str(cursors.decode(first["next"], "duplicates")[0])
    gone = position.partition("#")[2].split("+")[0]
    front.erase(gone)
    work(aws)

    rest = front.duplicates(cursor=first["next"])

    assert rest["items"]
    assert not [one for one in rest["items"] if gone in one["customers"]]
    assert not {one["id"] for one in rest["items"]} & {one["id"] for one in first["items"]}


def made_up(*position: str | int) -> str:
    return cursors.encode(*position)  # type: ignore[arg-type]


NO_CURSORS = [
    "x",
    "ann@example.com",
    "A" * 5_000,
    urlsafe_b64encode(b"000000[]").decode(),
    made_up("customers:phone", "2026-11-22T00:00:00.000Z#a+b"),
    made_up("duplicates"),
    made_up("duplicates", 7),
    made_up("duplicates", ""),
    made_up("duplicates", "2026-11-22T00:00:00.000Z"),
    made_up("duplicates", "2026-11-22T00:00:00.000Z#a+b+c"),
    made_up("duplicates", "2026-11-22T00:00:00.000Z#a+b", "more"),
]


def test_a_cursor_that_is_none_of_this_list_is_422(front: Front, recorder: Recorder) -> None:
    share(recorder, facts.phone(PHONE), among="ab")
    for cursor in NO_CURSORS:
        answer = front.ask("/v1/duplicates", {"cursor": cursor})

        assert answer.status == 422, cursor
        assert [one["field"] for one in answer.body["errors"]] == ["cursor"]


def test_a_tampered_cursor_is_422(front: Front) -> None:
    good = made_up("duplicates", "2026-11-22T00:00:00.000Z#a+b")
    for number, letter in [*enumerate(good)][::3]:
        other = "A" if letter != "A" else "B"
        tampered = good[:number] + other + good[number + 1 :]
        assert front.ask("/v1/duplicates", {"cursor": tampered}).status == 422


def test_an_analyst_may_not_see_them(front: Front) -> None:
    assert front.ask("/v1/duplicates", claims=ANALYST).status == 403


def test_a_family_with_one_telephone_is_a_list_of_candidates(
    front: Front, recorder: Recorder
) -> None:
    share(recorder, facts.phone(PHONE), among="ab")
    record(facts.fact(facts.phone(PHONE), at=kit.NOW_MS + 1), recorder)
    record(facts.fact(facts.phone(PHONE), at=kit.NOW_MS + 2), recorder)

    assert len(stored("PROFILE")) == 3  # who gave the number alone is nobody of the two
    assert stored("LINK#") == []
    assert len(front.duplicates()["items"]) == 3
    assert len(front.find(phone=PHONE)) == 3


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("anna@example.com", "\u0430nna@example.com"),  # Cyrillic a
        ("mail@example.com", "ma\u0131l@example.com"),  # i without its dot
        ("strasse@example.com", "stra\u00dfe@example.com"),
        ("oscar@example.com", "\u03bfscar@example.com"),  # Greek omicron
        ("anna@example.com", "anna@ex\u0430mple.com"),
        ("anna@example.com", "a.nna@example.com"),
        ("anna@example.com", "anna+shop@example.com"),
        ("jose@example.com", "jos\u00e9@example.com"),
    ],
)
def test_addresses_that_look_alike_are_two_people(front: Front, one: str, two: str) -> None:
    front.deliver(order(id=1, email=one, minute=1))
    front.deliver(order(id=2, email=two, minute=2, total="20.00"))

    first, second = front.find_one(email=one), front.find_one(email=two)

    assert first != second
    assert front.person(first)["orders"]["net"] == {"USD": 1000}
    assert front.person(second)["traits"]["email"]["value"] != one
    assert front.duplicates()["items"] == []


def test_who_squats_on_an_address_is_not_found_at_the_till(
    front: Front, recorder: Recorder
) -> None:
    squatters = facts.phone("+14155550666")
    squatted = facts.fact(
        facts.email("victim@example.com"), squatters, trust=Trust.CLAIMED,
        traits={"name": {"full": "Squatter"}, "phone": squatters.value},
    )  # fmt: skip
    record(squatted, recorder)
    front.deliver(order(id=1, email="victim@example.com", person=7, phone=PHONE))

    victim = front.find_one(email="victim@example.com")
    record(facts.fact(squatters, at=kit.NOW_MS + 5), recorder)

    assert front.find_one(phone=PHONE) == victim
    assert front.find_one(phone=squatters.value) != victim
    person = front.person(victim)
    assert "Squatter" not in json.dumps(person["traits"])
    assert squatters.value not in json.dumps(person["identifiers"])
    assert person["members"] == [victim]


def test_fifty_people_with_one_telephone_stay_fifty(orders: Orders) -> None:
    for number in range(50):
        body = order(id=number + 1, email=f"p{number}@example.com", phone=PHONE, minute=number)
        assert orders.post(body, "orders/create") == "recorded"

    assert len(profiles(orders.recorder)) == 50
    assert {one.orders.count for one in profiles(orders.recorder).values()} == {1}
    assert links(orders.recorder) == set()


@pytest.mark.parametrize("trust", list(Trust))
@pytest.mark.parametrize("rounds", [1, 2])
def test_fifty_people_at_one_tablet_stay_fifty(
    the_business: Business, trust: Trust, rounds: int
) -> None:
    recorder = memory_recorder(the_business)
    tablet = Identifier("visitor", "the-shops-tablet")
    owners: dict[str, set[str]] = {}
    for number in [*range(50)] * rounds:
        name = f"p{number}@example.com"
        at = kit.NOW_MS + len(owners) * facts.MINUTE + number
        told = facts.fact(facts.email(name), tablet, at=at, trust=trust, content=len(owners))
        record(told, recorder)
        owners.setdefault(name, set()).add(owner_of(recorder, "email", name))

    assert len(profiles(recorder)) == 50
    assert links(recorder) == set()
    assert all(len(one) == 1 for one in owners.values())
    assert len(set.union(*owners.values())) == 50
