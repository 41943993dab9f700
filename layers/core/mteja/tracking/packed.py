"""Events as they are stored: several in one item, packed, append only (design, section 7).

An item holds one batch of one visitor: who sent it and when it came stands in clear, the events are
JSON, compressed. A batch of a few events fits a kilobyte, which is one write unit. An item is put
only where its key, made of the batch's id, is absent: a batch that is sent again is no second item.
What is said of a person (`identify`) is never in it.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Shards of a day, by visitor: a visitor's events of a day are in one of them.
EVENT_SHARDS = 8
NO_CONSENT, ESSENTIAL, FULL = "none", "essential", "full"

# Names of an event's members in the packed form. What is not there was not told.
_SHORT = {
    "id": "i",
    "type": "t",
    "at": "a",
    "path": "p",
    "host": "h",
    "referrer": "r",
    "title": "n",
    "campaign": "c",
    "load": "l",
    "active_ms": "m",
    "name": "e",
    "properties": "o",
    "screen": "s",
    "language": "g",
}
_LONG = {short: name for name, short in _SHORT.items()}


@dataclass(frozen=True)
class Event:
    """One thing that a visitor did. Nothing personal.

    `id`: message id, by which an event that came twice counts once. `type`: `page`, `leave` (the
    page was closed: `active_ms` in all), `event` (`name` and declared `properties`), `consent`.
    `at`: epoch ms, put right by the sender's clock. `path`: without query and fragment, parts that
    look like an address masked. `referrer`: host of another site, or None. `campaign`: of the
    address's utm_ parameters by their short names (`source`, `medium`, `campaign`, …). `load`:
    milliseconds `ttfb`, `dom`, `load`, `lcp`. `screen`: `s`, `m` or `l`.
    """

    id: str
    type: str
    at: int
    path: str | None = None
    host: str | None = None
    referrer: str | None = None
    title: str | None = None
    campaign: Mapping[str, str] | None = None
    load: Mapping[str, int] | None = None
    active_ms: int | None = None
    name: str | None = None
    properties: Mapping[str, Any] | None = None
    screen: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Batch:
    """What one item holds.

    `site`: of the owner's file. `visitor`: a random id where the visitor agreed to one; otherwise a
    hash under the day's salt, by which nobody is known again the next day. `before`: in the first
    half hour of a day, the same under the salt of the day before, so that midnight cuts no session.
    `consent`: none, essential or full. `trust`: verified where it came with the secret key.
    `known`: the sender says that the visitor was identified before. `bot`: by whose list or sign.
    """

    site: str
    id: str
    visitor: str
    received_at: int
    consent: str
    events: Sequence[Event]
    trust: str = "claimed"
    before: str | None = None
    known: bool = False
    bot: str | None = None
    customer: str | None = None
    refused: Mapping[str, int] = field(default_factory=dict)


def hashed_name(shard: int, hashed: str) -> str:
    """Return the name of a visitor who did not agree to an id: `3.q8v…`. No id has a dot."""
    return f"{shard}.{hashed}"


def shard_of(visitor: str) -> int:
    """Return the shard of a visitor's events, from 0. A hash of a day says it (`3.q8v…`): who has
    another one since midnight stays in one shard, so that one worker sees both."""
    said, dot, _ = visitor.partition(".")
    if dot and said.isdecimal() and said.isascii():
        return int(said[:3]) % EVENT_SHARDS
    return hashlib.blake2s(visitor.encode(), digest_size=4).digest()[0] % EVENT_SHARDS


def to_item(batch: Batch, pk: str, sk: str, expires_at: int) -> dict[str, Any]:
    """Return the item of a batch, as plain values."""
    events = [
        {
            _SHORT[name]: value
            for name, value in vars(event).items()
            if value is not None and value != {}
        }
        for event in batch.events
    ]
    text = json.dumps(events, ensure_ascii=False, separators=(",", ":"))
    item: dict[str, Any] = {
        "pk": pk,
        "sk": sk,
        "site": batch.site,
        "visitor": batch.visitor,
        "at": batch.received_at,
        "consent": batch.consent,
        "events": zlib.compress(text.encode(), 9),
        "expires_at": expires_at,
    }
    if batch.trust != "claimed":
        item["trust"] = batch.trust
    for name in ("before", "known", "bot", "customer", "refused"):
        value = getattr(batch, name)
        if value:
            item[name] = dict(value) if isinstance(value, Mapping) else value
    return item


def from_item(item: Mapping[str, Any]) -> Batch:
    """Return the batch of an item."""
    return Batch(
        site=item["site"],
        id=item["sk"],
        visitor=item["visitor"],
        received_at=item["at"],
        consent=item["consent"],
        events=tuple(_events(item["events"])),
        trust=item.get("trust", "claimed"),
        before=item.get("before"),
        known=bool(item.get("known")),
        bot=item.get("bot"),
        customer=item.get("customer"),
        refused=item.get("refused", {}),
    )


def _events(packed: bytes) -> Iterator[Event]:
    for one in json.loads(zlib.decompress(packed)):
        yield Event(**{_LONG[name]: value for name, value in one.items() if name in _LONG})
