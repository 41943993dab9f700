"""The ledger: whatever is entered in whatever order, it adds up."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.rewards.ledger import Entry, Standing, due_expiry, next_expiry, standing
from mteja.rewards.spans import ADJUSTED, EARNED, EXPIRED, REVERSED, SPENT, Span

FIRST = date(2026, 1, 1)
MEMBERS = ("cus_a", "cus_b")
WINDOW, LASTS = 3, 20


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def span(day: int, *, window: int = 0, lasts: int | None = LASTS) -> Span:
    return Span(on(day), on(day + window), None if lasts is None else on(day + lasts))


def entry(day: int, kind: str, amount: int, **more: object) -> Entry:
    number = more.pop("seq", day)
    made = Entry("cus_a", f"e{number}", int(str(number)), day, on(day), "points", kind, amount)
    return replace(made, **more)  # type: ignore[arg-type]


def earned(day: int, amount: int, lot: str, **more: object) -> Entry:
    lasts = more.pop("lasts", span(day))
    return entry(day, EARNED, amount, lot=lot, span=lasts, rule="purchase", **more)


def test_what_expires_first_is_spent_first() -> None:
    entries = [
        earned(1, 100, "late", lasts=span(1, lasts=30)),
        earned(2, 100, "soon", lasts=span(2, lasts=10)),
        entry(3, SPENT, -120),
    ]
    left = {lot.id: lot.left for lot in standing(entries, on(4)).lots}
    assert left == {"soon": 0, "late": 80}


def test_what_is_pending_is_not_spent_and_becomes_active_by_time_alone() -> None:
    entries = [earned(1, 100, "order", lasts=span(1, window=WINDOW))]
    before, after = standing(entries, on(3)), standing(entries, on(4))
    assert (before.active, before.pending) == (0, 100)
    assert (after.active, after.pending) == (100, 0)
    with pytest.raises(ValueError, match="more is taken"):
        before.taken_from(1)


def test_a_lot_is_gone_on_the_day_on_which_it_expires() -> None:
    entries = [earned(0, 100, "order"), entry(1, SPENT, -30)]
    assert standing(entries, on(LASTS - 1)).active == 70
    gone = standing(entries, on(LASTS))
    assert (gone.active, gone.lots[0].expired) == (0, 70)


def test_a_refund_of_what_was_spent_is_a_debt_and_what_comes_next_pays_it() -> None:
    entries = [
        earned(1, 100, "order"),
        entry(2, SPENT, -80),
        entry(3, REVERSED, -100, lot="order"),
    ]
    assert standing(entries, on(3)).debt == 80
    paid = standing([*entries, earned(4, 100, "next")], on(4))
    assert (paid.active, paid.debt) == (20, 0)


def test_a_refund_takes_nothing_that_another_lot_covers() -> None:
    entries = [
        earned(1, 100, "order"),
        earned(1, 100, "other", seq=9),
        entry(2, SPENT, -100),
        entry(3, REVERSED, -100, lot="order"),
    ]
    stands = standing(entries, on(3))
    assert (stands.active, stands.debt) == (0, 0)


def test_claims_wait_until_the_customer_is_known_by_more() -> None:
    claimed = earned(1, 50, "form", held=True)
    assert standing([claimed], on(9)).pending == 50
    assert standing([replace(claimed, held=False)], on(9)).active == 50
    assert standing([claimed], on(LASTS + 1)).pending == 0


def test_a_lot_that_moves_to_another_day_has_the_last_day_that_was_entered() -> None:
    entries = [earned(1, 10, "order"), replace(earned(5, 0, "order"), span=span(5))]
    assert standing(entries, on(6)).lots[0].span.earned_on == on(5)


def test_members_share_and_each_gives_what_is_its_own() -> None:
    entries = [
        earned(1, 100, "a"),
        earned(2, 100, "b", member="cus_b"),
    ]
    assert standing(entries, on(3)).taken_from(150) == {"cus_a": 100, "cus_b": 50}


def test_the_year_s_points_are_those_of_rules_after_refunds() -> None:
    entries = [
        earned(1, 100, "old"),
        earned(8, 70, "new"),
        entry(9, REVERSED, -20, lot="new"),
        entry(10, ADJUSTED, 500, lot="gift", span=span(10)),
        entry(11, SPENT, -60),
    ]
    assert standing(entries, on(12)).earned_since(on(5)) == 50


# Any operations, more than 100,000 of them: of 1,700 examples each plays 60 to 80, out of random
# bytes; of the other properties 25 to 100.


class Shop:
    """Does what a shop does to one person's ledger, and knows by itself how much there must be."""

    def __init__(self, told: bytes) -> None:
        self.day = 0
        self.entries: list[Entry] = []
        self.in_lots: dict[tuple[str, str], int] = {}
        self.spent = 0
        self.keys: set[int] = set()
        self._numbers = count(1)
        self.operations = 0
        for number in range(0, len(told) - 3, 4):
            what, which, amount, key = told[number : number + 4]
            self.operations += 1
            self._do(what % 8, which, amount, key)

    def _do(self, what: int, which: int, amount: int, key: int) -> None:
        member = MEMBERS[which % 2]
        match what:
            case 0:
                self.day += amount % 4
            case 1 | 2:
                self._earn(member, amount, window=WINDOW)
            case 3:
                self._refund(which, amount)
            case 4 | 5:
                self._spend(amount, key)
            case 6:
                self._earn(member, amount % 20, window=0)
            case 7:
                self.settle()

    def _add(self, member: str, kind: str, amount: int, **more: object) -> None:
        number = next(self._numbers)
        made = Entry(member, f"e{number:06d}", number, number, on(self.day), "points", kind, amount)
        self.entries.append(replace(made, **more))  # type: ignore[arg-type]

    def _earn(self, member: str, amount: int, window: int) -> None:
        lot = f"lot{len(self.in_lots)}"
        self.in_lots[member, lot] = amount
        self._add(member, EARNED, amount, lot=lot, span=span(self.day, window=window))

    def _refund(self, which: int, amount: int) -> None:
        if self.in_lots:
            member, lot = list(self.in_lots)[which % len(self.in_lots)]
            part = min(amount, self.in_lots[member, lot])
            self.in_lots[member, lot] -= part
            self._add(member, REVERSED, -part, lot=lot)

    def _spend(self, amount: int, key: int) -> None:
        """Spend what there is, never more; the same key again is the same click."""
        stands = self.stands
        if key in self.keys or not 0 < amount <= stands.active:
            return
        self.keys.add(key)
        self.spent += amount
        for member, part in stands.taken_from(amount).items():
            self._add(member, SPENT, -part)

    def settle(self) -> None:
        for (member, lot), amount in due_expiry(self.entries, self.stands).items():
            self._add(member, EXPIRED, -amount, lot=lot)

    @property
    def stands(self) -> Standing:
        return standing(self.entries, on(self.day))


