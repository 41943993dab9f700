"""Mailers that die anywhere, meet, and are refused: marketing leaves at most once, within the cap,
and only where it is allowed; what was asked for leaves at least once.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.headerregistry import Address

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mteja.business.compile import read
from mteja.business.mailing import Mail
from mteja.customers.person import MembersIdentifier, identifiers
from mteja.customers.reading import Person, read_person
from mteja.mail import events
from mteja.mail.channels import MAIL, Outcome, Parcel
from mteja.mail.deciding import Rules
from mteja.mail.items import MessageItem
from mteja.mail.letters import Letter
from mteja.mail.links import LinkMaker, Links
from mteja.mail.messages import Message, new_id
from mteja.mail.outbox import due, partitions, post
from mteja.mail.sending import Mailer
from mteja.recording.facts import Consent
from mteja.recording.record import Recorder, record
from mteja.times import DAY_MS
from tests import facts, kit
from tests.fakes.memory import memory_vault
from tests.fakes.mortal_table import Killed, MortalTable

BUSINESS = read(kit.ROOT / "layers/business/business.yaml")
DECLARED = Mail(sender="hello@shop.example", postal_address="Uhuru Street 1")
VAULT = memory_vault()
PURPOSE = "marketing-email"
MORNING_MS = 1_795_349_000_000  # a Sunday afternoon in the business's zone
LONGEST = 14  # calls of one look
OUTCOMES = st.sampled_from(list(Outcome))


class Box:
    """A channel that notes what left, says what it is told to say, and may be where it ends."""

    name = MAIL

    def __init__(self) -> None:
        self.left: list[tuple[str, str | None, int]] = []
        self.outcome = Outcome.SENT
        self.met: tuple[Callable[[], None] | None, str] = (None, "")
        self.dies = False
        self.now = 0

    def addresses(self, message: MessageItem, person: Person) -> Sequence[MembersIdentifier]:
        self._meet("decided")
        return identifiers(person)

    def _meet(self, when: str) -> None:
        met, at = self.met
        if met is not None and when == at:
            self.met = (None, when)
            met()

    def send(self, parcel: Parcel) -> Outcome:
        self._meet("sent")
        outcome = self.outcome
        if outcome in {Outcome.SENT, Outcome.UNKNOWN}:
            self.left.append((parcel.message.id, parcel.message.purpose, self.now))
        if self.dies:
            raise Killed
        return outcome


class Pen:
    """Writes no letters, since none is read."""

    def write(self, template: str, language: str, links: Links) -> Letter:
        return Letter("", "", "", "", Address("", addr_spec="hello@shop.example"))


class Mails(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = MORNING_MS
        self.table, self.box = MortalTable(), Box()
        self.within = Recorder(self.table, VAULT, BUSINESS)
        self.asked: list[str] = []
        self.agreed = True
        self.customer = self._state("granted")
        rules = Rules(BUSINESS, DECLARED, [self.box], {}, lambda _: set(), {})
        links = LinkMaker("https://api.example", VAULT.index)
        self.mailer = Mailer(
            self.table,
            VAULT.keyring,
            rules,
            Pen(),  # type: ignore[arg-type]
            links,
            lambda: self.now,
        )

    def _state(self, status: str) -> str:
        self.now += 1
        consent = Consent(PURPOSE, status, self.now, "counter")
        asha = facts.email("asha@example.com")
        recorded = record(facts.fact(asha, at=self.now, consents=(consent,)), self.within)
        self.agreed = status == "granted"
        assert recorded.customer is not None
        return recorded.customer

    def _post(self, purpose: str | None) -> str:
        self.now += 1
        message = Message(
            id=new_id(self.now),
            template="address" if purpose else "profile",
            language="en",
            due=self.now,
            not_after=self.now + 90 * DAY_MS,
            purpose=purpose,
            about={"form": "profile"},
        )
        self.table.transact([post(message, self.customer)])
        return message.id

    def _waiting(self) -> list[MessageItem]:
        return [one for place in partitions() for one in due(self.table, place, self.now)]

    def _look(self, but: int = 0) -> None:
        """Work what is due, but for the first so many."""
        self.box.now = self.now
        for item in self._waiting()[but:]:
            self.mailer.work(item)

    @rule(number=st.integers(1, 3))
    def write_marketing(self, number: int) -> None:
        for _ in range(number):
            self._post(PURPOSE)

    @rule()
    def write_what_was_asked_for(self) -> None:
        self.asked.append(self._post(None))

    @rule(outcome=OUTCOMES)
    def look(self, outcome: Outcome) -> None:
        self.box.outcome = outcome
        self._look()

    @rule(lives=st.integers(0, LONGEST), loses=st.integers(0, 2))
    def die_at_a_call(self, lives: int, loses: int) -> None:
        self.box.outcome = Outcome.SENT
        self.table.lives, self.table.loses = lives, loses
        with suppress(Killed):
            self._look()
        self.table.lives, self.table.loses = None, 0

    @rule(outcome=OUTCOMES)
    def die_while_sending(self, outcome: Outcome) -> None:
        self.box.outcome, self.box.dies = outcome, True
        with suppress(Killed):
            self._look()
        self.box.dies = False

    @rule(outcome=OUTCOMES, when=st.sampled_from(["decided", "sent"]), but=st.integers(0, 1))
    def meet_another(self, outcome: Outcome, when: str, but: int) -> None:
        self.box.outcome, self.box.met = outcome, (lambda: self._look(but), when)
        self._look()
        self.box.met = (None, "")

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 4]))
    def wait(self, hours: int) -> None:
        self.now += hours * 3_600_000

    @rule(status=st.sampled_from(["granted", "withdrawn"]))
    def change_ones_mind(self, status: str) -> None:
        before = len(self._marketing())
        self._state(status)
        if status == "withdrawn":
            self.box.outcome = Outcome.SENT
            self._look()
            assert len(self._marketing()) == before

    @rule(what=st.sampled_from(["Send", "Delivery"]))
    def hear_of_what_left(self, what: str) -> None:
        for message, _, _ in self.box.left[-2:]:
            tags = {"message": [message], "customer": [self.customer]}
            events.settle({"eventType": what, "mail": {"tags": tags}}, self.within, self.now)

    def _marketing(self) -> list[tuple[str, int]]:
        return [(message, at) for message, purpose, at in self.box.left if purpose is not None]

    @invariant()
    def marketing_left_at_most_once(self) -> None:
        counted = Counter(message for message, _ in self._marketing())
        assert all(number == 1 for number in counted.values())

    @invariant()
    def no_more_marketing_left_than_the_cap_allows(self) -> None:
        times = sorted(at for _, at in self._marketing())
        window = DECLARED.cap.days * DAY_MS
        for at in times:
            near = [one for one in times if at <= one < at + window]
            assert len(near) <= DECLARED.cap.messages

    def teardown(self) -> None:
        """In the end SES takes everything, and nobody dies: what was asked for is there."""
        self.box.outcome = Outcome.SENT
        for _ in range(60):
            self.now += 6 * 3_600_000
            self._look()
        assert not [one for one in self._waiting() if one.purpose is None]
        (member,) = read_person(self.table, self.customer).members
        given_up = {one.id for one in member.messages if one.status == "failed"}
        left = {message for message, _, _ in self.box.left}
        assert set(self.asked) <= left | given_up
        self.marketing_left_at_most_once()


TestMails = Mails.TestCase
TestMails.settings = settings(
    max_examples=60,
    stateful_step_count=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
