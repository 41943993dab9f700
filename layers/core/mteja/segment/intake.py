"""Taking the calls of one request: what they say of persons and orders is recorded, what visitors
did goes into the table of events.

When it returns, every call is durable or counted as refused. Where it raises, some may be: a
library then sends all again, and none counts twice.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mteja.aws.secrets import Secrets
from mteja.business.forms import Asking
from mteja.business.sites import Sites
from mteja.errors import Conflict, RateLimited, Unreadable
from mteja.forms.values import Setting
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.recording.facts import Fact, Receipt
from mteja.recording.record import Recorder, record
from mteja.recording.riders import Rider
from mteja.segment import browsers, orders, people
from mteja.segment.door import Sender
from mteja.segment.events import EVENTS, event
from mteja.segment.messages import Message, Refused, message
from mteja.times import DAY_MS, business_day
from mteja.tracking.packed import FULL, Batch, Event
from mteja.tracking.store import EventsTable
from mteja.tracking.visitors import VisitorRider

# Libraries wait for an answer for 10 s (Node) and 15 s (Python).
_LONGEST_S = 8.0
_AT_ONCE = 8
# Of events in one item, in characters before they are packed: DynamoDB takes 400 KB.
_MOST_TEXT = 150_000
_NOBODY = "-"


@dataclass(frozen=True)
class Service:
    """What the Segment-compatible API needs."""

    within: Recorder
    sites: Sites
    asking: Asking
    secrets: Secrets
    events: EventsTable


@dataclass
class Taken:
    """What became of the calls, by kind; `refused` by reason. Nothing personal in it."""

    recorded: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    """A call, as it came, and who sent it."""

    raw: object
    sender: Sender


class Intake:
    """One request on its way."""

    def __init__(self, service: Service, now: int) -> None:
        self._service = service
        self._now = now
        self._ends = time.monotonic() + _LONGEST_S
        self._index = service.within.vault.index
        business = service.within.business
        self._setting = Setting(business.country, business_day(now, business.time_zone))
        self._taken = Taken()
        self._lock = threading.Lock()
        self._refused: dict[str, list[tuple[str, str]]] = {}  # by site: reason, digest

    def take(self, calls: Sequence[Call], sent_at: object, context: dict[str, Any]) -> Taken:
        """Take calls. Raises Conflict where the time is not enough, and errors of AWS."""
        facts: dict[tuple[str, str], list[Callable[[], None]]] = {}
        happened: list[tuple[Message, Sender, Event]] = []
        for call in calls:
            sender = call.sender
            sent: Message | None = None
            try:
                sent = message(
                    call.raw,
                    sent_at=sent_at,
                    context=context,
                    received_at=self._now,
                    site=sender.site.id,
                )
                told = self._event(sent, sender)
                fact = self._fact(sent, sender)
            except Refused as refusal:
                self._refuse(sender, refusal.reason, "" if sent is None else sent.digest)
                continue
            if told is not None:
                happened.append((sent, sender, told))
            if fact is not None:
                whose = (sender.source, sent.user_id or sent.anonymous_id or "")
                facts.setdefault(whose, []).append(partial(self._record, fact, sent, sender))
        self._side_by_side(facts.values())
        self._side_by_side([[put] for put in self._puts(happened)])
        return self._taken

    def _event(self, sent: Message, sender: Sender) -> Event | None:
        if sent.type not in EVENTS:
            return None
        told = event(sent, sender.site.properties)
        if told.at < self._now - sender.site.keep_days * DAY_MS:
            raise Refused("too-old")
        return told

    def _fact(self, sent: Message, sender: Sender) -> Fact | None:
        received_at, region = self._now, self._setting.region
        if sender.verified and sender.site.orders and orders.meaning(sent) is not None:
            return orders.fact(sent, sender, region=region, received_at=received_at)
        if sent.type not in people.PEOPLE:
            return None
        return people.fact(
            sent,
            sender,
            asking=self._service.asking,
            setting=self._setting,
            received_at=received_at,
            receipt=self._receipt(sent, sender),
            riders=tuple(self._riders(sent, sender)),
        )

    def _receipt(self, sent: Message, sender: Sender) -> Receipt:
        """The content is part of it, and so is the trust: with a public key nobody uses up a
        server's calls. Without an id of its own, what a call says of a person could be guessed from
        a digest: then it is a MAC."""
        digest = sent.digest if sent.named else self._index.of("receipt", sent.digest)
        return Receipt(f"{sender.trust[0]}-{digest}", None)

    def _riders(self, sent: Message, sender: Sender) -> Iterator[Rider]:
        for visitor in browsers.all_of(sent, sender, self._index):
            yield VisitorRider(visitor, sent.at, sender.trust, self._service.events)

    def _record(self, fact: Fact, sent: Message, sender: Sender) -> None:
        try:
            recorded = record(fact, self._service.within)
        except RateLimited:
            self._refuse(sender, "too-many-claims", sent.digest)
            return
        except Unreadable as error:
            self._refuse(sender, error.reason, sent.digest)
            return
        if recorded.result == "ignored":
            self._refuse(sender, "nobody", sent.digest)
            return
        with self._lock:
            self._taken.recorded[sent.type] += 1
            self._taken.notes += recorded.notes

    def _refuse(self, sender: Sender, reason: str, digest: str) -> None:
        with self._lock:
            self._taken.refused[reason] += 1
            self._refused.setdefault(sender.site.id, []).append((reason, digest))

    def _puts(
        self, happened: Sequence[tuple[Message, Sender, Event]]
    ) -> Iterator[Callable[[], None]]:
        """Yield what puts each visitor's events, and what was refused."""
        customers = self._customers(happened)
        groups: dict[tuple[str, str, Trust, str | None], list[tuple[Message, Event]]] = {}
        keep_days: dict[str, int] = {}
        for sent, sender, told in happened:
            visitor = browsers.of(sent, sender, self._index)
            customer = (
                customers.get((sender.source, sent.user_id or "")) if sender.verified else None
            )
            group = (sender.site.id, visitor, sender.trust, customer)
            groups.setdefault(group, []).append((sent, told))
            keep_days[sender.site.id] = sender.site.keep_days
        for (site, visitor, trust, customer), some in groups.items():
            for part in _parts(some):
                batch = Batch(
                    site=site,
                    id=derived_id("seg", site, trust, visitor, *(sent.digest for sent, _ in part)),
                    visitor=visitor,
                    received_at=self._now,
                    consent=FULL,
                    events=tuple(told for _, told in part),
                    trust=trust.value,
                    known=any(sent.user_id is not None for sent, _ in part),
                    customer=customer,
                )
                yield partial(self._put, batch, keep_days[site], [sent.type for sent, _ in part])
        for one in self._service.sites.sites:
            if one.id in self._refused:
                yield partial(self._put, self._refusals(one.id), one.keep_days, [])

    def _refusals(self, site: str) -> Batch:
        """Return the item by which a report can tell what was refused, and why."""
        told = sorted(self._refused[site])
        return Batch(
            site=site,
            id=derived_id("seg", site, *(f"{reason} {digest}" for reason, digest in told)),
            visitor=_NOBODY,
            received_at=self._now,
            consent=FULL,
            events=(),
            refused=dict(Counter(reason for reason, _ in told)),
        )

    def _put(self, batch: Batch, keep_days: int, types: Sequence[str]) -> None:
        self._service.events.put(batch, keep_days)
        with self._lock:
            self._taken.recorded.update(types)

    def _customers(
        self, happened: Sequence[tuple[Message, Sender, Event]]
    ) -> dict[tuple[str, str], str]:
        """Return whose the user ids are that a server tells, as far as we know."""
        told = {
            (sender.source, sent.user_id)
            for sent, sender, _ in happened
            if sender.verified and sent.user_id is not None
        }
        return browsers.customers(told, self._service.within.table, self._index)

    def _side_by_side(self, lanes: Iterable[Sequence[Callable[[], None]]]) -> None:
        """Do what stands in a lane one after the other, several lanes at a time. Raises the first
        error when all have ended."""
        todo = list(lanes)
        if len(todo) < 2:
            for lane in todo:
                self._along(lane)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            ended = [pool.submit(self._along, lane) for lane in todo]
        for one in ended:
            one.result()

    def _along(self, lane: Sequence[Callable[[], None]]) -> None:
        for step in lane:
            if time.monotonic() > self._ends:
                raise Conflict("too many calls for one request: the rest comes again")
            step()


def _parts(some: Sequence[tuple[Message, Event]]) -> Iterator[list[tuple[Message, Event]]]:
    """Yield the events in portions that fit an item, however little they can be compressed."""
    part: list[tuple[Message, Event]] = []
    room = _MOST_TEXT
    for sent, told in some:
        needed = len(repr(told))
        if needed > room and part:
            yield part
            part, room = [], _MOST_TEXT
        part.append((sent, told))
        room -= needed
    yield part
