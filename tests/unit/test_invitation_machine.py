"""Orders, calls and links between customers in any order, and a mailer that looks now and then or
dies: nobody is invited twice within the days that invitations are apart, and what is counted is
what may have left.
"""

import itertools
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mteja.business.mailing import Mail
from mteja.customers.linking import link
from mteja.customers.reading import read_person
from mteja.mail.channels import Outcome
from mteja.mail.deciding import Rules
from mteja.mail.invitations import Invitations
from mteja.mail.links import LinkMaker
from mteja.mail.outbox import due, partitions
from mteja.mail.sending import Mailer
from mteja.recording.facts import Fact, Happening
from mteja.recording.record import Recorder, record
from mteja.surveys import occasions
from mteja.surveys.invited import read_invited
from mteja.surveys.inviting import InvitationRider
from mteja.times import DAY_MS, business_day
from tests import facts, questions
from tests.fakes.mortal_table import Killed, MortalTable
from tests.unit.test_mail_machine import BUSINESS, DECLARED, MORNING_MS, VAULT, Box, Pen

APART_MS = 90 * DAY_MS
SURVEYING = questions.declared(
    {"id": "recommend", "kind": "nps"},
    invite=[
        {"after": "order", "days": 3},
        {"after": "call", "per_cent": 70},
        {"after": "year"},
    ],
)
PEOPLE = [facts.email(f"{name}@example.com") for name in ("asha", "binti")]
WHO = st.integers(0, len(PEOPLE) - 1)


class Days(Box):
    """Notes to whom what left."""

    def __init__(self) -> None:
        super().__init__()
        self.to: list[tuple[str, int]] = []

    def send(self, parcel: Any) -> Outcome:
        outcome = self.outcome
        if outcome in {Outcome.SENT, Outcome.UNKNOWN}:
            self.to.append((parcel.message.customer, self.now))
        return super().send(parcel)


class Inviting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = MORNING_MS
        self.table, self.box = MortalTable(), Days()
        self.within = Recorder(self.table, VAULT, BUSINESS)
        self.told = 0
        self.ids: dict[int, str] = {}
        self.linked_at: dict[str, int] = {}
        causes = {occasions.TEMPLATE: Invitations(SURVEYING, BUSINESS, self.table)}
        mail = Mail(sender=DECLARED.sender, postal_address=DECLARED.postal_address)
        self.mailer = Mailer(
            self.table,
            VAULT.keyring,
            Rules(BUSINESS, mail, [self.box], {}, lambda _: set(), causes),
            Pen(),  # type: ignore[arg-type]
            LinkMaker("https://api.example", VAULT.index, SURVEYING.link_days),
            lambda: self.now,
        )

    def _record(self, who: int, fact: Fact) -> None:
        made = replace(fact, observed_at=self.now, received_at=self.now)
        rider = InvitationRider(made, SURVEYING.inviting)
        recorded = record(replace(made, riders=(rider,)), self.within)
        assert recorded.customer is not None
        self.ids[who] = recorded.customer

    @rule(who=WHO, again=st.booleans(), cancelled=st.booleans())
    def order(self, who: int, again: bool, cancelled: bool) -> None:
        """A new one, or the last one anew: cancelled, or counting again."""
        self.now += 1
        self.told += not again
        state = facts.state(self.now, placed_at=self.now, cancelled=cancelled)
        self._record(who, facts.order_fact(PEOPLE[who], order_id=f"{self.told}-{who}", order=state))

    @rule(who=WHO)
    def call(self, who: int) -> None:
        self.now += 1
        self.told += 1
        happened = Happening("call", f"cal_{self.told}", self.now, {"kind": "question"})
        told = facts.fact(PEOPLE[who], at=self.now, source="staff", happenings=(happened,))
        self._record(who, told)

    @rule(who=WHO, days=st.sampled_from([0, 1, 86, 91]))
    def call_and_look(self, who: int, days: int) -> None:
        """What waits for longer than two weeks is too late: so the days pass before."""
        self.now += days * DAY_MS
        self.call(who)
        self._look(Outcome.SENT)

    @rule(one=WHO, other=WHO)
    def link(self, one: int, other: int) -> None:
        if one in self.ids and other in self.ids and self.ids[one] != self.ids[other]:
            link(self.table, self.ids[one], self.ids[other], "staff", self.now)
            for customer in read_person(self.table, self.ids[one]).ids:
                self.linked_at[customer] = self.now

    @rule(days=st.sampled_from([1, 3, 30, 200]), outcome=st.sampled_from(list(Outcome)))
    def wait(self, days: int, outcome: Outcome) -> None:
        self.now += days * DAY_MS
        self._look(outcome)

    @rule(lives=st.integers(0, 14))
    def die(self, lives: int) -> None:
        self.now += DAY_MS
        self.table.lives = lives
        with suppress(Killed):
            self._look(Outcome.SENT)
        self.table.lives = None

    def _look(self, outcome: Outcome) -> None:
        self.box.outcome, self.box.now = outcome, self.now
        for item in [one for place in partitions() for one in due(self.table, place, self.now)]:
            self.mailer.work(item)

    @invariant()
    def nobody_is_invited_twice_within_the_days(self) -> None:
        """Of linked customers from the link on: what was sent before nobody knew better."""
        for customer in self.ids.values():
            members = read_person(self.table, customer).ids
            known = max(self.linked_at.get(one, 0) for one in members)
            times = sorted(at for whom, at in self.box.to if whom in members)
            mine = sorted(at for whom, at in self.box.to if whom == customer)
            assert all(after - at >= APART_MS for at, after in itertools.pairwise(mine))
            assert all(
                after - at >= APART_MS for at, after in itertools.pairwise(times) if after > known
            )

    @invariant()
    def what_may_have_left_is_counted(self) -> None:
        zone = BUSINESS.time_zone
        first, last = business_day(MORNING_MS, zone), business_day(self.now, zone)
        claimed = sum(
            one.status in {"claimed", "sent"}
            for customer in self.ids.values()
            for member in read_person(self.table, customer).members
            if member.id == customer
            for one in member.messages
        )
        assert read_invited(self.table, "made-up", first, last) == claimed
        assert len(self.box.to) <= claimed


TestInviting = Inviting.TestCase
TestInviting.settings = settings(
    max_examples=60,
    stateful_step_count=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
