"""`POST /v1/collect`: from the body of a beacon to one item.

Body: docs/visitors.md and docs/openapi.json. Whatever is wrong with the whole is told by a 4xx;
what is wrong with an event is counted with its batch, and the other events are taken.
"""

import json
import re
from base64 import b32encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any, NoReturn

from mteja.errors import InvalidInput, MalformedBody, RateLimited
from mteja.http.limits import Limit
from mteja.tracking import events
from mteja.tracking.packed import FULL, NO_CONSENT, Batch, Event
from mteja.tracking.robots import robot_of
from mteja.tracking.sites import Website
from mteja.tracking.store import EventStore
from mteja.tracking.visitors import Sender, Visitor, visitor_of

MAX_EVENTS = 100
_CONSENTS = frozenset({"none", "essential", "full"})
_BATCH_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
# Nobody opens more pages a minute; who does counts as a robot. Told only of who has an id: people
# behind one address, with one kind of browser, share the hash of a day.
_BEACONS_OF_A_PERSON = 60


@dataclass(frozen=True)
class Beacon:
    """What a body says, checked as far as all of it depends on it."""

    key: str
    id: str | None
    sent_at: object
    visitor: object
    consent: str
    known: bool
    robot: bool
    events: list[object]


@dataclass(frozen=True)
class Taken:
    """What came of a beacon. `batch` is None where there was nothing in it; `new` is False for one
    that was sent again."""

    visitor: Visitor
    batch: Batch | None
    new: bool


def read(body: bytes) -> Beacon:
    """Return what a body says. Raises MalformedBody for what is no JSON object, InvalidInput for a
    member that is not what it should be."""
    raw = _object(body)
    key = raw.get("key")
    if not isinstance(key, str):
        raise InvalidInput("key", "the website's write key")
    told = raw.get("id")
    if told is not None and not (isinstance(told, str) and _BATCH_ID.fullmatch(told)):
        raise InvalidInput("id", "1 to 64 letters, digits or _.:-")
    consent = NO_CONSENT if raw.get("consent") is None else raw["consent"]
    if not isinstance(consent, str) or consent not in _CONSENTS:
        raise InvalidInput("consent", "none, essential or full")
    listed = raw.get("events")
    if not isinstance(listed, list):
        raise InvalidInput("events", "a list")
    if len(listed) > MAX_EVENTS:
        raise InvalidInput("events", "at most {most} at a time", most=MAX_EVENTS)
    return Beacon(
        key=key,
        id=told,
        sent_at=raw.get("sent_at"),
        visitor=raw.get("visitor"),
        consent=consent,
        known=raw.get("known") is True,
        robot=raw.get("robot") is True,
        events=listed,
    )


class Collector:
    """Takes beacons. `watch` remembers, in this process, who sends more than a person can."""

    def __init__(self, store: EventStore, watch: Limit | None = None) -> None:
        self._store = store
        self._watch = watch or Limit(_BEACONS_OF_A_PERSON)

    def take(self, beacon: Beacon, sender: Sender, site: Website, now_ms: int) -> Taken:
        """Store what a beacon holds. Raises what botocore raises, and TooLarge."""
        visitor = visitor_of(sender, site, self._store, now_ms, beacon.visitor, beacon.consent)
        batch_id = beacon.id or _content_id(beacon)
        taken, refused = _read_all(beacon, batch_id, now_ms, site.properties)
        if not taken and not refused:
            return Taken(visitor, None, new=False)
        batch = Batch(
            site=site.id,
            # Of site and visitor too: nobody's batch can take the place of another's.
            id=_short_hash(site.id, visitor.id, batch_id),
            visitor=visitor.id,
            received_at=now_ms,
            consent=visitor.consent,
            events=taken,
            before=visitor.before,
            known=beacon.known and visitor.consent == FULL,
            bot=self._robot(beacon, sender, visitor),
            refused=refused,
        )
        return Taken(visitor, batch, self._store.add(batch, site.zone, site.keep_days))

    def _robot(self, beacon: Beacon, sender: Sender, visitor: Visitor) -> str | None:
        """Return by which sign this is a robot: `list:Googlebot/`, `webdriver`, `no-user-agent`,
        `busy`; or None."""
        listed = robot_of(sender.user_agent)
        if listed is not None:
            return f"list:{listed}"
        if beacon.robot:
            return "webdriver"
        if not sender.user_agent.strip():
            return "no-user-agent"
        if visitor.consent == NO_CONSENT:
            return None
        try:
            self._watch.take(visitor.id)
        except RateLimited:
            return "busy"
        return None


def _read_all(
    beacon: Beacon, batch_id: str, now_ms: int, declared: frozenset[str] = frozenset()
) -> tuple[tuple[Event, ...], Mapping[str, int]]:
    clock = events.Clock.of(now_ms, beacon.sent_at)
    taken = []
    refused: Counter[str] = Counter()
    for number, raw in enumerate(beacon.events):
        try:
            taken.append(events.read(raw, f"{batch_id}.{number}", clock, declared))
        except events.Refused as why:
            refused[why.reason] += 1
    return tuple(taken), refused


def _object(body: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedBody from None
    if not isinstance(raw, dict):
        raise MalformedBody
    return raw


def _no_constant(_name: str) -> NoReturn:
    """NaN and Infinity are Python's own and no JSON."""
    raise ValueError


def _content_id(beacon: Beacon) -> str:
    return _short_hash(json.dumps([beacon.sent_at, beacon.visitor, beacon.events]))


def _short_hash(*parts: str) -> str:
    digest = blake2s("\x1f".join(parts).encode("utf-8", "replace"), digest_size=15).digest()
    return b32encode(digest).decode().lower()
