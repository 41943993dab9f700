"""Which value of a field stands: by trust, then by time of observation. Pure rules.

A writer can't read what is stored. It compares equality tags, and seals only what is new.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mteja.customers.items import TraitEntry, TraitsItem
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


def with_seen(traits: TraitsItem, seen: Mapping[str, int]) -> TraitsItem:
    """Return traits whose entries know when they were last observed, from TRAITS and PROFILE."""
    fields = {
        name: entry.model_copy(update={"seen": max(entry.seen, seen.get(name, 0))})
        for name, entry in traits.fields.items()
    }
    return traits.model_copy(update={"fields": fields})


def without_seen(stored: TraitsItem, now: TraitsItem) -> tuple[TraitsItem, dict[str, int]]:
    """Return the traits to store, and what PROFILE notes instead.

    Where a value was only observed again, its entry stays as it is stored: TRAITS is then not
    written at all, and PROFILE, which is written anyway, says when.
    """
    fields = dict(now.fields)
    seen: dict[str, int] = {}
    for name, entry in now.fields.items():
        known = stored.fields.get(name)
        if known is not None and known == entry.model_copy(update={"seen": known.seen}):
            fields[name] = known
            if entry.seen > known.seen:
                seen[name] = entry.seen
    return now.model_copy(update={"fields": fields}), seen


def told(traits: TraitsItem) -> dict[str, int]:
    """Return by field when its verified value was last observed (epoch ms), of traits that know."""
    return {
        name: entry.seen for name, entry in traits.fields.items() if entry.trust == Trust.VERIFIED
    }


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
