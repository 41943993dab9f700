"""Erasure of somebody of whom Segment's libraries told: every browser is forgotten."""

from typing import Any

import pytest

from mteja.store.wire import item_from_wire
from mteja.tracking.items import NOBODY
from tests import kit
from tests.component.front import Front, work
from tests.segment import PUBLIC, Segment, identify, track

EMAIL = "asha@example.com"
OTHER = "0190f3c2-7b1e-7c44-9d1a-0000000other"


@pytest.fixture
def segment(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Segment:
    # moto does not bear several threads; tests/e2e has them.
    monkeypatch.setattr("mteja.segment.intake.AT_ONCE", 1)
    monkeypatch.setattr("mteja.privacy.jobs.settle", lambda *_: 0)
    return Segment(kit.handler("segment"))


@pytest.fixture
def front(segment: Segment) -> Front:
    return Front()


def browser(number: int) -> str:
    return f"0190f3c2-7b1e-7c44-9d1a-{number:012d}"


def did(number: int, **members: Any) -> dict[str, Any]:
    return track(f"Looked {number}", anonymousId=browser(number), **members)


def erase(front: Front, segment: Segment, aws: dict[str, str]) -> str:
    customer = front.find_one(email=EMAIL)
    front.erase(customer)
    work(aws)
    return customer


def left_of(customer: str) -> list[object]:
    """Return the sort keys of what names the customer, but for the audit trail and the job."""
    everything = [*kit.all_items(), *kit.all_items("events")]
    left = [item_from_wire(one)["sk"] for one in everything if customer in str(one)]
    return [sk for sk in left if not str(sk).startswith(("ACCESS#", "JOB"))]


def test_of_more_browsers_than_identifiers_are_held_every_one_is_forgotten(
    segment: Segment, front: Front, aws: dict[str, str]
) -> None:
    for number in range(25):
        segment.take(identify({"email": EMAIL}, anonymousId=browser(number), userId=None))
        segment.take(did(number, userId=None), key=PUBLIC)
    segment.take(track("Looked", anonymousId=OTHER, userId=None), key=PUBLIC)
    assert len(segment.visitors) == 25

    customer = erase(front, segment, aws)

    assert left_of(customer) == []
    assert segment.visitors == {}
    assert [one.visitor for one in segment.batches] == [OTHER]


def test_a_user_id_that_a_page_claimed_is_forgotten(
    segment: Segment, front: Front, aws: dict[str, str]
) -> None:
    segment.take(identify({"email": EMAIL}, userId="u-claimed"), key=PUBLIC)
    segment.take(track("Looked", userId="u-claimed"), key=PUBLIC)
    assert len(segment.visitors) == len(segment.batches) == 1

    customer = erase(front, segment, aws)

    assert left_of(customer) == []
    assert segment.visitors == {}
    assert segment.batches == []


def test_of_a_browser_that_many_others_used_its_last_user_is_forgotten(
    segment: Segment, front: Front, aws: dict[str, str]
) -> None:
    for number in range(11):
        told = {"email": f"user{number}@example.com"}
        segment.take(identify(told, anonymousId=OTHER, userId=None, at=kit.NOW_MS - 100 + number))
    segment.take(identify({"email": EMAIL}, anonymousId=OTHER, userId=None))
    customer = front.find_one(email=EMAIL)
    assert segment.visitors[OTHER] == (customer, "verified")

    erase(front, segment, aws)

    assert left_of(customer) == []
    assert segment.visitors[OTHER] == (NOBODY, "verified")


def test_a_browser_that_is_anothers_by_now_no_longer_says_whose_it_was(
    segment: Segment, front: Front, aws: dict[str, str]
) -> None:
    segment.take(identify({"email": EMAIL}, anonymousId=OTHER, userId=None, at=kit.NOW_MS - 100))
    told = {"email": "another@example.com"}
    segment.take(identify(told, anonymousId=OTHER, userId=None))
    assert front.find_one(email=EMAIL) in str(kit.all_items("events"))

    customer = erase(front, segment, aws)

    assert left_of(customer) == []
    assert segment.visitors[OTHER] == (front.find_one(email=told["email"]), "verified")


def test_what_a_server_told_of_a_user_on_any_browser_is_forgotten(
    segment: Segment, front: Front, aws: dict[str, str]
) -> None:
    segment.take(identify({"email": EMAIL}))
    for number in range(16):
        segment.take(did(number))
    assert {one.customer for one in segment.batches} == {front.find_one(email=EMAIL)}

    customer = erase(front, segment, aws)

    assert left_of(customer) == []
    assert segment.batches == []
