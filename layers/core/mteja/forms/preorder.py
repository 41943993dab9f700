"""Pre-orders: so many pieces are promised and not one more; whoever comes later waits in line.

One counter holds how many are promised, and a promise is made in the transaction of the fact that
asks for it, on the condition that there is room: any number of requests at once can't oversell.
Who finds no room draws a number. A place that becomes free goes to the smallest number (`settle`),
and nobody is served past those who wait (docs/decisions/0012).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from mteja.business.forms import Product
from mteja.errors import InvalidInput
from mteja.forms.items import CountItem, PlaceItem, QueueItem, TicketItem, WaitingItem
from mteja.identity.identifiers import EMAIL
from mteja.pages.catalogues import marked
from mteja.recording.draft import Draft
from mteja.recording.facts import Json
from mteja.recording.reading import Stored
from mteja.store import product_keys
from mteja.store.keys import Key
from mteja.store.table import Add, Delete, Put, State, Table, TransactionLost, Write
from mteja.store.wire import Item

RESERVED, WAITING, CANCELLED = "reserved", "waiting", "cancelled"
# Served in one go; who still waits is served by whoever comes next.
_MOST_SERVED = 200
_ATTEMPTS = 20
# No request lives so long. A number that was drawn before and that nobody waits with was lost with
# a function that was killed.
_LOST_AFTER_MS = 60_000
NOBODY = marked("needed, so that the order has somebody to go to")


class PlaceRider:
    """A place among those that are promised, or in the line of those who wait."""

    def __init__(
        self, product: Product, ticket: str, quantity: int, at_ms: int, trust: str, table: Table
    ) -> None:
        self._product = product
        self._ticket = ticket
        self._quantity = quantity
        self._at = at_ms
        self._trust = trust
        self._table = table
        self._number: int | None = None
        self._ahead = 0

    def reads(self) -> Iterable[Key]:
        return (
            product_keys.preorder_count(self._product.id),
            product_keys.preorder_queue(self._product.id),
        )

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> Mapping[str, Json]:
        """Promise the pieces, or queue. Raises InvalidInput where nobody is named."""
        if customer is None:
            raise InvalidInput(EMAIL, NOBODY)
        told: dict[str, Json]
        if self._has_room(stored):
            self.let_go()
            counter = product_keys.preorder_count(self._product.id)
            draft.add(Add(counter, "taken", self._quantity, _capacity(self._product)))
            told = {"status": RESERVED}
        else:
            draft.add(self._queued(stored))
            told = {"status": WAITING, "position": self._ahead + 1}
        draft.add(*self._ticket_writes(customer, str(told["status"])))
        return {"ticket": self._ticket, "product": self._product.id, **told}

    def let_go(self) -> None:
        if self._number is None:
            return
        if find_ticket(self._product.id, self._ticket, self._table) is None:
            self._table.add(product_keys.preorder_queue(self._product.id), "left")
        self._number = None

    def _has_room(self, stored: Stored) -> bool:
        count = stored.item(CountItem, product_keys.preorder_count(self._product.id))
        taken = 0 if count is None else count.taken
        if taken + self._quantity > _capacity(self._product):
            return False
        return _first_waiting(self._product.id, self._table) is None

    def _queued(self, stored: Stored) -> Put:
        if self._number is None:
            key = product_keys.preorder_queue(self._product.id)
            self._count_lost(stored.item(QueueItem, key))
            drawn = self._table.add(key, "drawn", at={"drawn_at": self._at})
            queue = QueueItem.model_validate(drawn)
            self._number = queue.drawn
            self._ahead = max(0, queue.drawn - queue.left - 1)
        key = product_keys.preorder_waiting(self._product.id, self._number)
        item = WaitingItem(pk=key.pk, sk=key.sk, ticket=self._ticket)
        return Put(item.model_dump(), State.ABSENT)

    def _count_lost(self, queue: QueueItem | None) -> None:
        """Count numbers that were lost among those that left, so that nobody seems to be ahead."""
        if queue is None or queue.left >= queue.drawn:
            return
        if self._at - queue.drawn_at < _LOST_AFTER_MS:
            return
        if _first_waiting(self._product.id, self._table) is not None:
            return
        lost = Add(
            product_keys.preorder_queue(self._product.id),
            "left",
            queue.drawn - queue.left,
            queue.drawn,
        )
        with suppress(TransactionLost):  # somebody else counted them
            self._table.transact([lost])

    def _ticket_writes(self, customer: str, state: str) -> list[Write]:
        key = product_keys.preorder_ticket(self._product.id, self._ticket)
        ticket = TicketItem(
            pk=key.pk,
            sk=key.sk,
            v=1,
            customer=customer,
            quantity=self._quantity,
            state=state,
            number=self._number,
            at=self._at,
            trust=self._trust,
        )
        key = product_keys.place(customer, self._product.id, self._ticket)
        place = PlaceItem(
            pk=key.pk, sk=key.sk, product=self._product.id, ticket=self._ticket, at=self._at
        )
        return [
            Put(ticket.model_dump(exclude_none=True), State.ABSENT),
            Put(place.model_dump(), State.ABSENT),
        ]


class CancelRider:
    """Gives a place back. Cancelling what is cancelled changes nothing."""

    def __init__(self, product: str, ticket: str) -> None:
        self._product = product
        self._ticket = ticket

    def reads(self) -> Iterable[Key]:
        return (product_keys.preorder_ticket(self._product, self._ticket),)

    def ride(
        self,
        stored: Stored,
        customer: str | None,  # noqa: ARG002 - the ticket says whose it is
        draft: Draft,
    ) -> Mapping[str, Json]:
        ticket = stored.item(TicketItem, product_keys.preorder_ticket(self._product, self._ticket))
        if ticket is not None and ticket.state != CANCELLED:
            draft.add(*given_back(self._product, ticket))
            changed = ticket.model_copy(update={"state": CANCELLED, "v": ticket.v + 1})
            draft.add(Put(changed.model_dump(exclude_none=True), ticket.v))
        return {"status": CANCELLED}

    def let_go(self) -> None:
        """Nothing was taken."""


def given_back(product: str, ticket: TicketItem) -> list[Write]:
    """Return the writes by which a ticket's place is somebody else's, without the ticket's own."""
    if ticket.state == RESERVED:
        return [Add(product_keys.preorder_count(product), "taken", -ticket.quantity)]
    if ticket.state == WAITING and ticket.number is not None:
        return [
            Delete(product_keys.preorder_waiting(product, ticket.number)),
            Add(product_keys.preorder_queue(product), "left", 1),
        ]
    return []


