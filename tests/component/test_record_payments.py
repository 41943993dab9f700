"""A payment beside a shop attaches to its order, whichever comes first, and adds nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from mteja.business.model import Business
from mteja.orders.model import OrderNews
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.store import keys
from mteja.store.table import Write
from mteja.store.wire import Item
from tests import facts, reading
from tests.fakes.memory import memory_recorder, table_of
from tests.fakes.memory_table import MemoryTable
from tests.kit import NOW_MS

BUYER = facts.email("buyer@example.com")
OTHER = facts.email("other@example.com")


def payment(*named: Any, belongs_to: str = "1", payment_id: str = "pi_1") -> Fact:
    state = facts.state(belongs_to=belongs_to, number=payment_id)
    made = facts.order_fact(*named, order_id=payment_id, order=state)
    news = OrderNews(payment_id, payment_id.encode(), state, attached=True)
    return Fact(**(vars(made) | {"source": "stripe-demo", "order": news}))


class Lookups(MemoryTable):
    """Tables that count look-ups by a second name. `lags`: the index knows nothing yet; `as_of`: it
    still answers what it knew then."""

    def __init__(self) -> None:
        super().__init__()
        self.lookups: list[str] = []
        self.lags = False
        self.as_of: list[Item] | None = None

    def query(self, partition: str, **how: Any) -> Iterator[Item]:
        if how.get("index") != "lookup":
            return super().query(partition, **how)
        self.lookups.append(partition)
        if self.as_of is not None:
            return iter(self.as_of)
        return iter(()) if self.lags else super().query(partition, **how)


@pytest.fixture
def recorder(the_business: Business) -> Recorder:
    return replace(memory_recorder(the_business), table=Lookups())


def lookups(recorder: Recorder) -> Lookups:
    assert isinstance(recorder.table, Lookups)
    return recorder.table


def entries(recorder: Recorder) -> dict[str, str]:
    return {
        str(item["kind"]): str(item["pk"])
        for item in table_of(recorder).items()
        if item.get("kind") in {"order", "payment"}
    }


def whose(recorder: Recorder, source: str, order_id: str) -> str | None:
    stored = recorder.table.get(keys.order(source, order_id))
    assert stored is not None
    customer = stored.get("customer")
    return None if customer is None else str(customer)


ORDER = facts.order_fact(BUYER, order_id="1", order=facts.state())


def check(recorder: Recorder) -> None:
    ((customer, profile),) = reading.profiles(recorder).items()
    home = f"CUSTOMER#{customer}"
    assert entries(recorder) == {"order": home, "payment": home}
    assert profile.orders.count == 1
    assert not [item for item in table_of(recorder).items() if item["sk"] == "PAYMENTS"]


@pytest.mark.parametrize("told", [[ORDER, payment()], [payment(), ORDER]], ids=["after", "before"])
def test_a_payment_that_names_nobody_is_its_orders_customers(
    recorder: Recorder, told: list[Fact]
) -> None:
    for fact in [*told, *told]:
        record(fact, recorder)
    check(recorder)


def test_a_payment_may_wait_for_its_order_by_the_number_that_people_see(
    recorder: Recorder,
) -> None:
    record(payment(belongs_to="#1001"), recorder)
    record(ORDER, recorder)
    check(recorder)


def test_a_payment_that_comes_later_finds_its_order_by_the_number_at_once(
    recorder: Recorder,
) -> None:
    record(ORDER, recorder)
    for _ in range(2):
        record(payment(belongs_to=" #1001"), recorder)
    check(recorder)
    assert lookups(recorder).lookups == ["ORDERNUMBER#1001"]  # once: the second was a duplicate


def test_where_the_index_lags_the_payment_waits_for_the_orders_next_delivery(
    recorder: Recorder,
) -> None:
    record(ORDER, recorder)
    lookups(recorder).lags = True
    record(payment(belongs_to="1001"), recorder)
    assert whose(recorder, "stripe-demo", "pi_1") is None
    later = facts.order_fact(BUYER, order_id="1", order=facts.state(at=NOW_MS + 1))
    record(later, recorder)
    check(recorder)


def test_a_number_that_the_order_no_longer_has_does_not_find_it(recorder: Recorder) -> None:
    record(ORDER, recorder)
    lookups(recorder).as_of = list(table_of(recorder).query("ORDERNUMBER#1001", index="lookup"))
    renamed = facts.state(at=NOW_MS + 1, number="#2002")
    record(facts.order_fact(BUYER, order_id="1", order=renamed), recorder)
    record(payment(belongs_to="1001"), recorder)
    assert whose(recorder, "stripe-demo", "pi_1") is None


def test_of_two_shops_with_one_number_nobody_is_guessed(recorder: Recorder) -> None:
    record(ORDER, recorder)
    other = facts.order_fact(OTHER, order_id="7", order=facts.state())
    record(replace(other, source="shopify-market"), recorder)
    record(payment(belongs_to="1001"), recorder)
    assert whose(recorder, "stripe-demo", "pi_1") is None


def test_a_number_finds_orders_of_shops_only(recorder: Recorder) -> None:
    record(payment(OTHER, belongs_to="", payment_id="1001"), recorder)
    record(payment(belongs_to="1001"), recorder)
    assert whose(recorder, "stripe-demo", "pi_1") is None
    record(ORDER, recorder)
    assert whose(recorder, "stripe-demo", "pi_1") == whose(recorder, facts.SHOP, "1") is not None


def test_nothing_but_a_payment_of_an_unknown_id_looks_a_number_up(recorder: Recorder) -> None:
    record(ORDER, recorder)
    record(facts.order_fact(OTHER, order_id="2", order=facts.state(number="#1002")), recorder)
    record(facts.fact(BUYER), recorder)
    record(payment(belongs_to="1"), recorder)
    record(payment(belongs_to="", payment_id="pi_2"), recorder)
    assert lookups(recorder).lookups == []


def test_a_payment_does_not_wait_for_ever(recorder: Recorder) -> None:
    for number in ("pi_1", "pi_2"):
        record(payment(payment_id=number), recorder)
    (note,) = [item for item in table_of(recorder).items() if item["sk"] == "PAYMENTS"]
    assert note["expires_at"] == NOW_MS // 1000 + 90 * 86_400


def test_what_was_left_to_do_after_the_orders_commit_is_done_when_the_shop_sends_it_again(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(payment(), recorder)
    table = lookups(recorder)
    with monkeypatch.context() as patch:
        transact, before = table.transact, table.transactions

        def only_the_order(writes: Sequence[Write], token: str | None = None) -> None:
            if table.transactions > before:
                raise ConnectionError
            transact(writes, token)

        patch.setattr(table, "transact", only_the_order)
        with pytest.raises(ConnectionError):
            record(ORDER, recorder)
    assert whose(recorder, facts.SHOP, "1") is not None
    assert whose(recorder, "stripe-demo", "pi_1") is None

    assert record(ORDER, recorder).result == "duplicate"

    check(recorder)


def test_a_duplicate_writes_nothing_where_nothing_waits(recorder: Recorder) -> None:
    record(ORDER, recorder)
    before = table_of(recorder).transactions
    assert record(ORDER, recorder).result == "duplicate"
    assert table_of(recorder).transactions == before


def test_nobody_who_is_being_erased_is_given_a_payment(recorder: Recorder) -> None:
    record(ORDER, recorder)
    lookups(recorder).lags = True
    record(payment(belongs_to="1001"), recorder)
    ((customer, _),) = reading.profiles(recorder).items()
    profile = recorder.table.get(keys.profile(customer))
    assert profile is not None
    recorder.table.put({**profile, "erased_at": NOW_MS})
    assert record(ORDER, recorder).result == "duplicate"
    assert whose(recorder, "stripe-demo", "pi_1") is None


def test_several_payments_wait_for_one_order(recorder: Recorder) -> None:
    for number in ("pi_1", "pi_2"):
        record(payment(payment_id=number), recorder)
    record(ORDER, recorder)
    ((customer, _),) = reading.profiles(recorder).items()
    items = [item for item in table_of(recorder).items() if item.get("kind") == "payment"]
    assert [item["pk"] for item in items] == [f"CUSTOMER#{customer}"] * 2


def test_who_pays_for_another_is_a_candidate_and_keeps_the_payment(recorder: Recorder) -> None:
    record(ORDER, recorder)
    record(payment(OTHER), recorder)
    first, second = sorted(reading.profiles(recorder))
    evidence = [
        item["evidence"]
        for item in table_of(recorder).items()
        if item["sk"] in {f"CANDIDATE#{first}", f"CANDIDATE#{second}"}
    ]
    assert [set(one) for one in evidence if isinstance(one, dict)] == [{"order"}, {"order"}]
    found = entries(recorder)
    assert found["order"] != found["payment"]


def test_a_payment_of_the_buyers_own_is_simply_the_buyers(recorder: Recorder) -> None:
    record(payment(BUYER), recorder)
    record(ORDER, recorder)
    check(recorder)
