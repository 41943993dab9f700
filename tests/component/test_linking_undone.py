"""A link that is undone leaves no mark: every reading is as if it had never been."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mteja.business.model import Business
from mteja.customers import linking
from mteja.customers.opening import Opener
from mteja.customers.reading import read_person
from mteja.customers.timeline import read_page
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.staff import shown
from tests import facts, kit
from tests.component.counter import order
from tests.component.front import Front, world
from tests.fakes.memory import memory_recorder, memory_vault
from tests.reading import profiles

PHONE = "+14155550123"
VAULT = memory_vault()


def readings(front: Front) -> dict[str, str]:
    """Return everything that staff can read of everybody, byte by byte."""
    told: dict[str, Any] = {"duplicates": front.duplicates()}
    for asked in ("a@example.com", "b@example.com", "c@example.com"):
        told[asked] = found = front.find(email=asked)
        for one in found:
            told[f"person of {asked}"] = front.person(one["id"])
            told[f"timeline of {asked}"] = front.timeline(one["id"])
            told[f"pages of {asked}"] = _pages(front, one["id"])
    told["phone"] = front.find(phone=PHONE)
    told["ending"] = front.find(phone="0123")
    told["order"] = [front.find(order=str(number)) for number in range(1, 6)]
    return {name: json.dumps(value) for name, value in told.items()}


def _pages(front: Front, customer: str) -> list[dict[str, Any]]:
    pages = [front.timeline(customer, limit="1")]
    while pages[-1]["next"] is not None:
        pages.append(front.timeline(customer, limit="1", cursor=pages[-1]["next"]))
    return pages


def first_facts(front: Front) -> None:
    front.deliver(order(id=1, email="a@example.com", person=7, phone=PHONE, minute=1))
    front.deliver(order(id=2, email="b@example.com", phone=PHONE, minute=2, total="20.00"))


def later_facts(front: Front) -> None:
    """Of each member, of a third who shares the telephone, and an order that changes its owner."""
    front.deliver(order(id=3, email="a@example.com", person=7, minute=3, total="40.00"))
    front.deliver(order(id=4, email="b@example.com", phone="+14155550199", minute=4))
    front.deliver(order(id=5, email="c@example.com", phone=PHONE, minute=5))
    moved = order(id=2, email="a@example.com", minute=2, total="15.00")
    moved["updated_at"] = "2026-03-01T10:30:00Z"
    front.deliver(moved, "orders/updated")


def test_link_then_unlink_leaves_every_reading_as_it_was(
    business_layer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(monkeypatch) as front:
        first_facts(front)
        before = readings(front)
        a, b = (front.find_one(email=f"{one}@example.com") for one in "ab")
        front.link(a, b)
        assert readings(front) != before
        front.unlink(b, a)
        assert readings(front) == before


def test_with_facts_in_between_every_reading_is_as_if_it_had_never_been(
    business_layer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, str]] = []
    for linked in (True, False):
        with world(monkeypatch) as front:
            first_facts(front)
            a, b = (front.find_one(email=f"{one}@example.com") for one in "ab")
            if linked:
                front.link(a, b)
            later_facts(front)
            if linked:
                front.unlink(a, b)
            told.append(readings(front))
    assert told[0] == told[1]


STRONG = [
    facts.account("1"),
    facts.account("2"),
    *map(facts.email, ("a@example.com", "b@example.com")),
]
WEAK = [facts.phone(f"+1415555012{number}") for number in range(2)]


@st.composite
def deliveries(draw: st.DrawFn) -> Fact:
    """An order or a remark that names at most one account or e-mail, so that none links two."""
    named = [one for one in (draw(st.sampled_from([None, *STRONG])),) if one]
    named += [one for one in (draw(st.sampled_from([None, *WEAK])),) if one]
    at = kit.NOW_MS + draw(st.integers(0, 20)) * facts.MINUTE
    if draw(st.booleans()):
        return facts.fact(*named, at=at, traits={"name": {"full": f"Name {at % 7}"}})
    state = facts.state(at, total=draw(st.integers(0, 3)) * 1_000)
    return facts.order_fact(*named, order_id=str(draw(st.integers(1, 3))), order=state)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(deliveries(), min_size=2, max_size=6), st.lists(deliveries(), max_size=6), st.data()
)
def test_whatever_comes_between_a_link_and_its_undoing(
    the_business: Business, before: list[Fact], between: list[Fact], data: st.DataObject
) -> None:
    told = []
    pair: tuple[str, str] | None = None
    for linked in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            numbers = iter(range(1, 1_000))
            patch.setattr(
                "mteja.recording.record.new_customer_id", lambda _, n=numbers: f"cus_{next(n):026d}"
            )
            recorder = memory_recorder(the_business, VAULT)
            for fact in before:
                record(fact, recorder)
            if linked and len(profiles(recorder)) > 1:
                one, two = data.draw(st.permutations(sorted(profiles(recorder))))[:2]
                pair = one, two
                linking.link(recorder.table, *pair, "staff", kit.NOW_MS)
            for fact in between:
                record(fact, recorder)
            if linked and pair:
                linking.unlink(recorder.table, *pair, "staff", kit.NOW_MS)
            told.append(_read_everybody(recorder, the_business))
    assert told[0] == told[1]


def _read_everybody(recorder: Recorder, business: Business) -> list[str]:
    read: list[str] = []
    for customer in sorted(profiles(recorder)):
        person = read_person(recorder.table, customer)
        opener = Opener(person.ids, recorder.table, recorder.vault.keyring)
        page = read_page(
            person, table=recorder.table, opener=opener, kind=None, limit=200, after=None
        )
        timeline = [shown.entry(entry) for entry in page.entries]
        read.append(json.dumps([shown.person(person, opener, business), timeline]))
    return read
