"""Recording on (mocked) DynamoDB and KMS, and the same order from many threads at once."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mteja.aws import clients
from mteja.errors import Conflict
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.store import keys
from mteja.store.table import Table, TransactionLost
from tests import facts, kit, reading
from tests.fakes.memory import memory_recorder, memory_vault, table_of
from tests.fakes.memory_kms import MemoryKms

ANNA = facts.email("anna@example.com")


class OneAtATime:
    """A client whose calls never overlap: moto's transactions are not isolated among threads.

    Attempts still interleave between their calls, which is what the conditions are for.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._client, name)
        if not callable(operation):
            return operation

        def locked(**given: Any) -> Any:
            with self._lock:
                return operation(**given)

        return locked


@pytest.fixture
def in_threads(recorder: Recorder) -> Recorder:
    client: Any = OneAtATime(clients.dynamodb())
    table = Table(client, recorder.table.customers, recorder.table.keys)
    return Recorder(table, recorder.vault, recorder.business)


def story() -> list[Fact]:
    refunds = tuple(facts.refund(f"r{number}", 1_000) for number in range(3))
    return [
        facts.order_fact(ANNA, order=facts.state(payment="unpaid"), traits={"name": "Anna"}),
        facts.order_fact(ANNA, facts.account("7"), order=facts.state(kit.NOW_MS + 1)),
        *(facts.order_fact(refunds=(one,)) for one in refunds),
        facts.order_fact(
            ANNA, order=facts.state(kit.NOW_MS + 2), refunds=refunds[:2], traits={"name": "A"}
        ),
    ]


def test_one_order_ten_times_shuffled_and_in_parallel_counts_once(in_threads: Recorder) -> None:
    told = story() * 10
    random.Random(7).shuffle(told)  # noqa: S311 - a fixed shuffle
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda fact: _until_taken(fact, in_threads), told))
    assert results.count("recorded") == len(story())
    (profile,) = [item for item in kit.all_items() if item["sk"] == {"S": "PROFILE"}]
    orders = profile["orders"]["M"]
    assert orders["count"] == {"N": "1"}
    assert orders["net"] == {"M": {"USD": {"L": [{"N": "1"}, {"N": "7000"}]}}}
    entries = [item for item in kit.all_items() if item["sk"]["S"].startswith("AT#")]
    assert sorted(item["kind"]["S"] for item in entries) == ["order"] + ["refund"] * 3 + ["trait"]


def _until_taken(fact: Fact, within: Recorder) -> str:
    """As the shop does it: what was answered 503 is delivered again."""
    while True:
        try:
            return record(fact, within).result
        except Conflict:
            continue


def test_many_new_facts_of_one_person_at_once_make_one_customer(in_threads: Recorder) -> None:
    told = [facts.fact(ANNA, facts.account("7"), content=number) for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda fact: _until_taken(fact, in_threads), told))
    assert results == ["recorded"] * 16
    profiles = [item for item in kit.all_items() if item["sk"] == {"S": "PROFILE"}]
    assert len(profiles) == 1
    assert len(kit.all_items("keys")) == 1


def test_memory_and_dynamodb_hold_the_same_after_the_same_story(recorder: Recorder) -> None:
    """Byte for byte but for ids and envelopes, which are random."""
    other = memory_recorder(recorder.business, recorder.vault)
    for fact in story():
        record(fact, recorder)
        record(fact, other)
    (customer,) = reading.profiles(other)
    (profile,) = [item for item in kit.all_items() if item["sk"] == {"S": "PROFILE"}]
    real = profile["pk"]["S"].partition("#")[2]
    stored = recorder.table.get(keys.profile(real))
    faked = other.table.get(keys.profile(customer))
    assert stored is not None
    assert faked is not None
    assert stored["orders"] == faked["orders"]
    assert stored["v"] == faked["v"]
    assert sorted(_place(item["sk"]["S"]) for item in kit.all_items()) == sorted(
        _place(str(item["sk"])) for item in table_of(other).items()
    )


def _place(sk: str) -> str:
    """A sort key without the part that comes from a customer's own equality tags."""
    return sk.partition("#trt_")[0]


class Never:
    """A table on which every transaction is lost."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.attempts = 0
        self.keys = table.keys

    def get_many(self, *wanted: Any) -> Any:
        return self._table.get_many(*wanted)

    def transact(self, *_: Any) -> None:
        self.attempts += 1
        raise TransactionLost


def test_a_fact_that_always_loses_ends_in_a_conflict_within_a_bound(
    the_business: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("mteja.store.attempts.time.sleep", pauses.append)
    whole = memory_recorder(the_business)
    never: Any = Never(whole.table)
    with pytest.raises(Conflict):
        record(facts.fact(ANNA), Recorder(never, whole.vault, the_business))
    assert never.attempts == 12
    assert sum(pauses) < 12 * 0.4
    assert table_of(whole).items() == []


def test_attempts_that_are_lost_cost_no_further_call_of_kms(the_business: Any) -> None:
    kms = MemoryKms()
    whole = memory_recorder(the_business, memory_vault(kms))
    table = table_of(whole)
    transact = table.transact
    lost: list[object] = []

    def sometimes(writes: Any, token: str | None = None) -> None:
        if len(lost) < 3:
            lost.append(writes)
            raise TransactionLost
        transact(writes, token)

    table.transact = sometimes  # type: ignore[method-assign]
    record(facts.fact(ANNA, traits={"name": "Anna"}), whole)
    assert kms.calls.count("Encrypt") <= 4
    assert kms.calls.count("GenerateMac") <= 1 + 4
    assert len(lost) == 3
    assert len(table.items("keys")) == 1
