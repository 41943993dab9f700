"""Identity, for any order of arrival and any interleaving (design, section 5).

The customers are the connected components over verified (platform id, e-mail) pairs, and any two
facts that share a telephone are one customer or have a duplicate candidate.
"""

from collections.abc import Iterable, Sequence
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.business.model import Business
from mteja.customers.items import Hold
from mteja.identity.identifiers import PHONE, Identifier, Trust
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.store.table import Write
from tests import facts, kit, reading
from tests.fakes.memory import memory_recorder, memory_vault
from tests.fakes.memory_table import MemoryTable

ACCOUNTS = [facts.account(str(number)) for number in range(1, 4)]
EMAILS = [facts.email(f"{name}@example.com") for name in ("anna", "ben", "cleo")]
PHONES = [facts.phone(number) for number in ("+255754123456", "+15024592181")]
VAULT = memory_vault()

type Outcomes = list[tuple[Fact, str | None]]


class Interrupted(MemoryTable):
    """A table at which other facts get in between: before a transaction, by a schedule, the next
    waiting fact is recorded whole."""

    def __init__(self, waiting: list[Fact], schedule: Sequence[bool]) -> None:
        super().__init__()
        self.waiting = waiting
        self.recorded: list[tuple[Fact, str | None]] = []
        self.recorder: Recorder | None = None
        self._schedule = list(schedule)

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        while self.waiting and self._schedule and self._schedule.pop():
            self.record_next()
        super().transact(writes, token)

    def record_next(self) -> None:
        assert self.recorder is not None
        fact = self.waiting.pop(0)
        self.recorded.append((fact, record(fact, self.recorder).customer))


def record_all(
    given_facts: Iterable[Fact], business: Business, schedule: Sequence[bool] = ()
) -> tuple[Recorder, Outcomes]:
    table = Interrupted(list(given_facts), schedule)
    table.recorder = Recorder(table, VAULT, business)
    with mock.patch("mteja.store.attempts.time.sleep"):
        while table.waiting:
            table.record_next()
    return table.recorder, table.recorded


named = st.tuples(
    st.lists(st.sampled_from(ACCOUNTS), max_size=1),
    st.lists(st.sampled_from(EMAILS), max_size=2, unique=True),
    st.lists(st.sampled_from(PHONES), max_size=1),
).map(lambda kinds: tuple(one for kind in kinds for one in kind))


def fact_of(identifiers: tuple[Identifier, ...], number: int, trust: Trust) -> Fact:
    return facts.fact(*identifiers, content=number, trust=trust)


def some_facts(*trusts: Trust) -> st.SearchStrategy[list[Fact]]:
    one = st.tuples(named, st.integers(0, 99), st.sampled_from(trusts)).map(
        lambda drawn: fact_of(*drawn)
    )
    return st.lists(one, min_size=2, max_size=7, unique_by=lambda fact: fact.receipt)


schedules = st.lists(st.booleans(), max_size=10)


@settings(max_examples=250, deadline=None)
@given(given_facts=some_facts(Trust.VERIFIED), schedule=schedules)
def test_customers_are_the_components_of_verified_pairs(
    the_business: Business, given_facts: list[Fact], schedule: list[bool]
) -> None:
    recorder, recorded = record_all(given_facts, the_business, schedule)
    check_components(recorder, recorded)
    check_shared_telephones(recorder, recorded)
    check_index_and_profiles_agree(recorder)


@settings(max_examples=250, deadline=None)
@given(given_facts=some_facts(Trust.VERIFIED, Trust.CLAIMED), schedule=schedules)
def test_claims_do_not_change_who_is_who(
    the_business: Business, given_facts: list[Fact], schedule: list[bool]
) -> None:
    recorder, recorded = record_all(given_facts, the_business, schedule)
    check_components(recorder, recorded)
    check_shared_telephones(recorder, recorded)
    check_index_and_profiles_agree(recorder)


