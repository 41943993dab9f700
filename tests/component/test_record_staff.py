"""What staff say of a customer whom they have before them: it goes there and nowhere else."""

from dataclasses import replace
from typing import Any

import pytest

from mteja.business.model import Business
from mteja.errors import NotFound, StaleVersion
from mteja.identity.identifiers import Trust
from mteja.orders.model import OrderNews
from mteja.recording.facts import Fact, Happening
from mteja.recording.record import Recorder, record
from tests import facts, reading
from tests.fakes.memory import memory_recorder, table_of
from tests.kit import NOW_MS

ANNA = facts.email("anna@example.com")
BEN = facts.email("ben@example.com")
PHONE = facts.phone("+255754123456")


@pytest.fixture
def recorder(the_business: Business) -> Recorder:
    return memory_recorder(the_business)


@pytest.fixture
def anna(recorder: Recorder) -> str:
    return str(record(facts.fact(ANNA), recorder).customer)


def said(customer: str, *named: Any, **more: Any) -> Fact:
    content = more.pop("content", None)
    fact = facts.fact(*named, source="staff", content=content)
    return replace(fact, customer=customer, **more)


def held(recorder: Recorder, customer: str) -> set[tuple[str, str]]:
    return {(one.kind, one.hold) for one in reading.profiles(recorder)[customer].identifiers}


def test_what_nobody_holds_is_added(recorder: Recorder, anna: str) -> None:
    assert record(said(anna, PHONE), recorder).customer == anna
    assert held(recorder, anna) == {("email", "verified"), ("phone", "verified")}


def test_what_another_holds_stays_there_and_the_two_are_candidates(
    recorder: Recorder, anna: str
) -> None:
    ben = str(record(facts.fact(BEN), recorder).customer)
    record(said(anna, BEN), recorder)
    assert held(recorder, anna) == {("email", "verified")}
    assert held(recorder, ben) == {("email", "verified")}
    assert not reading.links(recorder)
    assert {frozenset(pair) for pair in reading.candidates(recorder)} == {frozenset((anna, ben))}


def test_what_a_claim_holds_is_taken_over(recorder: Recorder, anna: str) -> None:
    claimed = str(record(facts.fact(BEN, trust=Trust.CLAIMED), recorder).customer)
    record(said(anna, BEN), recorder)
    assert held(recorder, claimed) == {("email", "hint")}
    assert len(reading.profiles(recorder)[anna].identifiers) == 2


def test_who_was_known_by_claims_is_verified_and_its_other_claims_stand_aside(
    recorder: Recorder,
) -> None:
    claims = facts.fact(BEN, PHONE, trust=Trust.CLAIMED)
    customer = str(record(claims, recorder).customer)
    record(said(customer, BEN), recorder)
    assert reading.profiles(recorder)[customer].trust == "verified"
    assert held(recorder, customer) == {("email", "verified"), ("phone", "hint")}


def test_a_decision_on_an_older_version_is_refused(recorder: Recorder, anna: str) -> None:
    seen = reading.profiles(recorder)[anna].v
    record(said(anna, PHONE, if_versions={anna: seen}), recorder)
    with pytest.raises(StaleVersion):
        record(said(anna, facts.phone("+255754999888"), if_versions={anna: seen}), recorder)


def test_of_somebody_who_is_not_there_nothing_is_written(recorder: Recorder, anna: str) -> None:
    before = table_of(recorder).items()
    with pytest.raises(NotFound):
        record(said("cus_01JZZZZZZZZZZZZZZZZZZZZZZZ", PHONE), recorder)
    assert table_of(recorder).items() == before


def test_a_sale_at_the_till_counts_and_is_shown_as_one(recorder: Recorder, anna: str) -> None:
    news = OrderNews("till-1", b"till-1__", facts.state(channel="till"), at_the_till=True)
    record(replace(said(anna), order=news, receipt=None), recorder)
    profile = reading.profiles(recorder)[anna]
    assert (profile.orders.count, profile.orders.net) == (1, {"USD": (1, 10_000)})
    kinds = [item["kind"] for item in table_of(recorder).items() if "kind" in item]
    assert kinds == ["sale"]


def test_a_call_is_in_the_days_log_and_what_was_said_is_sealed(
    recorder: Recorder, anna: str
) -> None:
    call = Happening("call", "cal_1", NOW_MS, {"kind": "question"}, {"why": "secret"}, logged=True)
    record(said(anna, happenings=(call,)), recorder)
    (item,) = [one for one in table_of(recorder).items() if one.get("kind") == "call"]
    assert str(item["log_pk"]).startswith("call#2026-11-22#")
    assert "secret" not in str(item)
    assert isinstance(item["sealed"], bytes)


MADE = "cus_01K0EXAMP1E0F0NEPERS0N0001"


def test_who_is_named_by_nothing_is_made_where_the_fact_says_so(recorder: Recorder) -> None:
    fact = replace(facts.fact(source="staff", traits={"name": {"full": "Asha"}}), makes=MADE)

    assert record(fact, recorder).customer == MADE
    assert reading.opened(recorder, MADE) == {"name": {"full": "Asha"}}


def test_nobody_is_made_where_an_identifier_finds_somebody(recorder: Recorder, anna: str) -> None:
    fact = replace(facts.fact(ANNA, source="staff"), makes=MADE)

    assert record(fact, recorder).customer == anna
    assert list(reading.profiles(recorder)) == [anna]


def test_a_repeated_fact_says_whose_it_is_and_when_it_was_recorded(
    recorder: Recorder, anna: str
) -> None:
    fact = replace(facts.fact(ANNA, source="staff"), makes=MADE)
    record(fact, recorder)

    again = record(replace(fact, received_at=NOW_MS + 5), recorder)

    assert (again.result, again.customer, again.taken_at) == ("duplicate", anna, NOW_MS)
    given = record(said(anna), recorder)
    repeated = record(said(anna), recorder)
    assert (given.taken_at, repeated.taken_at) == (None, NOW_MS)
    assert repeated.customer == anna


def test_a_decision_counts_on_all_that_was_seen(recorder: Recorder, anna: str) -> None:
    ben = str(record(facts.fact(BEN), recorder).customer)
    seen = {one: profile.v for one, profile in reading.profiles(recorder).items()}
    record(facts.fact(BEN, PHONE), recorder)

    with pytest.raises(StaleVersion):
        record(said(anna, content="changed", if_versions=seen), recorder)
    seen[ben] += 1
    assert record(said(anna, content="changed", if_versions=seen), recorder).customer == anna
