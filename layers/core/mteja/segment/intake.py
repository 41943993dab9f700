"""Taking the calls of one request: what they say of persons and orders is recorded, what visitors
did goes into the table of events.

When it returns, every call is durable or counted as refused. Where it raises, some may be: a
library then sends all again, and none counts twice.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING, Any

from mteja.aws.secrets import Secrets
from mteja.business.sites import Sites
from mteja.errors import Conflict, RateLimited, Unreadable
from mteja.ids import derived_id
from mteja.recording.facts import Fact, Receipt
from mteja.recording.record import Recorder, record
from mteja.recording.riders import Rider
from mteja.segment import browsers, orders, people
from mteja.segment.door import Sender
from mteja.segment.events import EVENTS, event
from mteja.segment.messages import Message, digest_of, message
from mteja.store.apart import TableApart
from mteja.times import business_day
from mteja.tracking.events import Refused
from mteja.tracking.owners import VisitorRider
from mteja.tracking.packed import FULL, NO_CONSENT, Batch, Event
from mteja.tracking.robots import robot_of
from mteja.tracking.store import EventStore
from mteja.tracking.visitors import MAX_USER_AGENT, Visitor, visitor_of
from mteja.tracking.visitors import Sender as Browser

if TYPE_CHECKING:
    from mteja.business.forms import Asking

# Libraries wait for an answer for 10 s (Node) and 15 s (Python).
LONGEST_S = 8.0
AT_ONCE = 8
# Of events in one item, in characters before they are packed: DynamoDB takes 400 KB.
_MOST_TEXT = 150_000
# Visitors whose customers are asked for together.
_VISITORS_A_STEP = 25
_NOBODY = "-"


@dataclass(frozen=True)
class Service:
    """What the Segment-compatible API needs. Whose a visitor is stands in the table of events."""

    within: Recorder
    sites: Sites
    asking: "Callable[[], Asking]"
    secrets: Secrets
    events: EventStore
    visitors: TableApart


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


@dataclass(frozen=True)
class Happened:
    """Something that a visitor did, by whom it was told and whose it is."""

    sent: Message
    sender: Sender
    event: Event
    visitor: Visitor
    bot: str | None


class Intake:
    """One request on its way. `browser`: where it came from."""

    def __init__(self, service: Service, browser: Browser, now: int) -> None:
        self._service = service
        self._browser = browser
        self._now = now
        self._ends = time.monotonic() + LONGEST_S
        self._index = service.within.vault.index
        business = service.within.business
        today = business_day(now, business.time_zone)
        self._here = people.Here(business.country, today, service.asking)
        self._taken = Taken()
        self._lock = threading.Lock()
        self._refused: dict[Sender, list[tuple[str, str]]] = {}  # reason, digest

    def take(self, calls: Sequence[Call], sent_at: object, context: dict[str, Any]) -> Taken:
        """Take calls. Raises Conflict where the time is not enough, and errors of AWS."""
        facts: dict[tuple[str, str], list[Callable[[], None]]] = {}
        happened: list[Happened] = []
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
                told = self._happened(sent, sender)
                fact = self._fact(sent, sender)
            except Refused as refusal:
                digest = digest_of(call.raw) if sent is None else sent.digest
                self._refuse(sender, refusal.reason, digest)
                continue
            if told is not None:
                happened.append(told)
            if fact is not None:
                whose = (sender.source, sent.user_id or sent.anonymous_id or "")
                facts.setdefault(whose, []).append(partial(self._record, fact, sent, sender))
        self._side_by_side(facts.values())
        self._side_by_side([[step] for step in self._puts(happened)])
        return self._taken

    def _happened(self, sent: Message, sender: Sender) -> Happened | None:
        if sent.type not in EVENTS:
            return None
        told = event(sent, sender.site.properties, self._now)
        agent = sent.context.get("userAgent")
        bot = robot_of(agent[:MAX_USER_AGENT]) if isinstance(agent, str) else None
        return Happened(
            sent, sender, told, self._visitor(sent, sender), None if bot is None else f"list:{bot}"
        )

    def _visitor(self, sent: Message, sender: Sender) -> Visitor:
        """A library keeps an id where the page that loads it may; a browser that asks not to be
        followed is not, as with our own tracker."""
        if self._unfollowed(sender):
            website, events = sender.website, self._service.events
            return visitor_of(self._browser, website, events, self._now)
        return Visitor(next(browsers.named(sent, sender, self._index)), FULL)

    def _unfollowed(self, sender: Sender) -> bool:
        return self._browser.gpc and not sender.verified

    def _fact(self, sent: Message, sender: Sender) -> Fact | None:
        received_at, region = self._now, self._here.region
        if sender.verified and sender.site.orders and orders.meaning(sent) is not None:
            return orders.fact(sent, sender, region=region, received_at=received_at)
        if sent.type not in people.PEOPLE:
            return None
        who = replace(sent, anonymous_id=None) if self._unfollowed(sender) else sent
        return people.fact(
            who,
            sender,
            here=self._here,
            received_at=received_at,
            receipt=self._receipt(sent, sender),
            riders=tuple(self._riders(sent, sender)),
        )

    def _receipt(self, sent: Message, sender: Sender) -> Receipt:
        """The content is part of it, and so is the trust: with a public key nobody uses up a
        server's calls. Without an id of its own, what a call says of a person could be guessed from
        a digest: then it is a MAC."""
        digest = sent.digest
        if not sent.named:
            digest = browsers.mac("receipt", digest, sender, self._index)
        return Receipt(f"{sender.trust[0]}-{digest}", None)

    def _riders(self, sent: Message, sender: Sender) -> Iterator[Rider]:
        if not self._unfollowed(sender):
            for visitor in browsers.named(sent, sender, self._index):
                yield VisitorRider(visitor, sent.at, sender.trust, self._service.visitors)

    def _record(self, fact: Fact, sent: Message, sender: Sender) -> None:
        if fact.order is not None:
            from mteja.orders.following import with_what_follows

            fact = with_what_follows(fact, self._service.within)
        try:
            recorded = record(fact, self._service.within)
        except RateLimited:
            self._refuse(sender, "too-many-claims", sent.digest)
            return
        except Unreadable as error:
            self._refuse(sender, error.reason, sent.digest)
            return
        if recorded.customer is None and fact.order is None:
            self._refuse(sender, "nobody", sent.digest)
            return
        with self._lock:
            if sent.type not in EVENTS:  # an order's event counts when it is put
                self._taken.recorded[sent.type] += 1
            self._taken.notes += recorded.notes

    def _refuse(self, sender: Sender, reason: str, digest: str) -> None:
        with self._lock:
            self._taken.refused[reason] += 1
            self._refused.setdefault(sender, []).append((reason, digest))

    def _puts(self, happened: Sequence[Happened]) -> Iterator[Callable[[], None]]:
        """Yield what puts the events of some visitors, and what was refused."""
        groups: dict[tuple[object, ...], list[Happened]] = {}
        for one in happened:
            groups.setdefault((one.sender, one.visitor, one.bot, _user(one)), []).append(one)
        for some in batched(groups.values(), _VISITORS_A_STEP, strict=False):
            yield partial(self._put_all, some)
        for sender, refused in self._refused.items():
            yield partial(self._put, self._refusals(sender, refused), sender, [])

    def _put_all(self, groups: Sequence[Sequence[Happened]]) -> None:
        """Put the events of some visitors. Whose the user ids are is found out for these alone:
        what one step of a request has asked for stays, when the time ends before the others."""
        customers = self._customers([some[0] for some in groups])
        for some in groups:
            for part in _parts(some):
                batch = self._batch(part, customers.get(_user(part[0])))
                self._put(batch, part[0].sender, [one.sent.type for one in part])

    def _batch(self, part: Sequence[Happened], customer: str | None) -> Batch:
        first = part[0]
        site, visitor, trust = first.sender.site.id, first.visitor, first.sender.trust
        digests = (one.sent.digest for one in part)
        return Batch(
            site=site,
            id=derived_id("seg", site, trust, visitor.id, *digests),
            visitor=visitor.id,
            received_at=self._now,
            consent=visitor.consent,
            events=tuple(one.event for one in part),
            trust=trust.value,
            before=visitor.before,
            known=visitor.consent == FULL and any(one.sent.user_id is not None for one in part),
            bot=first.bot,
            customer=customer,
        )

    def _refusals(self, sender: Sender, refused: Sequence[tuple[str, str]]) -> Batch:
        """Return the item by which a report can tell what was refused, and why."""
        site, told = sender.site.id, (f"{reason} {digest}" for reason, digest in sorted(refused))
        return Batch(
            site=site,
            id=derived_id("seg", site, sender.trust, *told),
            visitor=_NOBODY,
            received_at=self._now,
            consent=NO_CONSENT,
            events=(),
            trust=sender.trust.value,
            refused=dict(Counter(reason for reason, _ in refused)),
        )

    def _put(self, batch: Batch, sender: Sender, types: Sequence[str]) -> None:
        zone = self._service.within.business.time_zone
        self._service.events.add(batch, zone, sender.site.keep_days)
        with self._lock:
            self._taken.recorded.update(types)

    def _customers(self, happened: Sequence[Happened]) -> dict[tuple[str, str], str]:
        """Return whose the user ids are that a server tells, as far as we know."""
        told = {_user(one) for one in happened if one.sender.verified and one.sent.user_id}
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

        with ThreadPoolExecutor(AT_ONCE) as pool:
            ended = [pool.submit(self._along, lane) for lane in todo]
        for one in ended:
            one.result()

    def _along(self, lane: Sequence[Callable[[], None]]) -> None:
        for step in lane:
            if time.monotonic() > self._ends:
                raise Conflict("too many calls for one request: the rest comes again")
            step()


def _user(one: Happened) -> tuple[str, str]:
    """Return what a server calls a user: nobody for what a page tells."""
    user_id = one.sent.user_id if one.sender.verified else None
    return one.sender.source, user_id or ""


def _parts(some: Sequence[Happened]) -> Iterator[list[Happened]]:
    """Yield the events in portions that fit an item, however little they can be compressed."""
    part: list[Happened] = []
    room = _MOST_TEXT
    for one in some:
        needed = len(repr(one.event))
        if needed > room and part:
            yield part
            part, room = [], _MOST_TEXT
        part.append(one)
        room -= needed
    yield part
