"""Riders: what is true together with a fact is written with it, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest
from botocore.exceptions import EndpointConnectionError

from mteja.business.model import Business
from mteja.errors import AlreadyTaken, Conflict
from mteja.identity.identifiers import Trust
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, Json
from mteja.recording.reading import Stored
from mteja.recording.record import Recorder, record
from mteja.store import attempts
from mteja.store.keys import Key
from mteja.store.table import Put, TransactionLost, Write
from tests import facts, reading
from tests.fakes.memory import memory_recorder, table_of
from tests.fakes.memory_table import MemoryTable
from tests.kit import NOW_MS

ANNA = facts.email("anna@example.com")
PLACE = Key("RIDER#1", "RIDER")


class Noting:
    """A rider that notes what it is asked, and writes an item."""

    def __init__(self, error: Exception | None = None) -> None:
        self.seen: list[Mapping[object, object]] = []
        self.customers: list[str | None] = []
        self.gone = 0
        self._error = error

    def reads(self) -> Iterable[Key]:
        return (PLACE,)

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> Mapping[str, Json]:
        self.seen.append({key: item for key, item in stored.items.items() if key == PLACE})
        self.customers.append(customer)
        draft.add(Put({"pk": PLACE.pk, "sk": PLACE.sk, "v": len(self.seen)}))
        if self._error is not None:
            raise self._error
        return {"attempt": len(self.seen)}

    def let_go(self) -> None:
        self.gone += 1


class Losing(MemoryTable):
    """Loses the first transactions, each with what it wrote."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        if self.times:
            self.times -= 1
            raise TransactionLost
        super().transact(writes, token)


