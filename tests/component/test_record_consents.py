"""Consent: what stands is the latest statement, however the statements arrive."""

import itertools

import pytest

from mteja.business.model import Business
from mteja.customers.items import ConsentItem
from mteja.recording.facts import Consent, Fact
from mteja.recording.record import Recorder, record
from tests import facts, kit, reading
from tests.fakes.memory import memory_recorder, memory_vault, table_of

VAULT = memory_vault()
ANNA = facts.email("anna@example.com")


def stated(status: str, at: int, *, source: str = facts.SHOP, observed: int = 0) -> Fact:
    consent = Consent("marketing-email", status, kit.NOW_MS + at, "shop")
    return facts.fact(ANNA, at=kit.NOW_MS + observed, source=source, consents=(consent,))


def play(business: Business, told: tuple[Fact, ...]) -> Recorder:
    recorder = memory_recorder(business, VAULT)
    for fact in told:
        record(fact, recorder)
    return recorder


def standing(recorder: Recorder) -> dict[str, str]:
    (profile,) = reading.profiles(recorder).values()
    return {source: status for source, (status, _) in profile.consents["marketing-email"].items()}


def rows(recorder: Recorder) -> set[tuple[str, str, int]]:
    found = [
        ConsentItem.model_validate(item)
        for item in table_of(recorder).items()
        if str(item["sk"]).startswith("CONSENT#")
    ]
    return {(one.source, one.status, one.at - kit.NOW_MS) for one in found}


CASES = [
    ("granted, then withdrawn", [("granted", 1), ("withdrawn", 2)], "withdrawn"),
    ("granted again", [("granted", 1), ("withdrawn", 3), ("granted", 5)], "granted"),
    ("withdrawn again", [("withdrawn", 1), ("granted", 3), ("withdrawn", 5)], "withdrawn"),
    ("denied after all", [("granted", 1), ("granted", 4), ("denied", 6)], "denied"),
    ("withdrawn and granted at one moment", [("granted", 2), ("withdrawn", 2)], "withdrawn"),
]


@pytest.mark.parametrize(("name", "told", "expected"), CASES, ids=lambda one: str(one)[:40])
def test_the_latest_statement_stands_in_any_order_of_arrival(
    the_business: Business, name: str, told: list[tuple[str, int]], expected: str
) -> None:
    statements = [stated(status, at, observed=number) for number, (status, at) in enumerate(told)]
    for arrangement in itertools.permutations(statements):
        assert standing(play(the_business, arrangement)) == {facts.SHOP: expected}


@pytest.mark.parametrize(("name", "told", "expected"), CASES, ids=lambda one: str(one)[:40])
def test_every_change_of_mind_has_its_row(
    the_business: Business, name: str, told: list[tuple[str, int]], expected: str
) -> None:
    statements = [stated(status, at, observed=number) for number, (status, at) in enumerate(told)]
    kept = rows(play(the_business, tuple(statements)))
    changes = {
        (facts.SHOP, status, at)
        for number, (status, at) in enumerate(told)
        if number == 0 or told[number - 1][0] != status
    }
    assert changes <= kept


def test_each_source_speaks_for_itself(the_business: Business) -> None:
    told = (stated("granted", 1), stated("withdrawn", 2, source="shopify-market"))
    assert standing(play(the_business, told)) == {
        facts.SHOP: "granted", "shopify-market": "withdrawn",
    }  # fmt: skip


def test_a_statement_delivered_again_adds_no_row(the_business: Business) -> None:
    once = stated("granted", 1)
    assert len(rows(play(the_business, (once, once, stated("granted", 1, observed=3))))) == 1
