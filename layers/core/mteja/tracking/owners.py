"""Whose browser a visitor is: written together with the fact that says so, and beside the customer,
so that erasure finds it again.

Two people may share a browser: each has it from when it was said to be theirs until it was said to
be another's. What is verified takes all from what was claimed; nobody who is verified loses what
they did before another came.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mteja.identity.identifiers import Trust
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.store.keys import Apart
from mteja.store.table import Put, State
from mteja.tracking.items import NOBODY, BrowserItem, Owner, VisitorItem

if TYPE_CHECKING:
    from mteja.recording.draft import Draft
    from mteja.recording.facts import Json
    from mteja.recording.reading import Stored

# A browser that more people take in turns is a shop's own; the latest of them are known.
MAX_OWNERS = 20


class VisitorRider:
    """Says whose a visitor is from `at` (epoch ms) on. What is verified stands before a claim.
    Where it is known already nothing is written. `events` is the table of events."""

    def __init__(self, visitor: str, at: int, trust: Trust, events: TableApart) -> None:
        self._visitor = visitor
        self._place = Apart(events.name, keys.visitor(visitor))
        self._at = at
        self._trust = trust

    def reads(self) -> Iterable[Apart]:
        yield self._place

    def ride(self, stored: "Stored", customer: str | None, draft: "Draft") -> Mapping[str, "Json"]:
        known = stored.item(VisitorItem, self._place)
        item = None if customer is None else self._said(known, customer)
        if customer is None or item is None:
            return {}
        when = State.ABSENT if known is None else known.v
        draft.add(Put(item.model_dump(), when, self._place.table))
        theirs = keys.browser(customer, self._visitor)
        draft.add(Put(BrowserItem(pk=theirs.pk, sk=theirs.sk).model_dump()))
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    def _said(self, known: VisitorItem | None, customer: str) -> VisitorItem | None:
        """Return what stands from now on, None where nothing changes."""
        before: tuple[Owner, ...] = ()
        former: tuple[str, ...] = ()
        if known is not None and known.trust == self._trust:
            before, former = known.owners, known.former
        elif known is not None:
            if self._trust is not Trust.VERIFIED:
                return None
            former = tuple(sorted(known.everybody - {customer}))
        owners = in_turn([*before, (self._at, customer)])
        if owners == before:
            return None
        at, owner = owners[-1]
        return VisitorItem(
            pk=self._place.key.pk,
            sk=self._place.key.sk,
            v=1 if known is None else known.v + 1,
            customer=owner,
            at=at,
            trust=self._trust,
            earlier=owners[:-1],
            former=former,
        )


def in_turn(owners: Iterable[Owner]) -> tuple[Owner, ...]:
    """Return owners in order of time, one after itself once; of more than MAX_OWNERS the latest,
    and before them nobody."""
    told: list[Owner] = []
    for one in sorted(owners):
        if not told or told[-1][1] != one[1]:
            told.append(one)
    if len(told) > MAX_OWNERS:
        left: Sequence[Owner] = told[1 - MAX_OWNERS :]
        return ((told[0][0], NOBODY), *left)
    return tuple(told)


def without(item: VisitorItem, customer: str) -> VisitorItem | None:
    """Return what is left of whose a visitor is when a customer is erased: it was nobody's while it
    was theirs. None where it is nobody's at all then."""
    owners = in_turn((at, NOBODY if name == customer else name) for at, name in item.owners)
    if all(name == NOBODY for _, name in owners):
        return None
    at, owner = owners[-1]
    left = tuple(name for name in item.former if name != customer)
    told = {"v": item.v + 1, "customer": owner, "at": at, "earlier": owners[:-1], "former": left}
    return item.model_copy(update=told)
