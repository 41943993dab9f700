"""Duplicate candidates: pairs of customers that share something, with evidence and a score.

The score says how likely the evidence makes it that two customers are one person. The weights are a
judgement, not a measurement: a card is one person's, a claimed e-mail nearly always, a telephone
often a family's, a browser anybody's in the house. Several kinds add up as independent chances.
"""

from collections.abc import Iterator
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


@dataclass(frozen=True)
class Duplicate:
    """A pair, smaller id first. `position` is where it stands among the open ones."""

    customers: tuple[str, str]
    evidence: dict[str, str]
    score: int
    position: str


def score(kinds: Iterator[str] | list[str]) -> int:
    """Return 0 to 100 for kinds of evidence."""
    remaining = 100.0
    for kind in kinds:
        remaining *= 1 - _CHANCES.get(kind.partition("@")[0], _OTHER_CHANCE) / 100
    return round(100 - remaining)


def duplicates(table: Table, after: str | None, limit: int) -> Iterator[Duplicate]:
    """Yield open pairs that are not one person already, oldest first, after a position."""
    start: Item | None = None
    if after is not None:
        one, two = after.partition("#")[2].split("+")
        key = keys.candidate(one, two)
        start = {"pk": key.pk, "sk": key.sk, "open_pk": OPEN, "open_sk": after}
    for pointer in table.query(OPEN, index="open", start=start, limit=limit):
        raw = table.get(Key(str(pointer["pk"]), str(pointer["sk"])))
        if raw is None:
            continue
        item = CandidateItem.model_validate(raw)
        one, two = item.pk.partition("#")[2], other_end(item)
        try:
            if item.status != "open" or two in read_person(table, one).ids:
                continue
        except NotFound:
            continue  # erased meanwhile
        yield Duplicate((one, two), item.evidence, score(list(item.evidence)), str(item.open_sk))
