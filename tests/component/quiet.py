"""A shop whose customers go quiet in tests: they buy, days pass, the daily job runs."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from mteja.aws import clients
from mteja.business.winning_back import Watching, WinBack, WinBackRule
from mteja.customers.items import ProfileItem
from mteja.customers.reading import read_person
from mteja.identity.identifiers import Identifier, Trust
from mteja.inactivity import runs
from mteja.inactivity.replanning import stamp
from mteja.inactivity.runs import Report
from mteja.offers.items import OfferItem
from mteja.orders.model import OrderNews
from mteja.recording.facts import Consent, Fact
from mteja.recording.record import record, recorder
from mteja.store import keys
from mteja.times import DAY_MS, business_day
from tests import facts, kit
from tests.component.postal import ADDRESS, Postal

PURPOSE = "marketing-email"
ASHA = facts.email(ADDRESS)


def rule(**more: Any) -> WinBackRule:
    """Return a rule that holds nobody out, so that a test knows what comes."""
    return WinBackRule.model_validate({"id": "quiet", "hold_out_per_cent": 0} | more)


class Quiet(Postal):
    """The function, as the scheduler and its queue see it, beside the functions of `Postal`."""

    def __init__(self, environment: dict[str, str], patch: pytest.MonkeyPatch) -> None:
        super().__init__(patch)
        self.patch = patch
        self.app = kit.handler("inactivity")
        self._queue = environment["INACTIVITY_QUEUE_URL"]
        patch.setattr(self.app, "now_ms", lambda: self.now)
        self.declare(rule())
        self._ran_until_yesterday()

    def declare(
        self, *rules: WinBackRule, fresh_days: dict[str, int] | None = None, **more: Any
    ) -> None:
        """Have these rules. `fresh_days`: of fields about which customers are asked by message."""
        made = WinBack(rules=rules, **more)
        self.patch.setattr("mteja.inactivity.making.win_back", lambda: made)
        watching = Watching(rules=rules, fresh_days=fresh_days or {})
        self.patch.setattr("mteja.customers.linking.watching", lambda: watching)
        self.patch.setattr(self.app, "watching", lambda: watching)
        within = replace(recorder(), watching=lambda: watching)
        self.patch.setattr("tests.component.quiet.recorder", lambda: within)

    def bought(self, *named: Identifier, number: str = "1", agrees: bool = True, **how: Any) -> str:
        """Record an order that is placed now, of somebody who agrees to marketing; return whose."""
        traits = how.pop("traits", None)
        placed = how.pop("placed_at", self.now)
        state = facts.state(self.now, placed_at=placed, **how)
        digest = hashlib.sha256(f"{number} {named} {state}".encode()).digest()[:8]
        said = (Consent(PURPOSE, "granted", self.now, "web"),) if agrees else ()
        who = named or (ASHA,)
        made = facts.order_fact(*who, order_id=number, consents=said, traits=traits)
        return self.take(
            replace(
                made,
                observed_at=self.now,
                received_at=self.now,
                order=OrderNews(number, digest, state),
            )
        )

    def stated(self, customer: str, status: str, purpose: str = PURPOSE) -> None:
        said = (Consent(purpose, status, self.now, "counter"),)
        self.take(
            Fact("staff", Trust.VERIFIED, self.now, self.now, customer=customer, consents=said)
        )

    def take(self, fact: Fact) -> str:
        recorded = record(fact, recorder())
        assert recorded.customer is not None
        return recorded.customer

    def hand_out(self, **event: Any) -> dict[str, Any]:
        """Start the job as the scheduler does."""
        answer: dict[str, Any] = self.app.lambda_handler(event, None)
        return answer

    def waiting_buckets(self) -> list[dict[str, Any]]:
        """Take all that waits in the queue, as records of an event."""
        records: list[dict[str, Any]] = []
        while True:
            told = clients.sqs().receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
            if not told.get("Messages"):
                return records
            for one in told["Messages"]:
                records.append({"messageId": one["MessageId"], "body": one["Body"]})
                clients.sqs().delete_message(
                    QueueUrl=self._queue, ReceiptHandle=one["ReceiptHandle"]
                )

    def work(self, records: Sequence[dict[str, Any]], seconds: int = 300) -> list[str]:
        """Hand messages over; return those that failed."""
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: 1000 * seconds)
        answer = self.app.lambda_handler({"Records": list(records)}, context)
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    def run(self, **event: Any) -> Report:
        """Run the job of today; return its report."""
        answer = self.hand_out(**event)
        while records := self.waiting_buckets():
            assert self.work(records) == []
        return self.report(answer["day"])

    def report(self, day: str | None = None) -> Report:
        asked = self.today if day is None else date.fromisoformat(day)
        found = runs.report(self.table, asked)
        assert found is not None
        return found

    def wait(self, days: int) -> None:
        """Let days pass, on each but the last of which a run found nobody."""
        self.now += days * DAY_MS
        self._ran_until_yesterday()

    def _ran_until_yesterday(self) -> None:
        rules = stamp(recorder().watching())
        runs.note_last(self.table, self.today - timedelta(days=1), rules)

    @property
    def today(self) -> date:
        return business_day(self.now, recorder().business.time_zone)

    def profile(self, customer: str) -> ProfileItem:
        raw = self.table.get(keys.profile(customer))
        return ProfileItem.model_validate(raw)

    def due(self, customer: str) -> str | None:
        """Return the day on which a customer is due."""
        where = self.profile(customer).due_pk
        return None if where is None else where.partition("#")[0]

    def offers(self, customer: str) -> list[OfferItem]:
        """Return the offers of a person, by when they were made."""
        members = read_person(self.table, customer).members
        return sorted((one for member in members for one in member.offers), key=lambda it: it.at)


@pytest.fixture
def quiet(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Quiet:
    return Quiet(aws, monkeypatch)