def total(entries: Iterable[Entry]) -> int:
    return sum(one.amount for one in entries)


operations = st.binary(min_size=100, max_size=400)


@given(st.binary(min_size=240, max_size=320))
@settings(max_examples=1_700)
def test_the_entries_add_up_to_what_there_is(told: bytes) -> None:
    shop = Shop(told)
    stands = shop.stands
    due = sum(due_expiry(shop.entries, stands).values())
    assert total(shop.entries) - due == stands.balance
    assert stands.active >= 0
    assert stands.pending >= 0
    assert stands.debt >= 0
    assert not (stands.active and stands.debt)
    shop.settle()
    assert total(shop.entries) == shop.stands.balance
    assert due_expiry(shop.entries, shop.stands) == {}
    # Nothing is lost: what went into lots is left, expired, or was spent, but for what is owed.
    assert {(lot.member, lot.id): lot.amount for lot in stands.lots} == shop.in_lots
    gone = sum(lot.amount - lot.left - lot.expired for lot in stands.lots)
    assert gone == shop.spent - stands.debt


@given(operations, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_in_which_entries_are_read_is_irrelevant(told: bytes, random: Random) -> None:
    shop = Shop(told)
    mixed = list(shop.entries)
    random.shuffle(mixed)
    assert standing(mixed, on(shop.day)) == shop.stands


@given(operations, st.integers(0, 40))
@settings(max_examples=60)
def test_when_an_expiry_is_entered_is_irrelevant(told: bytes, later: int) -> None:
    shop = Shop(told)
    without = [one for one in shop.entries if one.kind != EXPIRED]
    day = on(shop.day + later)
    assert standing(without, day) == standing(shop.entries, day)


@given(operations, st.integers(0, 1_000), st.integers(1, 200))
@settings(max_examples=60)
def test_when_a_refund_becomes_known_is_irrelevant(told: bytes, which: int, amount: int) -> None:
    """Told at once, or after all else has happened: what is left is the same."""
    shop = Shop(told)
    lots = [one for one in shop.entries if one.kind == EARNED and one.amount]
    if not lots:
        return
    lot = lots[which % len(lots)]
    part = min(amount, shop.in_lots[lot.member, str(lot.lot)])
    refund = replace(lot, id="refund", kind=REVERSED, amount=-part, span=None)
    early = replace(refund, seq=lot.seq)
    late = replace(refund, seq=10**6, at=10**6, day=on(shop.day))
    assert _sum(standing([*shop.entries, early], on(shop.day))) == _sum(
        standing([*shop.entries, late], on(shop.day))
    )


def _sum(stands: Standing) -> Sequence[int]:
    return stands.active, stands.pending, stands.debt


@given(operations)
@settings(max_examples=40)
def test_nothing_is_due_before_the_next_expiry(told: bytes) -> None:
    shop = Shop(told)
    shop.settle()
    for member in MEMBERS:
        day = next_expiry(shop.entries, shop.stands, member)
        assert day is None or day > on(shop.day)
        until = day or on(shop.day + 100)
        before = standing(shop.entries, until - timedelta(days=1))
        assert not any(whose == member for whose, _ in due_expiry(shop.entries, before))


@given(operations)
@settings(max_examples=40)
def test_whoever_is_alone_again_loses_nothing_before_that_day_either(told: bytes) -> None:
    shop = Shop(told)
    shop.settle()
    for member in MEMBERS:
        until = next_expiry(shop.entries, shop.stands, member) or on(shop.day + 100)
        own = [one for one in shop.entries if one.member == member]
        now, before = (
            {lot.id: lot.expired for lot in standing(own, day).lots}
            for day in (on(shop.day), until - timedelta(days=1))
        )
        assert before == now
