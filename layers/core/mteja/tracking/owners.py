"""Whose browser a visitor is: written together with the fact that says so, and beside the customer,
so that erasure finds it again.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mteja.identity.identifiers import Trust
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.store.keys import Apart
from mteja.store.table import Put, State
from mteja.tracking.items import BrowserItem, VisitorItem

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
        self._visitor = visitor
        self._place = Apart(events.name, keys.visitor(visitor))
        self._at = at
        self._trust = trust

    def reads(self) -> Iterable[Apart]:
        yield self._place

    def ride(self, stored: "Stored", customer: str | None, draft: "Draft") -> Mapping[str, "Json"]:
        known = stored.item(VisitorItem, self._place)
        if customer is None or (known is not None and not self._replaces(known, customer)):
            return {}
        item = VisitorItem(
            pk=self._place.key.pk,
            sk=self._place.key.sk,
            v=1 if known is None else known.v + 1,
            customer=customer,
            at=self._at,
            trust=self._trust,
            former=() if known is None else _former(known, customer),
        )
        when = State.ABSENT if known is None else known.v
        draft.add(Put(item.model_dump(), when, self._place.table))
        theirs = keys.browser(customer, self._visitor)
        draft.add(Put(BrowserItem(pk=theirs.pk, sk=theirs.sk).model_dump()))
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
