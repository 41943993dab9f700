"""Any sequence of facts, claims, links, undone links and erasures leaves the tables consistent."""

from collections import defaultdict
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mteja.business.compile import read
from mteja.customers import linking
from mteja.customers.items import Hold, IdentifierItem, ProfileItem
from mteja.customers.persons import read_persons
from mteja.customers.reading import read_person
from mteja.errors import InvalidInput
from mteja.identity.identifiers import Identifier, Trust
from mteja.orders.items import OrderItem
from mteja.orders.model import Order, OrderNews, Refund
from mteja.privacy.erasure import erase
from mteja.recording.facts import Fact
from mteja.recording.record import record
from mteja.store import keys
from tests import kit
from tests.fakes.memory import memory_recorder, memory_vault, no_tracks, table_of

BUSINESS = read(kit.ROOT / "layers/business/business.yaml")
VAULT = memory_vault()  # shared: its index remembers, which makes examples fast
TRACKS = no_tracks()
SOURCE = "shopify-demo"

ids = st.sampled_from([Identifier(f"customer@{SOURCE}", str(number)) for number in range(1, 4)])
emails = st.sampled_from([Identifier("email", f"{name}@example.com") for name in "abcd"])
phones = st.sampled_from([Identifier("phone", f"+1555867530{number}") for number in range(3)])
maybe = st.booleans()


