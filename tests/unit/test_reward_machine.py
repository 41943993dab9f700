"""Any sequence of orders, refunds, stamps, spendings, links and days leaves ledgers that add up and
lots that are what the orders say."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mteja.audit import Viewer
from mteja.business.compile import read
from mteja.customers import linking
from mteja.customers.reading import Person, read_person
from mteja.errors import InvalidInput
from mteja.identity.identifiers import EMAIL, Identifier
from mteja.orders.items import OrderItem
from mteja.orders.model import OrderNews
from mteja.recording.orders import order_entry_id
from mteja.recording.record import record
from mteja.rewards import expiring
from mteja.rewards.earning import EarningRider
from mteja.rewards.ledger import due_expiry
from mteja.rewards.reading import ledger
from mteja.staff.bodies import Adjustment, Redemption, Stamp
from mteja.staff.rewards import Till
from mteja.store.wire import Item
from mteja.times import DAY_MS, business_day
from tests import facts, kit
from tests.fakes.memory import memory_recorder, memory_vault, table_of

BUSINESS = read(kit.ROOT / "layers/business/business.yaml")
assert BUSINESS.rewards is not None
REWARDS = BUSINESS.rewards
VAULT = memory_vault()  # shared: its index remembers, which makes examples fast
ZONE = BUSINESS.time_zone
UNITS = ("points", "stamps")

emails = st.sampled_from([Identifier(EMAIL, f"{name}@example.com") for name in "abc"])
amounts = st.integers(1, 60)


class Rewarded(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.recorder = memory_recorder(BUSINESS, VAULT)
        self.now = kit.NOW_MS
        self.deliveries = 0
        self.customers: list[str] = []
        self.patches: list[Any] = [
            patch("mteja.staff.rewards.declared_rewards", lambda: REWARDS),
            patch("mteja.rewards.expiring.business", lambda: BUSINESS),
        ]
        for one in self.patches:
            one.start()

    def teardown(self) -> None:
        for one in self.patches:
            one.stop()

    @rule(number=st.integers(1, 4), version=st.integers(1, 4), cents=st.integers(0, 9_000),
          back=st.integers(0, 5_000), cancelled=st.booleans(), who=st.none() | emails)  # fmt: skip
    def order(
        self, number: int, version: int, cents: int, back: int, cancelled: bool, who: Any
    ) -> None:
        self.now += 1
        self.deliveries += 1
        state = facts.state(
            self.now,
            version=f"{version:04d}.{self.deliveries:06d}",
            placed_at=kit.NOW_MS + number * DAY_MS,
            total=cents,
            cancelled=cancelled,
        )
        refund = facts.refund(total=back, as_of=self.deliveries)
        made = facts.order_fact(*([who] if who else []), order_id=str(number))
        digest = self.deliveries.to_bytes(8)
        news = OrderNews(str(number), digest, state, (refund,) if back else ())
        fact = replace(made, received_at=self.now, order=news)
        rider = EarningRider(fact, REWARDS, self.recorder.table, ZONE)
        for _ in range(2):
            customer = record(replace(fact, riders=(rider,)), self.recorder).customer
            if customer is not None and customer not in self.customers:
                self.customers.append(customer)

    @precondition(lambda self: self.customers)
    @rule(which=st.integers(0, 9), what=st.integers(0, 3), amount=amounts)
    def at_the_till(self, which: int, what: int, amount: int) -> None:
        """Whatever is done is done twice, as by two clicks, and counts once."""
        customer = self.customers[which % len(self.customers)]
        self.deliveries += 1
        click = f"click {self.deliveries}"
        stamp = Stamp(customer=customer, amount=1 + amount % 3)
        more = Adjustment(customer=customer, amount=-amount % 5 - 2 or 1, unit="stamps", reason="x")
        spends = Redemption(customer=customer, amount=amount, unit="points")
        gift = Redemption(customer=customer, gift="coffee")
        entered: list[str] = []
        before = len(self._items("POINTS#"))
        for _ in range(2):
            self.now += 1
            till = Till(Viewer("staff-1", None), self.recorder, self.now)
            try:
                match what:
                    case 0:
                        told = till.stamp(stamp, click)
                    case 1:
                        told = till.redeem(spends, click)
                    case 2:
                        told = till.adjust(more, click)
                    case _:
                        told = till.redeem(gift, click)
            except InvalidInput as fault:
                assert fault.field == "amount"  # noqa: PT017 - more than there is, or than a day gives
                assert not entered
                continue
            entered.append(told["id"])
            after = len(self._items("POINTS#"))
            if len(entered) == 2:
                assert (after, entered[1]) == (before, entered[0])
            before = after

    @precondition(lambda self: len(self.customers) > 1)
    @rule(one=st.integers(0, 9), two=st.integers(0, 9), apart=st.booleans())
    def link(self, one: int, two: int, apart: bool) -> None:
        first, second = (self.customers[number % len(self.customers)] for number in (one, two))
        work = linking.unlink if apart else linking.link
        try:
            work(self.recorder.table, first, second, "staff", self.now)
        except InvalidInput:
            assert first == second or apart

    @rule(days=st.sampled_from([1, 5, 20, 200]))
    def wait(self, days: int) -> None:
        self.now += days * DAY_MS

    @precondition(lambda self: self.customers)
    @rule(which=st.integers(0, 9))
    def look_for_what_expired(self, which: int) -> None:
        person = read_person(self.recorder.table, self.customers[which % len(self.customers)])
        expiring.settle(self.recorder.table, person, self.now)
        assert expiring.settle(self.recorder.table, person, self.now) == 0
        person = read_person(self.recorder.table, person.id)
        for unit, entries, stands in self._told(person):
            assert sum(one.amount for one in entries) == stands.balance, unit

    @invariant()
    def everything_adds_up(self) -> None:
        for customer in self.customers:
            person = read_person(self.recorder.table, customer)
            for unit, entries, stands in self._told(person):
                due = sum(due_expiry(entries, stands).values())
                assert sum(one.amount for one in entries) - due == stands.balance, unit
                assert min(stands.active, stands.pending, stands.debt) >= 0
                assert not (stands.active and stands.debt)

    @invariant()
    def lots_are_what_the_orders_say(self) -> None:
        in_lots: dict[tuple[str, str], int] = {}
        for item in self._items("POINTS#"):
            if item.get("rule") == "purchase" and item["kind"] != "expired":
                whose = str(item["pk"]), str(item["lot"])
                in_lots[whose] = in_lots.get(whose, 0) + int(str(item["amount"]))
        expected: dict[tuple[str, str], int] = {}
        for item in self._items("ORDER"):
            order = OrderItem.model_validate(item)
            brought = max(0, order.total - sum(one.total for one in order.refunds.values()))
            if order.customer is not None and order.counts and brought >= 100:
                lot = f"{order_entry_id(*order.pk.split('#')[1:])}#purchase"
                expected[f"CUSTOMER#{order.customer}", lot] = brought // 100
        assert {lot: amount for lot, amount in in_lots.items() if amount} == expected

    @invariant()
    def nobody_looks_too_late(self) -> None:
        """What expires is looked for on its day: PROFILE never names a later one."""
        for customer in self.customers:
            person = read_person(self.recorder.table, customer)
            for member in person.members:
                alone = Person((member,))
                days = [
                    lot.span.expires_on
                    for _, _, stands in self._told(alone)
                    for lot in stands.lots
                    if lot.left and lot.span.expires_on is not None
                ]
                known = member.profile.lots_expire_on
                assert not days or (known is not None and known <= str(min(days)))

    def _told(self, person: Person) -> list[tuple[str, list[Any], Any]]:
        told = ledger(person, UNITS, business_day(self.now, ZONE), ZONE)
        return [(unit, told.of(unit), told.stands[unit]) for unit in UNITS]

    def _items(self, prefix: str) -> list[Item]:
        return [it for it in table_of(self.recorder).items() if str(it["sk"]).startswith(prefix)]


TestRewarded = Rewarded.TestCase
TestRewarded.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
