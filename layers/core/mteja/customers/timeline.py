"""A person's timeline: what the members' partitions hold, merged newest first, page by page."""

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass

from mteja.customers.entries import (
    Entry,
    EntryMaker,
    consent_entry,
    link_entry,
    message_entry,
    offer_entries,
    points_entry,
)
from mteja.customers.items import InteractionItem
from mteja.customers.opening import Opener
from mteja.customers.reading import Member, Person
from mteja.store import keys
from mteja.store.table import Table

KINDS = frozenset(
    "order refund payment form call sale session event survey points offer message consent trait "
    "link note task request".split()
)
MAX_PAGE = 200
# Entries of other kinds are read over, for a page of one kind; after so many the page ends.
MAX_READ = 2_000
# Lambda answers at most 6 MB.
MAX_BYTES = 4_500_000
# Kinds that do not stand among the interactions.
_APART = frozenset({"consent", "link", "message", "offer", "points"})


@dataclass(frozen=True, order=True)
class Position:
    """Where an entry stands in the merged timeline: by time, then id, then member."""

    at: int
    id: str
    customer: str


@dataclass(frozen=True)
class Page:
    """Entries, and the position after which the next page begins, None at the end."""

    entries: tuple[Entry, ...]
    next: Position | None


type _Found = tuple[Position, str, InteractionItem | Entry]


def read_page(
    person: Person,
    *,
    table: Table,
    opener: Opener,
    kind: str | None,
    limit: int,
    after: Position | None,
) -> Page:
    """Return at most `limit` entries that are older than `after`, of one kind or of all.

    A page is shorter than `limit` with a `next` only where MAX_READ or MAX_BYTES ends it.
    """
    maker = EntryMaker(table, opener)
    entries: list[Entry] = []
    size = 0
    last: Position | None = after
    merged = heapq.merge(
        *_streams(person, table, opener, kind, limit, after), key=_position, reverse=True
    )
    for number, (position, its_kind, found) in enumerate(merged):
        if number == MAX_READ:
            return Page(tuple(entries), last)
        if kind in (None, its_kind):
            if len(entries) == limit:
                return Page(tuple(entries), last)
            entry = found if isinstance(found, Entry) else maker.entry(position.customer, found)
            size += len(json.dumps(entry.data))
            if entries and size > MAX_BYTES:
                return Page(tuple(entries), last)
            entries.append(entry)
        last = position
    return Page(tuple(entries), None)


def _streams(
    person: Person,
    table: Table,
    opener: Opener,
    kind: str | None,
    limit: int,
    after: Position | None,
) -> list[Iterator[_Found]]:
    streams: list[Iterator[_Found]] = []
    if kind is None or kind not in _APART:
        # Where other kinds are read over, larger pages save calls.
        page = limit + 1 if kind is None else MAX_PAGE
        streams += [_interactions(table, member, page, after) for member in person.members]
    if kind is None or kind in _APART:
        streams += [_apart(person, after), _points(person, opener, after)]
    return streams


def _interactions(
    table: Table, member: Member, page: int, after: Position | None
) -> Iterator[_Found]:
    """Yield a member's interactions, newest first, from the position on; first those that were read
    with the member."""
    customer = member.id
    if after is None:
        for item in member.latest.items:
            after = Position(item.at, item.id, customer)
            yield after, item.kind, item
        if not member.latest.older:
            return
    between = None
    if after is not None:
        between = (keys.INTERACTION_PREFIX, keys.interaction_sk(after.at, after.id))
    for raw in table.query(
        keys.customer_partition(customer),
        prefix=keys.INTERACTION_PREFIX,
        between=between,
        newest_first=True,
        limit=page,
    ):
        item = InteractionItem.model_validate(raw)
        position = Position(item.at, item.id, customer)
        if after is None or position < after:
            yield position, item.kind, item


def _points(person: Person, opener: Opener, after: Position | None) -> Iterator[_Found]:
    """Yield entries of the ledger, newest first, opened one by one. They were read with the
    person."""
    found = {
        Position(item.at, item.id, member.id): item
        for member in person.members
        for item in member.points
    }
    for position in sorted(found, reverse=True):
        if after is None or position < after:
            entry = points_entry(position.customer, found[position], opener)
            yield position, entry.kind, entry


def _apart(person: Person, after: Position | None) -> Iterator[_Found]:
    """Yield consents, links, messages and offers, newest first. They were read with the person."""
    found: list[_Found] = []
    for member in person.members:
        for entry in _entries_apart(member):
            position = Position(entry.at, entry.id, member.id)
            if after is None or position < after:
                found.append((position, entry.kind, entry))
    yield from sorted(found, key=_position, reverse=True)


def _entries_apart(member: Member) -> Iterator[Entry]:
    for row in member.consents:
        yield consent_entry(member.id, row)
    for message in member.messages:
        yield message_entry(message)
    for offer in member.offers:
        yield from offer_entries(offer)
    for link in member.links:
        entry = link_entry(member.id, link)
        if entry is not None:
            yield entry


def _position(found: _Found) -> Position:
    return found[0]
