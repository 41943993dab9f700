"""Pre-orders: so many pieces are promised and not one more, however many ask at once."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from mteja.forms.intake import take
from mteja.forms.items import CountItem, QueueItem, TicketItem
from mteja.forms.preorder import CancelRider, remaining, settle
from mteja.forms.sender import Sender
from mteja.forms.visitors import Service
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.store import attempts, product_keys
from mteja.store.table import Table, TransactionLost, Write
from tests import blanks, facts, kit
from tests.component.conftest import Forms
from tests.fakes.memory_table import MemoryTable

LAMP = next(one for one in blanks.ASKING.products if one.id == "demo-lamp")


def order(number: int, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "email": f"buyer{number}@example.com",
        "name": "Buyer",
        "product": "demo-lamp",
        "quantity": quantity,
    } | more


def tickets(table: Table) -> dict[str, TicketItem]:
    prefix = product_keys.preorder_ticket("demo-lamp", "").sk
    found = table.query(product_keys.preorder_count("demo-lamp").pk, prefix=prefix)
    return {str(raw["sk"]).removeprefix(prefix): TicketItem.model_validate(raw) for raw in found}


def promised(table: Table) -> int:
    raw = table.get(product_keys.preorder_count("demo-lamp"))
    return 0 if raw is None else CountItem.model_validate(raw).taken


def check(table: Table, capacity: int = 10) -> None:
    """Assert what always holds."""
    reserved = [one.quantity for one in tickets(table).values() if one.state == "reserved"]
    assert sum(reserved) == promised(table) <= capacity


def test_of_a_hundred_at_once_ten_are_promised_and_ninety_wait_in_line(forms: Forms) -> None:
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda number: forms.taken("preorder", order(number)), range(100)))
    assert Counter(one["status"] for one in answers) == {"reserved": 10, "waiting": 90}
    assert sorted(one["position"] for one in answers if one["status"] == "waiting") == list(
        range(1, 91)
    )
    assert not any("position" in one for one in answers if one["status"] == "reserved")
    check(forms.recorder.table)
    assert promised(forms.recorder.table) == 10
    assert forms.ask("/v1/forms/preorder").body["remaining"] == 0


class Losing(MemoryTable):
    """Loses three of four transactions, as where many meet at one item."""

    def __init__(self) -> None:
        super().__init__()
        self._dice = random.Random(11)  # noqa: S311 - no secret
        self._turn = threading.Lock()
        self.lost = 0

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        with self._turn:
            loses = self._dice.random() < 0.75
            self.lost += loses
        if loses:
            raise TransactionLost
        super().transact(writes, token)


def test_transactions_that_are_lost_are_tried_again(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "_LONGEST_PAUSE_S", 0.001)
    monkeypatch.setattr(attempts, "_ATTEMPTS", 60)
    table = Losing()
    within = Recorder(table, forms.recorder.vault, forms.recorder.business)
    monkeypatch.setattr(forms.app, "FORMS", Service(within, blanks.ASKING, forms.app.FORMS.secrets))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: forms.taken("preorder", order(number)), range(40)))
    assert table.lost > 40
    assert Counter(one["status"] for one in answers) == {"reserved": 10, "waiting": 30}
    check(table)


def test_quantities_are_promised_whole_or_not_at_all(forms: Forms) -> None:
    told = [forms.taken("preorder", order(one, quantity)) for one, quantity in
            enumerate((4, 4, 4, 1, 1))]  # fmt: skip
    assert [one["status"] for one in told] == ["reserved", "reserved", *["waiting"] * 3]
    # Two are left, but nobody is served past the first who waits.
    assert [one.get("position") for one in told] == [None, None, 1, 2, 3]
    check(forms.recorder.table)
    assert promised(forms.recorder.table) == 8
    assert forms.ask("/v1/forms/preorder").body["remaining"] == 0


def test_what_remains_is_told(forms: Forms) -> None:
    assert forms.ask("/v1/forms/preorder").body["remaining"] == 10
    forms.taken("preorder", order(1, 3))
    assert forms.ask("/v1/forms/preorder").body["remaining"] == 7
    assert "7 pieces left" in forms.ask("/forms/preorder").text


def test_an_order_says_how_many_or_means_one(forms: Forms) -> None:
    values = order(1)
    del values["quantity"]
    assert forms.taken("preorder", values)["status"] == "reserved"
    assert promised(forms.recorder.table) == 1


def test_one_customer_may_order_twice(forms: Forms) -> None:
    forms.taken("preorder", order(1))
    forms.taken("preorder", order(1, 2))
    assert promised(forms.recorder.table) == 3
    assert len(tickets(forms.recorder.table)) == 2
    places = [item for item in forms.items if str(item["sk"]).startswith("PLACE#demo-lamp#")]
    assert {str(one["ticket"]) for one in places} == set(tickets(forms.recorder.table))


def cancel(forms: Forms, ticket: str) -> None:
    found = tickets(forms.recorder.table)[ticket]
    fact = facts.fact(source="staff", content=ticket)
    record(
        replace(fact, customer=found.customer, riders=(CancelRider("demo-lamp", ticket),)),
        forms.recorder,
    )
    settle(LAMP, forms.recorder.table)


def test_a_cancelled_place_goes_to_the_first_who_waits(forms: Forms) -> None:
    ids = [forms.taken("preorder", order(one, 5))["interaction_id"] for one in range(4)]
    cancel(forms, ids[1])
    states = {one: found.state for one, found in tickets(forms.recorder.table).items()}
    assert [states[one] for one in ids] == ["reserved", "cancelled", "reserved", "waiting"]
    check(forms.recorder.table)
    # Whoever sends the form again learns how it stands now.
    assert forms.taken("preorder", order(2, 5))["status"] == "reserved"
    assert forms.taken("preorder", order(1, 5))["status"] == "cancelled"


def test_cancelling_twice_frees_one_place(forms: Forms) -> None:
    first = forms.taken("preorder", order(1, 4))["interaction_id"]
    forms.taken("preorder", order(2, 6))
    cancel(forms, first)
    fact = facts.fact(source="staff", content="again")
    customer = tickets(forms.recorder.table)[first].customer
    rider = CancelRider("demo-lamp", first)
    record(replace(fact, customer=customer, riders=(rider,)), forms.recorder)
    assert promised(forms.recorder.table) == 6
    check(forms.recorder.table)


def test_who_gives_up_waiting_is_ahead_of_nobody(forms: Forms) -> None:
    ids = [forms.taken("preorder", order(one, 10))["interaction_id"] for one in range(4)]
    cancel(forms, ids[1])
    assert forms.taken("preorder", order(9, 1))["position"] == 3
    cancel(forms, ids[0])
    states = {one: found.state for one, found in tickets(forms.recorder.table).items()}
    assert [states[one] for one in ids] == ["cancelled", "cancelled", "reserved", "waiting"]


def test_more_capacity_serves_those_who_wait_before_those_who_come(forms: Forms) -> None:
    ids = [forms.taken("preorder", order(one, 5))["interaction_id"] for one in range(4)]
    assert LAMP.preorder is not None
    more = LAMP.model_copy(update={"preorder": LAMP.preorder.model_copy(update={"capacity": 18})})
    assert remaining(more, forms.recorder.table) == 0, "what is free is for those who wait"
    asking = blanks.ASKING.model_copy(update={"products": (more,)})
    sender = Sender("web", "en", kit.NOW_MS)
    form = replace(blanks.form("preorder"), products=(more,))
    taken = take(form, order(9, 3), sender, asking=asking, within=forms.recorder)
    states = {one: found.state for one, found in tickets(forms.recorder.table).items()}
    assert [states[one] for one in ids] == ["reserved", "reserved", "reserved", "waiting"]
    assert (taken.status, taken.position) == ("waiting", 2)
    check(forms.recorder.table, 18)


def test_many_who_settle_at_once_come_to_one_result(forms: Forms) -> None:
    ids = [forms.taken("preorder", order(one))["interaction_id"] for one in range(40)]
    table = forms.recorder.table
    for ticket in ids[:10]:
        found = tickets(table)[ticket]
        fact: Fact = facts.fact(source="staff", content=ticket)
        rider = CancelRider("demo-lamp", ticket)
        record(replace(fact, customer=found.customer, riders=(rider,)), forms.recorder)
    assert promised(table) == 0
    with ThreadPoolExecutor(8) as pool:
        served = list(pool.map(lambda _: settle(LAMP, table), range(8)))
    assert sum(served) == 10
    states = {one: found.state for one, found in tickets(table).items()}
    assert [states[one] for one in ids] == [
        *["cancelled"] * 10, *["reserved"] * 10, *["waiting"] * 20,
    ]  # fmt: skip
    check(table)


def test_a_number_that_was_lost_with_its_function_is_ahead_of_nobody_for_long(
    forms: Forms,
) -> None:
    forms.taken("preorder", order(0, 10))
    queue = product_keys.preorder_queue("demo-lamp")
    for _ in range(3):
        forms.recorder.table.add(queue, "drawn", at={"drawn_at": forms.now_ms})
    # It may still come: whoever asks now is told what is sure.
    assert forms.taken("preorder", order(1))["position"] == 4
    cancel(forms, next(one for one, it in tickets(forms.recorder.table).items() if it.number))
    forms.now_ms += 61_000
    assert forms.taken("preorder", order(2))["position"] == 1
    raw = forms.recorder.table.get(queue)
    assert raw is not None
    assert QueueItem.model_validate(raw).drawn - QueueItem.model_validate(raw).left == 1


def test_a_lost_number_closes_no_pre_order(forms: Forms) -> None:
    forms.recorder.table.add(product_keys.preorder_queue("demo-lamp"), "drawn", at={"drawn_at": 0})
    assert forms.ask("/v1/forms/preorder").body["remaining"] == 10
    assert forms.taken("preorder", order(1))["status"] == "reserved"


@pytest.mark.parametrize("heard", [TransactionLost(), ReadTimeoutError(endpoint_url="dynamodb")])
def test_the_number_of_a_ticket_whose_commit_nobody_heard_of_stays_in_the_line(
    forms: Forms, monkeypatch: pytest.MonkeyPatch, heard: Exception
) -> None:
    """The transaction is done; only its answer is lost, or the next try meets it under way."""
    forms.taken("preorder", order(0, 10))
    table = forms.recorder.table
    transact = table.transact
    unheard = [heard]

    def done_unheard(writes: Sequence[Write], token: str | None = None) -> None:
        transact(writes, token)
        if unheard:
            raise unheard.pop()

    with monkeypatch.context() as patch:
        patch.setattr(table, "transact", done_unheard)
        with suppress(ReadTimeoutError):
            take(blanks.form("preorder"), order(1), Sender("web", "en", kit.NOW_MS),
                 asking=blanks.ASKING, within=forms.recorder)  # fmt: skip
    assert not unheard
    assert forms.taken("preorder", order(2))["position"] == 2


@pytest.mark.parametrize("kind", [blanks.URLENCODED, blanks.MULTIPART])
def test_a_browser_is_told_its_place_in_line(forms: Forms, kind: str) -> None:
    forms.taken("preorder", order(0, 10))
    values = [("email", "buyer1@example.com"), ("name", "B"), ("product", "demo-lamp")]
    answer = forms.browse("preorder", values, kind)
    location = answer.headers["location"]
    assert location == "../../forms/preorder/thanks?status=waiting&position=1&lang=en"
    thanks = forms.ask(
        "/forms/preorder/thanks", {"status": "waiting", "position": "1", "lang": "en"}
    )
    assert "Your place in line: 1" in thanks.text