def find_ticket(product: str, ticket: str, table: Table) -> TicketItem | None:
    """Return a ticket, or None where there is none (any more)."""
    raw = table.get(product_keys.preorder_ticket(product, ticket))
    return None if raw is None else TicketItem.model_validate(raw)


def tickets(
    product: str, table: Table, after: str | None, limit: int
) -> Iterator[tuple[str, TicketItem]]:
    """Yield the tickets of a product with their ids, which are in the order of time, after one."""
    partition = product_keys.preorder_ticket(product, "").pk
    start: Item | None = None
    if after is not None:
        start = {"pk": partition, "sk": product_keys.preorder_ticket(product, after).sk}
    prefix = product_keys.preorder_ticket(product, "").sk
    for raw in table.query(partition, prefix=prefix, start=start, limit=limit):
        ticket = TicketItem.model_validate(raw)
        yield ticket.sk.removeprefix(prefix), ticket


def remaining(product: Product, table: Table) -> int:
    """Return how many pieces can still be promised. None while somebody waits."""
    left = max(0, _capacity(product) - _taken(product.id, table))
    return 0 if left and _first_waiting(product.id, table) is not None else left


def settle(product: Product, table: Table) -> int:
    """Give what is free to those who wait, the first first; return how many were served.

    Whoever frees a place, queues, or raises the capacity calls this; any number at once come to one
    result. Nobody is served past the first, even where a smaller order would fit.
    """
    served = lost = 0
    while served < _MOST_SERVED and lost < _ATTEMPTS:
        first = _first_waiting(product.id, table)
        if first is None:
            break
        ticket = find_ticket(product.id, first.ticket, table)
        if ticket is None or ticket.state != WAITING:
            lost += 1  # served by somebody else between the two readings
            continue
        if _taken(product.id, table) + ticket.quantity > _capacity(product):
            break
        try:
            table.transact(_promise(product, ticket))
        except TransactionLost:
            lost += 1
            continue
        served += 1
    return served


def _promise(product: Product, ticket: TicketItem) -> list[Write]:
    promised = ticket.model_copy(update={"state": RESERVED, "v": ticket.v + 1})
    return [
        Put(promised.model_dump(exclude_none=True), ticket.v),
        *given_back(product.id, ticket),
        Add(product_keys.preorder_count(product.id), "taken", ticket.quantity, _capacity(product)),
    ]


def _first_waiting(product: str, table: Table) -> WaitingItem | None:
    partition = product_keys.preorder_queue(product).pk
    raw = next(table.query(partition, prefix=product_keys.WAITING_PREFIX, limit=1), None)
    return None if raw is None else WaitingItem.model_validate(raw)


def _taken(product: str, table: Table) -> int:
    raw = table.get(product_keys.preorder_count(product))
    return 0 if raw is None else CountItem.model_validate(raw).taken


def _capacity(product: Product) -> int:
    return 0 if product.preorder is None else product.preorder.capacity
