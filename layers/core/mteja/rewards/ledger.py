"""The ledger: what a person has, computed of its entries alone. Pure; no AWS, no clock.

Entries are added and never changed. Those that name a lot make it or change how much is in it; the
others take from what there is. Which lots they took from is not written but played again, by the
days on which lots can be spent and expire, the first to expire first: so the order in which a
refund, an expiry and a spending became known is irrelevant to what is left (docs/decisions/0025).
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mteja.rewards.spans import EXPIRED, Span


@dataclass(frozen=True)
class Entry:
    """One line of a member's ledger. `seq` orders the lines of one member; `day` is the business's
    day on which it was written. `held`: by what anybody could type, until the member is known by
    more than that."""

    member: str
    id: str
    seq: int
    at: int
    day: date
    unit: str
    kind: str
    amount: int
    lot: str | None = None
    rule: str | None = None
    span: Span | None = None
    held: bool = False


@dataclass(frozen=True)
class Lot:
    """What was earned at once. `amount` went in, after refunds; of it `left` can be spent, now or
    later; `expired` was not spent in time."""

    member: str
    id: str
    rule: str | None
    span: Span
    held: bool
    amount: int
    left: int
    expired: int = 0

    def with_left(self, left: int, expired: int) -> "Lot":
        """Return the lot with less in it. Written out, as a long ledger has thousands."""
        its = self.member, self.id, self.rule, self.span, self.held, self.amount
        return Lot(*its, left, expired)

    def is_active(self, today: date) -> bool:
        return not self.held and self.span.active_from <= today


@dataclass(frozen=True)
class Standing:
    """What a person has of one unit. `debt` was spent and is not covered: of a refunded order, say.
    Whoever has any has nothing active."""

    today: date
    debt: int
    lots: tuple[Lot, ...]

    @property
    def active(self) -> int:
        return sum(lot.left for lot in self.lots if lot.is_active(self.today))

    @property
    def pending(self) -> int:
        return sum(lot.left for lot in self.lots if not lot.is_active(self.today))

    @property
    def balance(self) -> int:
        """Return what all entries add up to, once what expired is entered."""
        return self.active + self.pending - self.debt

    def taken_from(self, amount: int) -> dict[str, int]:
        """Return how much of a spending each member gives: of lots that expire first. There must be
        as much."""
        shares: dict[str, int] = {}
        for lot in sorted(self._spendable(), key=_first_to_expire):
            part = min(lot.left, amount)
            if part:
                shares[lot.member] = shares.get(lot.member, 0) + part
            amount -= part
        if amount:
            raise ValueError("more is taken than there is")
        return shares

    def earned_since(self, day: date) -> int:
        """Return what was earned from a day on by rules, after refunds."""
        return sum(
            lot.amount
            for lot in self.lots
            if lot.rule is not None and not lot.held and lot.span.earned_on >= day
        )

    def _spendable(self) -> Iterator[Lot]:
        return (lot for lot in self.lots if lot.is_active(self.today))


def standing(entries: Iterable[Entry], today: date) -> Standing:
    """Return what entries of one unit, of one or several members, come to on a day."""
    known = list(entries)
    lots = list(_lots(known))
    left = [lot.amount for lot in lots]
    expired = [0] * len(lots)
    open_lots: list[tuple[date, date, str, str, int]] = []
    debt = 0
    for _, what, _, _, number in sorted(_happenings(known, lots, today)):
        if what == _EXPIRY:
            expired[number], left[number] = left[number], 0
        elif what == _ACTIVATION:
            paid = min(debt, left[number])
            left[number] -= paid
            debt -= paid
            heapq.heappush(open_lots, (*_first_to_expire(lots[number]), number))
        else:
            debt += _take(-known[number].amount, open_lots, left)
    return Standing(
        today,
        debt,
        tuple(
            lot if lot.left == left[number] else lot.with_left(left[number], expired[number])
            for number, lot in enumerate(lots)
        ),
    )


# On one day: what expires is gone before anything is spent, what becomes active is there.
_EXPIRY, _ACTIVATION, _DEBIT = range(3)


def _happenings(
    entries: Sequence[Entry], lots: Sequence[Lot], today: date
) -> Iterator[tuple[date, int, int, str, int]]:
    for number, lot in enumerate(lots):
        span = lot.span
        ends = span.expires_on or date.max
        if ends <= today:
            yield ends, _EXPIRY, 0, "", number
        if lot.is_active(today):
            yield span.active_from, _ACTIVATION, ends.toordinal(), f"{lot.id}{lot.member}", number
    for number, entry in enumerate(entries):
        if entry.lot is None:
            yield entry.day, _DEBIT, entry.at, f"{entry.id}{entry.member}", number


def _take(amount: int, open_lots: list[tuple[date, date, str, str, int]], left: list[int]) -> int:
    """Take from the lots that expire first; return what is not covered."""
    while amount and open_lots:
        number = open_lots[0][-1]
        part = min(amount, left[number])
        left[number] -= part
        amount -= part
        if not left[number]:
            heapq.heappop(open_lots)
    return amount


def _first_to_expire(lot: Lot) -> tuple[date, date, str, str]:
    return lot.span.expires_on or date.max, lot.span.active_from, lot.id, lot.member


@dataclass(slots=True)
class _Filling:
    """A lot while its entries are read."""

    first: Entry
    span: Span
    held: bool
    amount: int = 0

    def lot(self) -> Lot:
        first, amount = self.first, self.amount
        return Lot(first.member, first.lot or "", first.rule, self.span, self.held, amount, amount)


def _lots(entries: Iterable[Entry]) -> Iterator[Lot]:
    """Return the lots that entries make, each with what is in it now. Of several spans the last
    that was entered counts."""
    made: dict[tuple[str, str], _Filling] = {}
    for one in sorted(entries, key=lambda entry: (entry.member, entry.seq, entry.id)):
        if one.lot is None or one.kind == EXPIRED:
            continue
        lot = made.get((one.member, one.lot))
        if lot is None:
            if one.span is None:
                raise ValueError(f"the lot of {one.id} has no beginning")
            lot = made[one.member, one.lot] = _Filling(one, one.span, one.held)
        lot.span = one.span or lot.span
        lot.held = lot.held and one.held
        lot.amount += one.amount
    return (filled.lot() for filled in made.values())


def due_expiry(entries: Iterable[Entry], stands: Standing) -> dict[tuple[str, str], int]:
    """Return, by member and lot, what expired and is not entered yet. Below zero where more was
    entered than expired: a refund that became known later took it away."""
    due = {(lot.member, lot.id): lot.expired for lot in stands.lots if lot.expired}
    for one in entries:
        if one.kind == EXPIRED and one.lot is not None:
            due[one.member, one.lot] = due.get((one.member, one.lot), 0) + one.amount
    return {lot: amount for lot, amount in due.items() if amount}


def next_expiry(entries: Iterable[Entry], stands: Standing, member: str) -> date | None:
    """Return the next day on which a member's lots lose something, with the others' or, should its
    link be undone, by itself; None where they never will."""
    known = list(entries)
    own = [one for one in known if one.member == member]
    alone = stands if len(own) == len(known) else standing(own, stands.today)
    ends = (
        lot.span.expires_on
        for lot in (*stands.lots, *alone.lots)
        if lot.member == member and lot.left
    )
    return min((day for day in ends if day is not None), default=None)
