"""What arrives, in our own words: a fact of one source about at most one person."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mteja.identity.identifiers import Identifier, Trust
from mteja.orders.model import OrderNews
from mteja.recording.riders import Rider

# So long after it was placed, a change of an order may still be what its customer says.
_SETTLES_MS = 14 * 86_400_000

type Json = str | int | bool | None | list[Json] | dict[str, Json]


@dataclass(frozen=True)
class Consent:
    """A statement of consent. `status` is granted, denied or withdrawn."""

    purpose: str
    status: str
    at: int
    channel: str
    text_version: str | None = None


@dataclass(frozen=True)
class Happening:
    """An entry for the timeline. `id` is derived from what happened, so that twice is once.

    `data` is not personal; `personal` is sealed; `apart` is sealed too, each by itself, beside what
    was `kept` sealed of it before: so something is added to what nobody here can open. `open_as`
    puts it among what waits for staff until `open_until`; `logged` puts it into the day's log, from
    which reports are made.
    """

    kind: str
    id: str
    at: int
    data: dict[str, Json]
    personal: dict[str, Json] | None = None
    apart: Mapping[str, Json] = field(default_factory=dict, hash=False)
    kept: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    open_as: str | None = None
    open_until: int | None = None
    logged: bool = False


@dataclass(frozen=True)
class Receipt:
    """How a delivery is recognised when it comes again: by its content; `delivery` is the sender's
    own id, kept to answer questions. `for_ms`: after so long equal content is a new fact. `told` is
    what whoever sends it again is told."""

    digest: str
    delivery: str | None
    for_ms: int | None = None
    told: Mapping[str, Json] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Fact:
    """One delivery, normalised.

    `observed_at` (epoch ms) says how new it is, `told_at` how new its traits are. A fact has an
    order's news, which is its own receipt, or a receipt. `spread_days`: of an import, whose due
    dates are spread over so many days instead of all falling on the next one. `finds_only`: it is
    about somebody whom we know, or about nobody; it makes no customer, and adds nothing by which
    one is found. `customer`: staff say whose it is, and its identifiers are added to that one;
    `if_versions` are the versions of PROFILEs, by customer, on which they decided. `makes` is the
    id of the customer that is made where its identifiers find nobody; with it, a customer is made
    even of what identifies nobody. `unconfirmed`: its identifiers are what that customer says of
    itself, over a link of its own: hints, by which nobody is found. `declined`: fields that the
    person would rather not tell. `confirmed`: fields of which the person says that what we know is
    still right, each with the time (epoch ms) up to which it is known what they speak of.
    `language`: which one the person reads, as it was told at `language_at` (None: `observed_at`).
    `riders`: what else is true together with it; `scopes`: whose keys these seal to.
    """

    source: str
    trust: Trust
    observed_at: int
    received_at: int
    identifiers: tuple[Identifier, ...] = ()
    traits: dict[str, Json] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()
    happenings: tuple[Happening, ...] = ()
    order: OrderNews | None = None
    receipt: Receipt | None = None
    spread_days: int = 1
    finds_only: bool = False
    customer: str | None = None
    if_versions: Mapping[str, int] = field(default_factory=dict)
    makes: str | None = None
    unconfirmed: bool = False
    declined: tuple[str, ...] = ()
    confirmed: Mapping[str, int] = field(default_factory=dict)
    language: str | None = None
    language_at: int | None = None
    riders: tuple[Rider, ...] = ()
    scopes: tuple[str, ...] = ()

    @property
    def told_at(self) -> int:
        """When the customer told what the fact says of them (epoch ms): by it, values are newer or
        older than others.

        An order changes long after its customer wrote it: it is sent, given back, filed away. What
        changes soon after it was placed may be an address put right, and counts by its own time. A
        later change outdoes what the same order said before, and nothing that was told since: its
        time counts a thousandth.
        """
        state = None if self.order is None else self.order.state
        if state is None:
            return self.observed_at
        settled = state.placed_at + _SETTLES_MS
        since = self.observed_at - settled
        return self.observed_at if since <= 0 else settled + since // 1000


def nameless(fact: Fact) -> Fact:
    """Return a fact without the person in it: what an order is, not whose."""
    return replace(fact, identifiers=(), traits={}, consents=(), happenings=(), language=None)


@dataclass(frozen=True)
class Recorded:
    """What became of a fact. `result` is "recorded", "duplicate" or "ignored"; `told` is what its
    receipt tells.

    Of a duplicate with a receipt, `taken_at` is when it was recorded, and `customer` whom it names
    today: a receipt outlives the person, and so keeps no id.
    """

    result: str
    customer: str | None = None
    notes: tuple[str, ...] = ()
    told: Mapping[str, object] = field(default_factory=dict)
    taken_at: int | None = None


def canonical(value: Json) -> bytes:
    """Return the bytes by which two values of a field are the same."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