@settings(max_examples=100, deadline=None)
@given(given_facts=some_facts(Trust.CLAIMED))
def test_claims_alone_never_join_customers(the_business: Business, given_facts: list[Fact]) -> None:
    recorder, _ = record_all(given_facts, the_business)
    assert not reading.links(recorder)
    assert {one.trust for one in reading.profiles(recorder).values()} <= {"claimed"}


def binding(fact: Fact) -> list[Identifier]:
    """What of a fact makes a person: pairs of platform id and e-mail; without an account, the first
    address alone."""
    accounts = [one for one in fact.identifiers if one.attaches and one.kind != "email"]
    emails = [one for one in fact.identifiers if one.kind == "email"]
    return accounts + (emails if accounts else emails[:1])


def check_components(recorder: Recorder, recorded: Outcomes) -> None:
    strong = [
        (binding(fact), customer) for fact, customer in recorded if fact.trust is Trust.VERIFIED
    ]
    attached = [(named, customer) for named, customer in strong if named]
    component = reading.components(named for named, _ in attached)
    person = persons(recorder, recorded)
    for one, first in attached:
        for two, second in attached:
            expected = component[one[0]] == component[two[0]]
            assert (person[first] == person[second]) == expected, (one, two)


def persons(recorder: Recorder, recorded: Outcomes) -> dict[object, object]:
    """Return the person of each customer: those that links join."""
    everybody: list[list[object]] = [[customer] for _, customer in recorded]
    return reading.components([*map(list, reading.links(recorder)), *everybody])


def check_shared_telephones(recorder: Recorder, recorded: Outcomes) -> None:
    """Candidates stand between members: of two persons, any two members count."""
    person = persons(recorder, recorded)
    found = reading.candidates(recorder)
    assert {(two, one) for one, two in found} == set(found)
    assert all(one.status == "open" for one in found.values())
    assert all((item.open_pk is not None) == (one < two) for (one, two), item in found.items())
    suspected = {(person.get(one, one), person.get(two, two)) for one, two in found}
    for one, first in recorded:
        for two, second in recorded:
            if not telephones(one) & telephones(two):
                continue
            pair = person[first], person[second]
            assert pair[0] == pair[1] or pair in suspected, (one.identifiers, two.identifiers)


def telephones(fact: Fact) -> set[Identifier]:
    return {one for one in fact.identifiers if one.kind == PHONE}


def check_index_and_profiles_agree(recorder: Recorder) -> None:
    by_profile = {
        (f"{one.kind}#{one.index}", customer): one.hold
        for customer, profile in reading.profiles(recorder).items()
        for one in profile.identifiers
        if one.hold is not Hold.HINT or one.kind == PHONE
    }
    by_index = {
        (name, customer): holder.hold
        for name, item in reading.holders(recorder).items()
        for customer, holder in item.holders.items()
    }
    assert by_profile == by_index
    for name, item in reading.holders(recorder).items():
        assert name.startswith("phone#") or len(item.holders) == 1


def in_parallel(*given_facts: Fact, business: Business) -> tuple[Recorder, Outcomes]:
    """Each fact loses its first attempts to all that wait behind it."""
    return record_all(given_facts, business, [True] * (2 * len(given_facts)))


def test_two_facts_that_meet_at_one_new_address_make_one_customer(the_business: Business) -> None:
    one = facts.fact(EMAILS[0], ACCOUNTS[0])
    two = facts.fact(EMAILS[0], ACCOUNTS[1])
    recorder, recorded = in_parallel(one, two, business=the_business)
    assert len(reading.profiles(recorder)) == 1
    assert len({customer for _, customer in recorded}) == 1


def test_a_signed_pair_links_two_known_customers_and_moves_nothing(the_business: Business) -> None:
    recorder = memory_recorder(the_business, VAULT)
    anna = record(facts.fact(ACCOUNTS[0], traits={"name": "Anna"}), recorder).customer
    ben = record(facts.fact(EMAILS[1], traits={"name": "Ben"}), recorder).customer
    assert anna is not None
    assert ben is not None
    before = recorder.table.get_many([])
    record(facts.fact(ACCOUNTS[0], EMAILS[1]), recorder)
    assert reading.links(recorder) == {(anna, ben), (ben, anna)}
    assert reading.opened(recorder, ben) == {"name": "Ben"}
    assert reading.owner_of(recorder, "email", "ben@example.com") == ben
    assert before == {}


