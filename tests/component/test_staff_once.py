"""`Idempotency-Key`: the same key and content counts once and answers the same ids, whoever sends
it, in whatever order, and how many at once."""

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.audit import Viewer
from mteja.business.model import Business
from mteja.recording.record import Recorder
from mteja.staff.bodies import Call, CallOfSomebody, Note, Sale, Traits
from mteja.staff.clerk import Clerk
from mteja.staff.customers import Desk
from mteja.staff.parsing import from_fields
from mteja.staff.tasks import Tasks
from mteja.store.table import Table
from tests import kit
from tests.component.counter import claims_of, stored
from tests.component.front import Front, work
from tests.fakes.memory import memory_recorder, memory_vault, table_of

PHONE = "+14155550123"
EMAIL = "asha@example.com"
WHO = {"email": EMAIL, "phone": PHONE, "name": "Asha"}
CALL = {"why": "Lamp", "kind": "question", "follow_up_on": "2026-12-01"}
SALE = {"currency": "USD", "total": 2500, "lines": [{"title": "Lamp", "total": 2500}]}
NOTE = {"text": "A note"}
_VAULT = memory_vault()


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def asha(front: Front) -> str:
    return str(front.told("/v1/customers", WHO)["id"])


def paths(customer: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("/v1/customers", WHO | {"loyalty": "L-1"}),
        ("/v1/customers", {"name": "Nobody else"}),
        (f"/v1/customers/{customer}/calls", CALL),
        (f"/v1/customers/{customer}/sales", SALE),
        (f"/v1/customers/{customer}/notes", NOTE),
        ("/v1/calls", CALL | {"phone": PHONE}),
        ("/v1/calls", CALL | {"phone": "+14155550177", "name": "Ben"}),
        ("/v1/calls", CALL | {"name": "Ben"}),
    ]


