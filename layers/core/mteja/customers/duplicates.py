"""Duplicate candidates: pairs of customers that share something, with evidence and a score.

The score says how likely the evidence makes it that two customers are one person. The weights are a
judgement, not a measurement: a card is one person's, a claimed e-mail nearly always, a telephone
often a family's, a browser anybody's in the house. Several kinds add up as independent chances.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mteja.customers.items import CandidateItem
from mteja.customers.reading import other_end, read_person
from mteja.errors import NotFound
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import Table
from mteja.store.wire import Item

OPEN = "candidate"
_CHANCES = {"email": 70, "card": 80, "phone": 60, "order": 50, "visitor": 20}
_OTHER_CHANCE = 50
MAX_READ = 200
_POSITION = re.compile(r"[0-9T:.Z-]{24}#(cus_[0-9A-Z]{26})\+(cus_[0-9A-Z]{26})")


@dataclass(frozen=True)
class Duplicate:
    """A pair, smaller id first, with what showed it."""

    customers: tuple[str, str]
    evidence: dict[str, str]
    score: int


def score(kinds: Iterable[str]) -> int:
    """Return 0 to 100 for kinds of evidence."""
    remaining = 100.0
    for kind in kinds:
        remaining *= 1 - _CHANCES.get(kind.partition("@")[0], _OTHER_CHANCE) / 100
    return round(100 - remaining)


@dataclass(frozen=True)
class Page:
    """Pairs, and the position after which the next page begins, None at the end."""

    pairs: tuple[Duplicate, ...]
    next: str | None


def duplicates(table: Table, after: str | None, limit: int) -> Page:
    """Return open pairs that are not one person already, oldest first, after a position.

    A page also ends after MAX_READ pairs that were read over: those linked or erased meanwhile.
    Raises ValueError for a position that is none.
    """
    start: Item | None = None
    if after is not None:
        position = _POSITION.fullmatch(after)
        if position is None:
            raise ValueError("not a position")
        key = keys.candidate(position[1], position[2])
        start = {"pk": key.pk, "sk": key.sk, "open_pk": OPEN, "open_sk": after}
    found: list[Duplicate] = []
    open_pairs = table.query(OPEN, index="open", start=start, limit=limit)
    for read, pointer in enumerate(open_pairs):
        if len(found) == limit or read == MAX_READ:
            return Page(tuple(found), after)
        after = str(pointer["open_sk"])
        pair = _pair(table, Key(str(pointer["pk"]), str(pointer["sk"])))
        if pair is not None:
            found.append(pair)
    return Page(tuple(found), None)


def _pair(table: Table, key: Key) -> Duplicate | None:
    """Return a pair, or None where it is one person by now, or one of the two is gone."""
    raw = table.get(key)
    if raw is None:
        return None
    item = CandidateItem.model_validate(raw)
    one, two = item.pk.partition("#")[2], other_end(item)
    try:
        if item.status != "open" or two in read_person(table, one).ids:
            return None
        read_person(table, two)
    except NotFound:
        return None
    return Duplicate((one, two), item.evidence, score(list(item.evidence)))