class People(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.recorder = memory_recorder(BUSINESS, VAULT)
        self.table = table_of(self.recorder)
        self.clock = kit.NOW_MS
        self.deliveries = 0

    def _record(self, named: tuple[Identifier, ...], trust: Trust, **more: Any) -> None:
        self.clock += 1000
        self.deliveries += 1
        traits = {one.kind: one.value for one in named if one.kind in {"email", "phone"}}
        fact = Fact(
            source=SOURCE,
            trust=trust,
            observed_at=self.clock,
            received_at=self.clock,
            identifiers=named,
            traits=traits,  # type: ignore[arg-type]
            **more,
        )
        record(fact, self.recorder)

    @rule(
        number=st.integers(1, 6),
        version=st.integers(1, 4),
        paid=maybe,
        cancelled=maybe,
        refund=st.integers(0, 120),
        person=st.tuples(st.none() | ids, st.none() | emails, st.none() | phones),
    )
    def order(
        self,
        number: int,
        version: int,
        paid: bool,
        cancelled: bool,
        refund: int,
        person: tuple[Identifier | None, ...],
    ) -> None:
        state = Order(
            version=f"{version:04d}.{self.deliveries:06d}",
            number=f"#{number}",
            placed_at=kit.NOW_MS + number,
            updated_at=kit.NOW_MS + version,
            payment="paid" if paid else "unpaid",
            cancelled=cancelled,
            test=False,
            channel="web",
            currency="USD",
            total=100,
            tax=0,
            shipping=0,
            discount=0,
        )
        refunds = (Refund(f"r{number}", kit.NOW_MS, refund, "USD", version),) if refund else ()
        news = OrderNews(str(number), self.deliveries.to_bytes(8), state, refunds)
        self._record(tuple(one for one in person if one), Trust.VERIFIED, order=news)

    @rule(email=st.none() | emails, phone=st.none() | phones)
    def claim(self, email: Identifier | None, phone: Identifier | None) -> None:
        self._record(tuple(one for one in (email, phone) if one), Trust.CLAIMED)

    @precondition(lambda self: len(self.customers()) > 1)
    @rule(data=st.data())
    def link(self, data: st.DataObject) -> None:
        one, two = data.draw(st.permutations(self.customers()))[:2]
        linking.link(self.table, one, two, "staff", self.clock)

    @precondition(lambda self: len(self.customers()) > 1)
    @rule(data=st.data())
    def unlink(self, data: st.DataObject) -> None:
        one, two = data.draw(st.permutations(self.customers()))[:2]
        try:
            person = linking.unlink(self.table, one, two, "staff", self.clock)
        except InvalidInput:
            return
        assert one in person.ids

    @precondition(lambda self: self.customers())
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        customer = data.draw(st.sampled_from(self.customers()))
        members = read_person(self.table, customer).ids
        erase(list(members), table=self.table, vault=VAULT, tracks=TRACKS, now_ms=self.clock)
        assert not set(members) & set(self.customers())
        assert not [item for item in self.table.items() if customer in str(item)]

    def customers(self) -> list[str]:
        return sorted(self.profiles())

    def profiles(self) -> dict[str, ProfileItem]:
        return {
            str(item["pk"]).partition("#")[2]: ProfileItem.model_validate(item)
            for item in self.table.items()
            if item["sk"] == "PROFILE"
        }

    @invariant()
    def every_customer_has_its_key_and_no_key_is_left_over(self) -> None:
        of_customers = {
            str(item["pk"]).partition("#")[2]
            for item in self.table.items("keys")
            if str(item["pk"]).startswith("CUSTOMER#")
        }
        assert of_customers == set(self.profiles())

    @invariant()
    def identifiers_and_customers_agree_on_who_holds_what(self) -> None:
        profiles = self.profiles()
        by_index: set[tuple[str, str, str]] = set()
        for item in self.table.items():
            if item["sk"] != "IDENTIFIER":
                continue
            entry = IdentifierItem.model_validate(item)
            kind, index = entry.pk.removeprefix("IDENTIFIER#").split("#", 1)
            assert entry.holders
            if kind == "email" or kind.startswith("customer@"):
                assert len(entry.holders) == 1
            for customer, holder in entry.holders.items():
                if holder.hold is not Hold.HINT:
                    by_index.add((customer, kind, index))
        by_customer = {
            (customer, held.kind, held.index)
            for customer, profile in profiles.items()
            for held in profile.identifiers
            if held.hold is not Hold.HINT
        }
        assert by_index == by_customer

    @invariant()
    def totals_are_those_of_the_orders(self) -> None:
        expected: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for item in self.table.items():
            if item["sk"] != "ORDER":
                continue
            order = OrderItem.model_validate(item)
            if order.customer is not None:
                assert order.customer in self.profiles()
                if order.counts:
                    refunded = sum(one.total for one in order.refunds.values())
                    expected[order.customer][0] += 1
                    expected[order.customer][1] += max(0, order.total - refunded)
        for customer, profile in self.profiles().items():
            count, net = expected[customer]
            assert profile.orders.count == count
            assert profile.orders.net == ({"USD": (count, net)} if count else {})

    @invariant()
    def an_order_has_one_entry_and_it_stands_with_its_owner(self) -> None:
        entries = [item for item in self.table.items() if item.get("kind") == "order"]
        orders = [
            OrderItem.model_validate(item) for item in self.table.items() if item["sk"] == "ORDER"
        ]
        homes = [f"CUSTOMER#{one.customer}" if one.customer else one.pk for one in orders]
        assert sorted(str(item["pk"]) for item in entries) == sorted(homes)

    @invariant()
    def who_shares_a_telephone_is_a_candidate(self) -> None:
        stored = {(str(item["pk"]), str(item["sk"])): item for item in self.table.items()}
        for item in self.table.items():
            if item["sk"] != "IDENTIFIER":
                continue
            for one, two in combinations(IdentifierItem.model_validate(item).holders, 2):
                for this, that in ((one, two), (two, one)):
                    assert keys.candidate(this, that) in stored

    @invariant()
    def links_and_candidates_have_their_mirrors(self) -> None:
        stored = {(str(item["pk"]), str(item["sk"])): item for item in self.table.items()}
        for (pk, sk), item in stored.items():
            kind, _, other = sk.partition("#")
            if kind in {"LINK", "CANDIDATE"}:
                mirror = stored[f"CUSTOMER#{other}", f"{kind}#{pk.partition('#')[2]}"]
                assert mirror["status"] == item["status"]

    @invariant()
    def all_persons_at_once_are_those_that_are_read_one_by_one(self) -> None:
        persons = read_persons(self.table)
        for item in self.table.items():
            if item["sk"] == "PROFILE" and "erased_at" not in item:
                customer = str(item["pk"]).partition("#")[2]
                assert persons.of(customer) == read_person(self.table, customer).id


TestPeople = People.TestCase
TestPeople.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