def facts_of(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is stored but for the audit trail, in which each attempt is noted."""
    return [item for item in items if not item["sk"]["S"].startswith("ACCESS#")]


@pytest.mark.parametrize("number", range(8))
def test_sent_again_it_counts_once_and_answers_the_same(
    front: Front, asha: str, number: int
) -> None:
    path, body = paths(asha)[number]
    first = front.told(path, body, key="key-1")
    before = kit.digest(facts_of(kit.all_items()))

    again = [front.told(path, body, key="key-1") for _ in range(2)]
    other = front.told(path, body, key="key-1", claims=claims_of("[owner]", sub="another"))

    assert [*again, other] == [first] * 3
    assert kit.digest(facts_of(kit.all_items())) == before


def test_another_key_or_other_content_is_something_new(front: Front, asha: str) -> None:
    path = f"/v1/customers/{asha}/notes"
    sent: list[tuple[dict[str, Any], str | None]] = [
        (NOTE, "key-1"), (NOTE, "key-2"), ({"text": "Another"}, "key-1"), (NOTE, None),
        (NOTE, None),
    ]  # fmt: skip

    ids = {front.told(path, body, key=key)["id"] for body, key in sent}

    assert len(ids) == 5
    assert len(front.timeline(asha, kind="note")["items"]) == 5


def test_the_same_key_for_another_customer_is_something_new(front: Front, asha: str) -> None:
    other = str(front.told("/v1/customers", {"name": "Ben"})["id"])

    ids = {
        front.told(f"/v1/customers/{customer}/sales", SALE, key="key-1")["id"]
        for customer in (asha, other)
    }

    assert len(ids) == 2
    assert front.person(other)["orders"]["count"] == 1


def test_the_order_of_a_bodys_members_does_not_matter(front: Front, asha: str) -> None:
    path = f"/v1/customers/{asha}/calls"

    one = front.told(path, CALL, key="key-1")
    two = front.told(path, dict(reversed(CALL.items())), key="key-1")

    assert one == two


@pytest.mark.parametrize("key", ["", "\t", "a\nb", "k" * 201, "\x7f", "key\u202e"])
def test_a_key_that_can_not_be_one_is_refused(front: Front, asha: str, key: str) -> None:
    before = kit.digest(kit.all_items())

    for path, body in paths(asha)[:2]:
        answer = front.post(path, body, key=key)
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert kit.digest(kit.all_items()) == before


def test_a_receipt_tells_neither_key_nor_content_nor_customer(front: Front, asha: str) -> None:
    key = "asha@example.com's call"
    for path, body in paths(asha):
        front.told(path, body, key=key)

    receipts = stored("RECEIPT")

    assert len(receipts) == 7  # an order is its own
    told = str(receipts) + str([item for item in kit.all_keys() if item.startswith("RECEIPT")])
    for word in ("asha", "key", "Lamp", PHONE, asha, asha.removeprefix("cus_")):
        assert word not in told


def test_sent_again_for_somebody_erased_meanwhile_it_revives_nobody(
    front: Front, aws: dict[str, str]
) -> None:
    named = {"name": "Asha Marked"}
    customer = front.told("/v1/customers", named, key="key-1")["id"]
    called = front.told("/v1/calls", CALL | WHO, key="key-2")["customer"]
    for one in (customer, called):
        front.erase(one)
    work(aws)

    assert front.post("/v1/customers", named, key="key-1").status == 404
    assert front.post("/v1/calls", CALL | WHO, key="key-2").status == 404
    assert not stored("PROFILE")


def test_cut_off_before_its_answer_it_is_answered_the_next_time(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded, and then the audit entry fails: no answer without one."""

    def fail(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(Table, "put", fail)
        assert front.post("/v1/calls", CALL | WHO, key="key-1").status == 500

    told = front.told("/v1/calls", CALL | WHO, key="key-1")

    assert told["created"] is True
    assert len(front.timeline(told["customer"], kind="call")["items"]) == 1
    assert front.find_one(phone=PHONE) == told["customer"]


class Shop:
    """The use-cases by themselves, as pages call them, on tables in memory."""

    def __init__(self, business: Business) -> None:
        self.recorder: Recorder = memory_recorder(business, _VAULT)
        self.now = kit.NOW_MS

    def send(self, number: int) -> dict[str, Any]:
        """Send one of the posts below with its own key, each a moment later than the one before;
        return its answer without the version, which is that of the moment."""
        self.now += 1
        by = Clerk(Viewer("sub", None), self.recorder, self.now)
        sent = self._sent(by, number, f"key-{number}")
        return {name: value for name, value in sent.items() if name != "version"}

    def _sent(self, by: Clerk, number: int, key: str) -> dict[str, Any]:
        if number % 5 == 4:
            return by.create(from_fields(Traits, {"email": EMAIL, "loyalty": "L-1"}), key)
        if number % 5 == 3:
            return by.call_of_somebody(from_fields(CallOfSomebody, CALL | {"email": EMAIL}), key)
        customer = str(by.create(from_fields(Traits, WHO), "first")["id"])
        if number % 5 == 0:
            return by.call(customer, from_fields(Call, CALL), key)
        if number % 5 == 1:
            return by.sale(customer, from_fields(Sale, SALE), key)
        return by.note(customer, from_fields(Note, NOTE), key)

    def state(self) -> dict[str, Any]:
        """Return what is seen of the only customer, but for times, ids and versions."""
        viewer = Viewer("sub", None)
        (found,) = Desk(viewer, self.recorder, self.now).find({"email": EMAIL}).body["items"]
        desk = Desk(viewer, self.recorder, self.now)
        person = desk.read(found["id"]).body
        entries = desk.timeline(found["id"], {"limit": "200"}).body["items"]
        tasks = Tasks(viewer, self.recorder, self.now).open({}).body["items"]
        orders = person["orders"]
        return {
            "traits": {name: one["value"] for name, one in person["traits"].items()},
            "identifiers": sorted(str(one) for one in person["identifiers"]),
            "orders": (orders["count"], orders["net"]),
            "entries": sorted(one["kind"] for one in entries),
            "tasks": len(tasks),
        }


@pytest.mark.parametrize("number", range(5))
def test_sent_many_times_at_once_it_counts_once(the_business: Business, number: int) -> None:
    alone, shop = Shop(the_business), Shop(the_business)
    alone.send(number)
    answers: list[dict[str, Any]] = []
    workers = [threading.Thread(target=lambda: answers.append(shop.send(number))) for _ in range(6)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert len(answers) == 6
    assert all(one == answers[0] for one in answers)
    assert shop.state() == alone.state()


_POSTS = st.lists(st.integers(0, 9), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(sent=_POSTS, shuffled=st.randoms(use_true_random=False), again=_POSTS)
def test_any_order_and_number_of_repeated_posts_gives_one_state(
    the_business: Business, sent: list[int], shuffled: Any, again: list[int]
) -> None:
    once, many = Shop(the_business), Shop(the_business)
    for number in dict.fromkeys(sent):
        once.send(number)
    repeated = [*sent, *(number for number in again if number in sent)]
    shuffled.shuffle(repeated)
    answers: dict[int, dict[str, Any]] = {}
    for number in repeated:
        answer = many.send(number)
        assert answers.setdefault(number, answer) == answer

    assert many.state() == once.state()
    profiles = [one for one in table_of(many.recorder).items() if one["sk"] == "PROFILE"]
    assert len(profiles) == 1
