"""Whose browser a visitor is: written together with the fact that says so."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mteja.identity.identifiers import Trust
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key
from mteja.store.table import Put, State
from mteja.tracking.items import VisitorItem

if TYPE_CHECKING:
    from mteja.recording.draft import Draft
    from mteja.recording.facts import Json
    from mteja.recording.reading import Stored

# Of so many the timelines are put right; who takes a browser over more often between two nights
# makes claims, and each leaves a claim at most.
MAX_FORMER = 10


class VisitorRider:
    """Says whose a visitor is. What is verified stands before a claim; of two of one trust the one
    that was said later. Where it is known already nothing is written. `events` is the table of
    events; `at` is epoch ms."""

    def __init__(self, visitor: str, at: int, trust: Trust, events: TableApart) -> None:
        self._key = keys.visitor(visitor)
        self._at = at
        self._trust = trust
        self._events = events
        self._known: VisitorItem | None = None

    def reads(self) -> Iterable[Key]:
        """It stands in another table than all else, so it is read here, again at each attempt."""
        raw = self._events.get_many([self._key]).get(self._key)
        self._known = None if raw is None else VisitorItem.model_validate(raw)
        return ()

    def ride(
        self,
        stored: "Stored",  # noqa: ARG002 - a rider's own
        customer: str | None,
        draft: "Draft",
    ) -> Mapping[str, "Json"]:
        known = self._known
        if customer is None or (known is not None and not self._replaces(known, customer)):
            return {}
        item = VisitorItem(
            pk=self._key.pk,
            sk=self._key.sk,
            v=1 if known is None else known.v + 1,
            customer=customer,
            at=self._at,
            trust=self._trust,
            former=() if known is None else _former(known, customer),
        )
        when = State.ABSENT if known is None else known.v
        draft.add(Put(item.model_dump(), when, self._events.name))
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    def _replaces(self, known: VisitorItem, customer: str) -> bool:
        mine, its = self._trust is Trust.VERIFIED, known.trust == Trust.VERIFIED
        if mine is not its:
            return mine
        return known.customer != customer and self._at > known.at


def _former(known: VisitorItem, customer: str) -> tuple[str, ...]:
    """Return whose a visitor was taken for before, the latest first."""
    told = dict.fromkeys((known.customer, *known.former))
    return tuple(one for one in told if one != customer)[:MAX_FORMER]
