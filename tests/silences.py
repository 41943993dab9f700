"""A shop in memory whose customers go quiet: they buy, days pass, the daily job runs. The shop's
own days; its clock stands still between them."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from mteja.business.compile import read
from mteja.business.model import Business
from mteja.business.winning_back import Watching, WinBack, WinBackRule
from mteja.customers import linking
from mteja.customers.items import ProfileItem
from mteja.customers.present import told_of
from mteja.customers.reading import read_person
from mteja.due import due_days, due_keys
from mteja.identity.identifiers import Identifier, Trust
from mteja.inactivity import runs
from mteja.inactivity.acting import Job
from mteja.inactivity.handing_out import hand_out
from mteja.inactivity.queue import Bucket, ToldOn, Work
from mteja.inactivity.replanning import Replanner, stamp
from mteja.inactivity.runs import FAILED, Report
from mteja.inactivity.winning import WinBackWatcher
from mteja.inactivity.working import Worker
from mteja.mail.items import MessageItem
from mteja.mail.outbox import partitions
from mteja.offers.items import OfferItem
from mteja.offers.making import Maker
from mteja.orders.model import OrderNews
from mteja.privacy.erasure import erase
from mteja.recording.facts import Consent, Fact
from mteja.recording.record import Recorder, record
from mteja.store import keys
from mteja.times import DAY_MS, business_day, parse_rfc3339
from tests import facts, kit
from tests.fakes.memory import memory_vault, no_tracks
from tests.fakes.mortal_table import MortalTable

BUSINESS = read(kit.ROOT / "layers/business/business.yaml")
VAULT = memory_vault()
PURPOSE = "marketing-email"
ASHA = facts.email("asha@example.com")
NOON = parse_rfc3339("2026-11-22T09:00:00Z")  # 12:00 in Dar es Salaam


def rule(**more: Any) -> WinBackRule:
    """Return a rule that holds nobody out, so that a test knows what comes."""
    return WinBackRule.model_validate({"id": "quiet", "hold_out_per_cent": 0} | more)


@dataclass
class Shop:
    """`shop_days`: the median gap that the nightly figures say."""

    win_back: WinBack = field(default_factory=lambda: WinBack(rules=(rule(),)))
    business: Business = BUSINESS
    now: int = NOON
    shop_days: float | None = None
    table: MortalTable = field(default_factory=MortalTable)
    troubles: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        """There has been a daily job for as long as there are customers."""
        yesterday = self.today - timedelta(days=1)
        runs.note_last(self.table, yesterday, stamp(self.watching))

    @property
    def recorder(self) -> Recorder:
        return Recorder(self.table, VAULT, self.business, lambda: self.watching)

    @property
    def watching(self) -> Watching:
        return Watching(rules=self.win_back.rules)

    @property
    def job(self) -> Job:
        maker = Maker(self.table, self.business, self.win_back.low_codes)
        watcher = WinBackWatcher(
            self.table, self.business, self.win_back, maker, lambda: self.shop_days
        )
        return Job(self.table, (watcher,), self.win_back.rules, self.business.time_zone)

    @property
    def today(self) -> date:
        return business_day(self.now, self.business.time_zone)

    def declare(self, *rules: WinBackRule, **more: Any) -> None:
        self.win_back = WinBack(rules=rules, **more)

    def bought(self, *named: Identifier, number: str = "1", agrees: bool = True, **how: Any) -> str:
        """Record an order that is placed now, of somebody who agrees to marketing; return whose."""
        placed = how.pop("placed_at", self.now)
        said = (Consent(PURPOSE, "granted", self.now, "web"),) if agrees else ()
        state = facts.state(self.now, placed_at=placed, **how)
        digest = hashlib.sha256(f"{number} {named} {state}".encode()).digest()[:8]
        made = facts.order_fact(*(named or (ASHA,)), order_id=number, consents=said)
        return self.take(
            replace(made, received_at=self.now, order=OrderNews(number, digest, state))
        )

    def cancelled(self, number: str, placed_at: int, *named: Identifier) -> None:
        self.now += 1
        self.bought(*named, number=number, placed_at=placed_at, cancelled=True, agrees=False)

    def stated(self, customer: str, status: str, purpose: str = PURPOSE) -> None:
        self.now += 1
        said = (Consent(purpose, status, self.now, "counter"),)
        self.take(
            Fact("staff", Trust.VERIFIED, self.now, self.now, customer=customer, consents=said)
        )

    def logged_in(self, customer: str, at: int | None = None) -> None:
        """Note a log-in, as the nightly summaries do."""
        profile = self.profile(customer)
        changed = profile.model_copy(update={"v": profile.v + 1, "last_login_at": at or self.now})
        zone = self.business.time_zone
        days = due_days(changed, self.watching, zone, told_of(self.table, changed))
        due = due_keys(days, self.now, zone=zone, customer=customer)
        self.table.put(changed.model_copy(update=due).model_dump(exclude_none=True))

    def take(self, fact: Fact) -> str:
        recorded = record(fact, self.recorder)
        assert recorded.customer is not None
        return recorded.customer

    def link(self, one: str, other: str) -> None:
        linking.link(self.table, one, other, "staff", self.now)

    def unlink(self, one: str, other: str, patch: Any) -> None:
        patch.setattr("mteja.customers.linking.watching", lambda: self.watching)
        linking.unlink(self.table, one, other, "staff", self.now)

    def erase(self, customer: str) -> None:
        erase([customer], table=self.table, vault=VAULT, tracks=no_tracks(), now_ms=self.now)

    def handed_out(self, day: date | None = None) -> list[Work]:
        """Hand out a run as the scheduler does; for a day that is named as somebody asks for it."""
        several: list[Work] = []
        zone, asked = self.business.time_zone, None if day is None else str(day)
        hand_out(self.table, self.watching, zone, self.now, several.extend, asked)
        return several

    def buckets(self, day: date | None = None) -> list[Bucket]:
        """Hand out a run; return its buckets. Due dates are planned anew at once."""
        several = self.handed_out(day)
        told = {str(one.get("log_pk")).rpartition("#")[0][-10:] for one in self.table.items()}
        for one in several:
            if isinstance(one, ToldOn) and str(one.day) in told:
                self.work(one)
        return [one for one in several if isinstance(one, Bucket)]

    def work(self, one: Work, until: Callable[[], bool] = lambda: False) -> Work | None:
        """Work a message; return the rest that is handed out again."""
        zone, clock = self.business.time_zone, lambda: self.now
        if isinstance(one, ToldOn):
            return Replanner(self.table, self.watching, zone, clock, until).work(one).rest
        return Worker(self.job, clock, until, self.troubles.append).work(one).rest

    def run(self, day: date | None = None) -> Report:
        """Run the job; return its report. Buckets in which nobody is are left out, to be fast."""
        buckets = self.buckets(day)
        full = {one.get("due_pk") for one in self.table.items()}
        for bucket in buckets:
            if bucket.partition in full:
                self.work(bucket)
        return self.report(day)

    def report(self, day: date | None = None) -> Report:
        found = runs.report(self.table, day or self.today)
        assert found is not None
        assert len(self.troubles) >= found.counts[FAILED]
        return found

    def days(self, number: int) -> Counter[date]:
        """Let days pass with a run on each; return how many offers were made on which."""
        made: Counter[date] = Counter()
        for _ in range(number):
            self.now += DAY_MS
            counts = self.run().counts
            made[self.today] = counts["acted"] + counts["held-out"]
        return +made

    def wait(self, days: int) -> None:
        self.now += days * DAY_MS

    def profile(self, customer: str) -> ProfileItem:
        raw = self.table.get(keys.profile(customer))
        return ProfileItem.model_validate(raw)

    def due(self, customer: str) -> date | None:
        where = self.profile(customer).due_pk
        return None if where is None else date.fromisoformat(where.partition("#")[0])

    def offers(self, customer: str) -> list[OfferItem]:
        """Return the offers of a person, by when they were made."""
        members = read_person(self.table, customer).members
        return sorted((one for member in members for one in member.offers), key=lambda it: it.at)

    def waiting(self) -> list[MessageItem]:
        return [
            MessageItem.model_validate(raw)
            for place in partitions()
            for raw in self.table.query(place)
        ]

    def day(self, days: int) -> date:
        """Return the day that is so many days after today."""
        return self.today + timedelta(days=days)