def test_a_family_with_one_telephone_is_never_merged(the_business: Business) -> None:
    family = [facts.fact(one, PHONES[0]) for one in EMAILS]
    recorder, recorded = record_all(family, the_business)
    assert len({customer for _, customer in recorded}) == 3
    assert not reading.links(recorder)
    assert len(reading.candidates(recorder)) == 6


def test_nobody_squats_on_an_address_and_is_found_by_it(the_business: Business) -> None:
    """A claim on an e-mail and a telephone; then the shop verifies the e-mail."""
    recorder = memory_recorder(the_business, VAULT)
    claim = facts.fact(EMAILS[0], PHONES[0], trust=Trust.CLAIMED, traits={"name": "Squatter"})
    squatter = record(claim, recorder).customer
    owner = record(facts.fact(EMAILS[0], traits={"name": "Anna"}), recorder).customer
    assert owner == squatter
    assert owner is not None
    assert reading.opened(recorder, owner) == {"name": "Anna"}
    profile = reading.profiles(recorder)[owner]
    assert {one.kind: one.hold for one in profile.identifiers} == {
        "email": "verified",
        "phone": "hint",
    }
    till = record(facts.fact(PHONES[0]), recorder).customer
    assert till != owner
    assert (owner, till) in reading.candidates(recorder)


def test_what_is_claimed_of_a_known_customer_overwrites_nothing(the_business: Business) -> None:
    recorder = memory_recorder(the_business, VAULT)
    anna = record(facts.fact(EMAILS[0], traits={"name": "Anna"}), recorder).customer
    claim = facts.fact(
        EMAILS[0], PHONES[1], trust=Trust.CLAIMED, at=kit.NOW_MS + 5, traits={"name": "Mallory"}
    )
    assert record(claim, recorder).customer == anna
    assert anna is not None
    assert reading.opened(recorder, anna) == {"name": "Anna"}
    assert reading.profiles(recorder)[anna].trust == "verified"


def test_an_account_may_not_gather_more_than_twenty_addresses(the_business: Business) -> None:
    recorder = memory_recorder(the_business, VAULT)
    results = [
        record(facts.fact(ACCOUNTS[0], facts.email(f"walk-in-{number}@example.com")), recorder)
        for number in range(22)
    ]
    assert len({one.customer for one in results}) == 1
    assert [one.notes for one in results[19:]] == [(), ("limit:email",), ("limit:email",)]
    (profile,) = reading.profiles(recorder).values()
    assert len([one for one in profile.identifiers if one.kind == "email"]) == 20
    check_index_and_profiles_agree(recorder)


def test_at_the_limit_a_claimed_address_is_not_half_taken(the_business: Business) -> None:
    recorder = memory_recorder(the_business, VAULT)
    for number in range(20):
        record(facts.fact(ACCOUNTS[0], facts.email(f"walk-in-{number}@example.com")), recorder)
    record(facts.fact(EMAILS[2], trust=Trust.CLAIMED), recorder)
    record(facts.fact(ACCOUNTS[0], EMAILS[2]), recorder)
    check_index_and_profiles_agree(recorder)


@pytest.mark.parametrize("number", [2, 5, 12])
def test_one_fact_delivered_many_times_at_once_is_recorded_once(
    the_business: Business, number: int
) -> None:
    fact = facts.fact(ACCOUNTS[0], EMAILS[0], PHONES[0], traits={"name": "Anna"})
    table = Interrupted([fact] * number, [True] * number)
    table.recorder = Recorder(table, VAULT, the_business)
    with mock.patch("mteja.store.attempts.time.sleep"):
        while table.waiting:
            table.record_next()
    assert table.transactions == 1
    assert len({customer for _, customer in table.recorded if customer}) == 1
    assert len(reading.profiles(table.recorder)) == 1