@pytest.fixture
def recorder(the_business: Business, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    monkeypatch.setattr(attempts, "_LONGEST_PAUSE_S", 0.0)
    return memory_recorder(the_business)


def said(rider: Noting, **more: object) -> Fact:
    return replace(facts.fact(ANNA, **more), riders=(rider,))  # type: ignore[arg-type]


def test_what_rides_along_is_written_with_the_fact_and_told(recorder: Recorder) -> None:
    rider = Noting()
    recorded = record(said(rider), recorder)
    assert recorded.told == {"attempt": 1}
    assert rider.customers == [recorded.customer]
    assert rider.gone == 0
    assert recorder.table.get(PLACE) is not None
    assert table_of(recorder).transactions == 1


def test_the_same_fact_again_is_told_the_same_and_writes_nothing(recorder: Recorder) -> None:
    record(said(Noting()), recorder)
    before = table_of(recorder).items()
    again = Noting()
    recorded = record(said(again), recorder)
    assert (recorded.result, recorded.told) == ("duplicate", {"attempt": 1})
    assert recorded.taken_at == NOW_MS
    assert again.seen == []
    assert again.gone == 1, "what it took outside is given back"
    assert table_of(recorder).items() == before


def test_where_a_rider_can_not_be_nothing_is_written(recorder: Recorder) -> None:
    rider = Noting(AlreadyTaken("serial", "taken"))
    with pytest.raises(AlreadyTaken):
        record(said(rider), recorder)
    assert rider.gone == 1
    assert table_of(recorder).items() == []
    assert table_of(recorder).items("keys") == []


def test_after_a_lost_transaction_a_rider_plans_anew_on_what_is_stored(
    the_business: Business, recorder: Recorder
) -> None:
    table = Losing(3)
    rider = Noting()
    recorded = record(said(rider), Recorder(table, recorder.vault, the_business))
    assert recorded.told == {"attempt": 4}
    assert table.get(PLACE) == {"pk": PLACE.pk, "sk": PLACE.sk, "v": 4}
    assert rider.seen == [{}, {}, {}, {}]
    assert rider.gone == 0


def test_a_rider_lets_go_once_where_the_fact_never_comes_through(
    the_business: Business, recorder: Recorder
) -> None:
    table = Losing(99)
    rider = Noting()
    with pytest.raises(Conflict):
        record(said(rider), Recorder(table, recorder.vault, the_business))
    assert rider.gone == 1
    assert len(rider.seen) == 12
    assert table.items() == []


class Clinging(Noting):
    """A rider that can't let go: DynamoDB does not answer."""

    def let_go(self) -> None:
        super().let_go()
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")


def test_a_rider_that_can_not_let_go_hides_no_error_and_no_other_rider(recorder: Recorder) -> None:
    one, two = Clinging(AlreadyTaken("serial", "taken")), Noting()
    with pytest.raises(AlreadyTaken):
        record(replace(facts.fact(ANNA), riders=(one, two)), recorder)
    assert (one.gone, two.gone) == (1, 1)


def test_a_rider_that_can_not_let_go_loses_no_duplicate(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    record(said(Noting()), recorder)
    assert record(said(Clinging()), recorder).result == "duplicate"
    assert "a rider could not let go" in caplog.text


def test_a_rider_that_asks_for_nothing_stored_sees_nothing(recorder: Recorder) -> None:
    recorder.table.put({"pk": PLACE.pk, "sk": PLACE.sk, "v": 7})
    rider = Noting()
    record(said(rider), recorder)
    assert rider.seen == [{PLACE: {"pk": PLACE.pk, "sk": PLACE.sk, "v": 7}}]


def test_a_fact_of_nobody_is_ridden_too(recorder: Recorder) -> None:
    rider = Noting()
    recorded = record(replace(facts.fact(), riders=(rider,)), recorder)
    assert rider.customers == [None]
    assert recorded.customer is None


def test_after_its_time_equal_content_is_a_new_fact_with_a_new_answer(recorder: Recorder) -> None:
    fact = said(Noting())
    assert fact.receipt is not None
    short = replace(fact, receipt=replace(fact.receipt, for_ms=1_000))
    assert record(short, recorder).told == {"attempt": 1}
    rider = Noting()
    late = replace(short, received_at=NOW_MS + 999, riders=(rider,))
    assert record(late, recorder).result == "duplicate"
    late = replace(short, received_at=NOW_MS + 1_000, riders=(rider,))
    assert record(late, recorder).result == "recorded"
    assert rider.customers == [reading.owner_of(recorder, "email", ANNA.value)]
    again = replace(late, received_at=NOW_MS + 1_999)
    assert record(again, recorder).taken_at == NOW_MS + 1_000


def test_what_anybody_typed_keeps_nothing_from_being_asked(recorder: Recorder) -> None:
    """A verified customer's `declined` is its own; of who is known by claims it is all there is."""
    claim = facts.fact(ANNA, trust=Trust.CLAIMED, source="forms")
    customer = str(record(replace(claim, declined=("income",)), recorder).customer)
    assert reading.profiles(recorder)[customer].declined == {"income": NOW_MS}
    record(facts.fact(ANNA, content="an order"), recorder)
    later = facts.fact(ANNA, trust=Trust.CLAIMED, source="forms", content="later")
    record(replace(later, declined=("children",)), recorder)
    assert reading.profiles(recorder)[customer].declined == {"income": NOW_MS}
    own = replace(facts.fact(source="forms", content="own"), customer=customer)
    record(replace(own, declined=("children",)), recorder)
    assert reading.profiles(recorder)[customer].declined == {"children": NOW_MS, "income": NOW_MS}
    told = replace(facts.fact(source="forms", traits={"income": "500-1500"}), customer=customer)
    record(told, recorder)
    assert reading.profiles(recorder)[customer].declined == {"children": NOW_MS}


def test_what_a_customer_says_of_itself_finds_nobody(recorder: Recorder) -> None:
    """Over its own link: an e-mail and a telephone that it types may be another's."""
    anna = str(record(facts.fact(ANNA), recorder).customer)
    ben = str(record(facts.fact(facts.email("ben@example.com")), recorder).customer)
    named = [facts.email("cleo@example.com"), facts.email("ben@example.com"),
             facts.phone("+255754123456")]  # fmt: skip
    own = replace(facts.fact(*named, source="forms"), customer=anna, unconfirmed=True)
    record(own, recorder)
    held = {(one.kind, one.hold) for one in reading.profiles(recorder)[anna].identifiers}
    assert held == {("email", "verified"), ("phone", "hint")}
    assert set(reading.candidates(recorder)) == {(anna, ben), (ben, anna)}
    cleo = str(record(facts.fact(named[0], content="her own order"), recorder).customer)
    assert cleo not in {anna, ben}
    other = str(record(facts.fact(named[2], content="a till"), recorder).customer)
    assert other != anna
    assert (anna, other) in reading.candidates(recorder)
