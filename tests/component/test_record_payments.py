"""A payment beside a shop attaches to its order, whichever comes first, and adds nothing."""

from typing import Any

import pytest

from mteja.business.model import Business
from mteja.orders.model import OrderNews
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from tests import facts, reading
from tests.fakes.memory import memory_recorder, table_of

BUYER = facts.email("buyer@example.com")
OTHER = facts.email("other@example.com")


def payment(*named: Any, belongs_to: str = "1", payment_id: str = "pi_1") -> Fact:
    state = facts.state(belongs_to=belongs_to, number=payment_id)
    made = facts.order_fact(*named, order_id=payment_id, order=state)
    news = OrderNews(payment_id, payment_id.encode(), state, attached=True)
    return Fact(**(vars(made) | {"source": "stripe-demo", "order": news}))


@pytest.fixture
def recorder(the_business: Business) -> Recorder:
    return memory_recorder(the_business)


def entries(recorder: Recorder) -> dict[str, str]:
    return {
        str(item["kind"]): str(item["pk"])
        for item in table_of(recorder).items()
        if item.get("kind") in {"order", "payment"}
    }


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
