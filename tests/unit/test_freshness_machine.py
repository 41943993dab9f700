"""Whatever is told, confirmed, linked, undone, erased or comes back: after a look, each person has
one row, and the sums are what the rows add up to."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from mteja.business.compile import read
from mteja.customers import linking
from mteja.customers import person as persons
from mteja.customers.reading import read_person
from mteja.errors import InvalidInput
from mteja.freshness import storing
from mteja.freshness.confirming import confirm_elsewhere
from mteja.freshness.items import FreshnessRowItem
from mteja.freshness.nightly import look, since_the_last_look
from mteja.freshness.sums import Row, Sums
from mteja.freshness.suspect import suspect_fields
from mteja.identity.identifiers import EMAIL, Identifier, Trust
from mteja.mail.messages import BOUNCED
from mteja.mail.suspects import suspected
from mteja.privacy.erasure import erase
from mteja.recording.facts import Fact, Json
from mteja.recording.record import record
from mteja.store import freshness_keys
from mteja.times import DAY_MS, business_day
from tests import facts, kit
from tests.fakes.memory import memory_recorder, memory_vault, no_tracks, table_of

BUSINESS = read(kit.ROOT / "layers/business/business.yaml")
ZONE = BUSINESS.time_zone
VAULT = memory_vault()  # shared: its index remembers, which makes examples fast
EMAILS = [Identifier(EMAIL, f"{name}@example.com") for name in "abcd"]
emails = st.sampled_from(EMAILS)


class Freshness(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.recorder = memory_recorder(BUSINESS, VAULT)
        self.table = table_of(self.recorder)
        self.clock = kit.NOW_MS
        self.deliveries = 0
        look(self.table, ZONE, self.clock)  # the first night, when nobody is known

    def take(self, *named: Identifier, trust: Trust = Trust.VERIFIED, **more: Any) -> None:
        self.deliveries += 1
        traits: dict[str, Json] = {one.kind: one.value for one in named}
        observed = more.pop("observed_at", self.clock)
        told = traits | more.pop("traits", {})
        if "customer" not in more:  # whoever is new has the same id each time an example runs
            more["makes"] = f"cus_{self.deliveries:026d}"
        record(
            Fact("shopify-demo", trust, observed, self.clock, named, told, **more), self.recorder
        )

    @rule(days=st.integers(0, 3))
    def time_passes(self, days: int) -> None:
        self.clock += days * DAY_MS + 1_000

    @rule(email=emails, town=st.sampled_from(["Arusha", "Moshi"]), ago=st.integers(0, 400))
    def told(self, email: Identifier, town: str, ago: int) -> None:
        """A shop tells of a customer as it was some days ago, with no order."""
        self.take(email, traits={"address": {"city": town}}, observed_at=self.clock - ago * DAY_MS)

    @rule(email=emails, number=st.integers(1, 5), ago=st.integers(0, 40))
    def order(self, email: Identifier, number: int, ago: int) -> None:
        placed = self.clock - ago * DAY_MS
        state = facts.state(self.clock, placed_at=placed, version=f"{self.deliveries:06d}")
        made = facts.order_fact(email, order_id=str(number), order=state, content=self.deliveries)
        self.take(email, order=made.order)

    @rule(email=emails)
    def claim(self, email: Identifier) -> None:
        self.take(email, trust=Trust.CLAIMED, traits={"company": "Acme"})

    @precondition(lambda self: self.customers())
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        customer = data.draw(st.sampled_from(self.customers()))
        person = read_person(self.table, customer)
        meant = dict.fromkeys(persons.traits(person), self.clock)
        here = confirm_elsewhere(customer, person, meant, self.recorder, self.clock)
        self.take(customer=customer, confirmed=here)

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
            linking.unlink(self.table, one, two, "staff", self.clock)
        except InvalidInput:
            return

    @precondition(lambda self: self.customers())
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        customer = data.draw(st.sampled_from(self.customers()))
        members = read_person(self.table, customer).ids
        tracks = no_tracks()
        erase(list(members), table=self.table, vault=VAULT, tracks=tracks, now_ms=self.clock)
        assert not [one for one in members if one in str(self.rows())]
        self.check_sums()

    @rule(email=emails)
    def mail_comes_back(self, email: Identifier) -> None:
        """The customer of whom SES tells is told of too (mteja.mail.events)."""
        index = VAULT.index.of(email.kind, email.value)
        self.table.transact([suspected(EMAIL, index, BOUNCED, self.clock)])
        self.take(email)

    @rule()
    def night(self) -> None:
        ahead = since_the_last_look(self.table, ZONE, self.clock, most=1_000)
        assert ahead is not None
        foreseen = storing.read_sums(self.table)[0].changed(*ahead)
        while not look(self.table, ZONE, self.clock, until=lambda: True).ended:
            pass  # a run that is cut off goes on
        assert storing.read_sums(self.table)[0] == foreseen
        assert look(self.table, ZONE, self.clock).rows == 0
        self.check_sums()
        expected = {}
        for customer in self.customers():
            person = read_person(self.table, customer)
            suspect = suspect_fields(self.table, person, self.clock)
            seen = {
                name: str(business_day(one.entry.seen, ZONE))
                for name, one in persons.known(person).items()
            }
            until = {name: str(business_day(at, ZONE)) for name, at in suspect.items()}
            expected[person.id] = Row(seen, until)
        assert {item.sk: storing.row_of(item) for item in self.rows()} == expected

    def check_sums(self) -> None:
        """The sums are those of the rows, by shard; counted anew, nothing changes."""
        before = self.table.items()
        for shard in range(freshness_keys.FRESHNESS_SHARDS):
            storing.recount(self.table, shard)
        assert self.table.items() == before
        rows = [storing.row_of(one) for one in self.rows()]
        assert storing.read_sums(self.table)[0] == Sums().changed((), rows)

    def rows(self) -> list[FreshnessRowItem]:
        return [
            FreshnessRowItem.model_validate(item)
            for item in self.table.items()
            if str(item["pk"]).startswith("FRESHNESS#")
        ]

    def customers(self) -> list[str]:
        return sorted(
            str(item["pk"]).partition("#")[2]
            for item in self.table.items()
            if item["sk"] == "PROFILE"
        )


TestFreshness = Freshness.TestCase
TestFreshness.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
