"""Which value of a field stands: by trust, then by time of observation. Pure rules.

A writer can't read what is stored. It compares equality tags, and seals only what is new.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mteja.customers.items import TraitEntry
from mteja.identity.identifiers import Trust

_RANK = {Trust.CLAIMED: 0, Trust.VERIFIED: 1}


@dataclass(frozen=True)
class Observed:
    """A value of a field as a fact gives it, with its equality tag."""

    field: str
    tag: bytes
    trust: Trust
    source: str
    at: int


@dataclass(frozen=True)
class Change:
    """`current` stands from now on; `other` is the value that was replaced, or came too late."""

    field: str
    at: int
    current: TraitEntry
    other: TraitEntry
    late: bool


def observe(
    stored: TraitEntry | None, new: Observed, seal: Callable[[], bytes]
) -> tuple[TraitEntry, Change | None]:
    """Return the entry that stands after an observation, and the change if there is one.

    `seal` is called only where the new value must be kept. The result does not depend on the order
    in which values of the same trust arrive: the newest stands, and of two of one time the one with
    the greater tag.
    """
    if stored is not None and stored.tag == new.tag:
        if _RANK[new.trust] < _rank(stored):
            return stored, None  # a claim lends no newness to what is verified
        if _RANK[new.trust] == _rank(stored):
            return stored.model_copy(update={"seen": max(stored.seen, new.at)}), None
    entry = TraitEntry(
        sealed=seal(), tag=new.tag, trust=new.trust, source=new.source, at=new.at, seen=new.at
    )
    if stored is None or stored.tag == new.tag:
        return entry, None
    if _standing(entry) > _standing(stored):
        return entry, Change(new.field, new.at, current=entry, other=stored, late=False)
    return stored, Change(new.field, new.at, current=stored, other=entry, late=True)


def _rank(entry: TraitEntry) -> int:
    return _RANK[Trust(entry.trust)]


def _standing(entry: TraitEntry) -> tuple[int, int, bytes]:
    return _rank(entry), entry.seen, entry.tag
