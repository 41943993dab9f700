"""Orders, cancellations, more capacity and killed functions leave the line right."""

from dataclasses import replace

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mteja.business.compile import read
from mteja.business.forms import Product
from mteja.forms.intake import take
from mteja.forms.items import CountItem, QueueItem, TicketItem, WaitingItem
from mteja.forms.preorder import CancelRider, remaining, settle
from mteja.forms.sender import Sender
from mteja.recording.record import Recorder, record
from mteja.store import keys, product_keys
from tests import blanks, facts, kit
from tests.fakes.memory import memory_vault
from tests.fakes.mortal_table import Killed, MortalTable

BUSINESS = read(kit.ROOT / "layers/business/business.yaml")
VAULT = memory_vault()  # shared: its index remembers, which makes examples fast
LAMP = next(one for one in blanks.ASKING.products if one.id == "demo-lamp")
PARTITION = product_keys.preorder_count("demo-lamp").pk
LONGEST = 40  # calls of one request


class Line(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.table = MortalTable()
        self.within = Recorder(self.table, VAULT, BUSINESS)
        self.capacity = 5
        self.clock = kit.NOW_MS
        self.buyers = 0

    @property
    def lamp(self) -> Product:
        assert LAMP.preorder is not None
        changed = LAMP.preorder.model_copy(update={"capacity": self.capacity})
        return LAMP.model_copy(update={"preorder": changed})

    @rule(
        quantity=st.integers(1, 4),
        lives=st.none() | st.integers(0, LONGEST),
        loses=st.integers(0, 2),
    )
    def order(self, quantity: int, lives: int | None, loses: int) -> None:
        self.buyers += 1
        self.clock += 1_000
        values = {
            "email": f"buyer{self.buyers}@example.com",
            "name": "Buyer",
            "product": "demo-lamp",
            "quantity": quantity,
        }
        waited, before = self.waiting(), self.queue()
        # Numbers of killed functions are counted out once nobody can still come with one.
        lost = before.drawn - before.left - len(waited)
        is_counted = not loses and not waited and self.clock - before.drawn_at >= 60_000
        is_sure = not lost or is_counted
        lamp = self.lamp
        form = replace(blanks.form("preorder"), products=(lamp,))
        asking = blanks.ASKING.model_copy(update={"products": (lamp,)})
        sender = Sender("web", "en", self.clock)
        self.table.lives, self.table.loses = lives, loses
        try:
            taken = take(form, values, sender, asking=asking, within=self.within)
        except Killed:
            return
        finally:
            self.table.lives, self.table.loses = None, 0
        ticket = self.tickets()[taken.interaction]
        assert ticket.state == taken.status
        assert ticket.number is not None or not waited, "nobody is served past those who wait"
        assert self.is_settled()
        if taken.status == "waiting":
            place = self.waiting().index(taken.interaction) + 1
            assert taken.position is not None
            assert taken.position == place if is_sure else taken.position >= place

    @precondition(lambda self: self.tickets())
    @rule(data=st.data(), lives=st.none() | st.integers(0, LONGEST))
    def cancel(self, data: st.DataObject, lives: int | None) -> None:
        ticket_id = data.draw(st.sampled_from(sorted(self.tickets())))
        self.clock += 1_000
        fact = facts.fact(source="staff", content=self.clock)
        rider = CancelRider("demo-lamp", ticket_id)
        customer = self.tickets()[ticket_id].customer
        self.table.lives = lives
        try:
            record(replace(fact, customer=customer, riders=(rider,)), self.within)
            settle(self.lamp, self.table)
        except Killed:
            return
        finally:
            self.table.lives = None
        assert self.tickets()[ticket_id].state == "cancelled"
        assert self.is_settled()

    @rule(more=st.integers(1, 4))
    def raise_capacity(self, more: int) -> None:
        self.capacity += more

    @rule(lives=st.none() | st.integers(0, LONGEST))
    def settle(self, lives: int | None) -> None:
        before = self.waiting()
        self.table.lives = lives
        try:
            settle(self.lamp, self.table)
        except Killed:
            return
        finally:
            self.table.lives = None
            after = self.waiting()
            assert after == before[len(before) - len(after) :], "the first come first"
        assert self.is_settled()

    @rule()
    def let_time_pass(self) -> None:
        self.clock += 120_000

    def tickets(self) -> dict[str, TicketItem]:
        prefix = product_keys.preorder_ticket("demo-lamp", "").sk
        return {
            str(raw["sk"]).removeprefix(prefix): TicketItem.model_validate(raw)
            for raw in self.table.items()
            if raw["pk"] == PARTITION and str(raw["sk"]).startswith(prefix)
        }

    def waiting(self) -> list[str]:
        """Return the tickets that wait, in their order."""
        return [
            WaitingItem.model_validate(raw).ticket
            for raw in self.table.items()
            if raw["pk"] == PARTITION and str(raw["sk"]).startswith("WAITING#")
        ]

    def queue(self) -> QueueItem:
        key = product_keys.preorder_queue("demo-lamp")
        return QueueItem.model_validate(self.table.get(key) or {"pk": key.pk, "sk": key.sk})

    def taken(self) -> int:
        raw = self.table.get(product_keys.preorder_count("demo-lamp"))
        return 0 if raw is None else CountItem.model_validate(raw).taken

    def is_settled(self) -> bool:
        """Whether nobody waits for whom there is room."""
        waiting = self.waiting()
        if not waiting:
            return True
        return self.taken() + self.tickets()[waiting[0]].quantity > self.capacity

    @invariant()
    def what_is_promised_is_what_is_reserved_and_never_more_than_there_is(self) -> None:
        reserved = [one.quantity for one in self.tickets().values() if one.state == "reserved"]
        assert sum(reserved) == self.taken() <= self.capacity

    @invariant()
    def who_waits_stands_in_line_once(self) -> None:
        waiting = {one for one, found in self.tickets().items() if found.state == "waiting"}
        line = self.waiting()
        assert sorted(line) == sorted(waiting)
        numbers = [self.tickets()[one].number for one in line]
        assert numbers == sorted(numbers, key=lambda one: one or 0)
        assert len(set(numbers)) == len(numbers)

    @invariant()
    def more_were_drawn_than_left(self) -> None:
        queue = self.queue()
        assert queue.drawn - queue.left >= len(self.waiting())

    @invariant()
    def what_remains_is_told(self) -> None:
        left = 0 if self.waiting() else self.capacity - self.taken()
        assert remaining(self.lamp, self.table) == left

    @invariant()
    def every_customer_finds_its_orders(self) -> None:
        places = {
            (str(raw["pk"]), str(raw["ticket"]))
            for raw in self.table.items()
            if str(raw["sk"]).startswith("PLACE#")
        }
        assert places == {
            (keys.customer_partition(found.customer), one) for one, found in self.tickets().items()
        }


TestLine = Line.TestCase
TestLine.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
