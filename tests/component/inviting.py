"""A shop that invites to surveys in tests: orders and calls go in, days pass, the mailer looks."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from mteja.business.surveys import Surveying
from mteja.customers.reading import read_person
from mteja.identity.identifiers import Identifier, Trust
from mteja.mail.items import MessageItem
from mteja.mail.outbox import partitions
from mteja.orders.model import OrderNews
from mteja.recording.facts import Consent, Fact, Happening
from mteja.recording.record import record, recorder
from mteja.surveys.invited import read_invited
from mteja.surveys.inviting import with_invitations
from mteja.times import DAY_MS, business_day, rfc3339
from tests import facts, kit, questions
from tests.component.counter import order
from tests.component.postal import ADDRESS, Postal

WEEK = 7


class Inviting(Postal):
    """The demonstration's rules, if no others are declared."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__(patch)
        self._patch = patch
        self._orders = kit.handler("orders")
        self.surveys = kit.handler("surveys")
        for module in ("functions.orders.app", "functions.surveys.app"):
            patch.setattr(f"{module}.now_ms", lambda: self.now)

    def declare(self, *invite: dict[str, Any], **of_survey: Any) -> None:
        """Have one survey, `made-up`, that invites by these rules."""
        asked = {"id": "recommend", "kind": "nps"}
        self.surveying(questions.declared(asked, invite=list(invite), **of_survey))

    def surveying(self, surveying: Surveying) -> None:
        self._patch.setattr("mteja.surveys.inviting.inviting", lambda: surveying.inviting)
        self._patch.setattr("mteja.mail.making.surveying", lambda: surveying)

    def deliver(self, number: int = 1, topic: str = "orders/paid", **changes: Any) -> str:
        """Let the shop tell of an order that is placed now; return what became of it."""
        at = rfc3339(self.now)
        placed = dict.fromkeys(("created_at", "updated_at", "processed_at"), at)
        body = kit.changed(order(id=number, email=ADDRESS), **placed | changes)
        answer = self._orders.lambda_handler(kit.webhook_event(body, topic), None)
        assert answer["statusCode"] == 200
        result: str = json.loads(answer["body"])["result"]
        return result

    def ordered(self, *named: Identifier, number: str = "1", **changes: Any) -> str:
        """Record an order that is placed now; return whose it is."""
        placed = changes.pop("placed_at", self.now)
        state = facts.state(self.now, placed_at=placed, **changes)
        digest = hashlib.sha256(f"{number} {named} {state}".encode()).digest()[:8]
        made = facts.order_fact(*named, order_id=number)
        return self.take(
            replace(made, received_at=self.now, order=OrderNews(number, digest, state))
        )

    def called(self, *named: Identifier, call: str = "cal_1", **more: Any) -> str:
        happened = Happening("call", call, self.now, {"kind": "question"}, logged=True)
        return self.take(self._of_staff(*named, happenings=(happened,), **more))

    def stated(self, customer: str, purpose: str, status: str) -> None:
        consent = Consent(purpose, status, self.now, "counter")
        self.take(self._of_staff(customer=customer, consents=(consent,)))

    def _of_staff(self, *named: Identifier, **more: Any) -> Fact:
        return Fact("staff", Trust.VERIFIED, self.now, self.now, named, **more)

    def take(self, fact: Fact) -> str:
        """Record a fact with the invitations that follow from it; return whose it is."""
        recorded = record(with_invitations(fact), recorder())
        assert recorded.customer is not None
        return recorded.customer

    def days(self, days: int) -> dict[str, int]:
        """Let days pass, and the mailer look at the end; return what became of how many."""
        self.now += days * DAY_MS
        return self.send()

    def later(self) -> list[MessageItem]:
        """Return everything that waits, the yearly ones too."""
        return [
            MessageItem.model_validate(raw)
            for place in partitions()
            for raw in self.table.query(place)
        ]

    def invited(self, survey: str = "made-up") -> int:
        """Return how many reports say were invited, of all days."""
        today = business_day(self.now, recorder().business.time_zone)
        first = today.replace(year=today.year - 2, day=1)
        return read_invited(self.table, survey, first, today)

    def of(self, customer: str) -> list[tuple[str, str | None]]:
        """Return what became of a person's messages, the oldest first."""
        members = read_person(self.table, customer).members
        messages = sorted(
            (one for member in members for one in member.messages), key=lambda one: one.at or 0
        )
        return [(one.status, one.reason) for one in messages]


@pytest.fixture
def shop(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Inviting:
    return Inviting(monkeypatch)
