"""Orders with a code, in any order, several times, cancelled and changed, and staff between them:
what becomes of the offer follows from the orders as they stand, and from nothing else.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from mteja.business.winning_back import WinBackRule
from mteja.customers.reading import read_person
from mteja.errors import AlreadyTaken, InvalidInput
from mteja.identity.identifiers import Trust
from mteja.offers.items import CodeItem, OfferItem, Standing, Use
from mteja.offers.making import Act, Maker
from mteja.offers.riding import with_offers
from mteja.offers.standing import redeemed
from mteja.offers.using import StaffRider
from mteja.orders.model import OrderNews
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.sources.own import STAFF
from mteja.times import DAY_MS
from tests import facts
from tests.fakes.memory_table import MemoryTable
from tests.kit import NOW_MS
from tests.unit.test_mail_machine import BUSINESS, VAULT

CODE = "7K3F-9QXZ-41CD"
RULE = WinBackRule(id="quiet", hold_out_per_cent=0)
ASHA, BINTI = facts.email("asha@example.com"), facts.email("binti@example.com")
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Told:
    """One version of one order."""

    number: int
    version: int
    codes: tuple[str, ...]
    cancelled: bool
    unpaid: bool
    test: bool
    by_another: bool
    placed_after_h: int


TOLD = st.builds(
    Told,
    number=st.integers(1, 3),
    version=st.integers(1, 4),
    codes=st.sampled_from([(), (CODE,), (CODE.lower(), "SUMMER10"), ("SUMMER10",)]),
    cancelled=st.booleans(),
    unpaid=st.booleans(),
    test=st.booleans(),
    by_another=st.booleans(),
    placed_after_h=st.integers(-30, 24 * 16),
)
# One version of an order says one thing.
SEVERAL = st.lists(TOLD, max_size=6, unique_by=lambda one: (one.number, one.version))


class Shop:
    def __init__(self) -> None:
        self.table = MemoryTable()
        self.within = Recorder(self.table, VAULT, BUSINESS)
        bought = facts.order_fact(ASHA, order_id="0", order=facts.state(NOW_MS - 30 * DAY_MS))
        made = record(bought, self.within)
        assert made.customer is not None
        act = Act(read_person(self.table, made.customer), made.customer, RULE, 0, NOW_MS)
        offer = Maker(self.table, BUSINESS, 0, lambda: CODE).make(act, NOW_MS)
        assert offer is not None
        self.table.transact(offer.writes)
        self.customer = made.customer

    def tell(self, one: Told) -> None:
        state = facts.state(
            NOW_MS + one.version,
            placed_at=NOW_MS + one.placed_after_h * HOUR_MS,
            cancelled=one.cancelled,
            payment="unpaid" if one.unpaid else "paid",
            test=one.test,
            discount_codes=one.codes,
        )
        digest = hashlib.sha256(repr(one).encode()).digest()[:8]
        fact = facts.order_fact(BINTI if one.by_another else ASHA, order_id=str(one.number))
        fact = replace(fact, order=OrderNews(str(one.number), digest, state))
        record(with_offers(fact, self.table), self.within)

    def sell(self, number: int) -> bool:
        """Let staff enter a sale with the code; return whether it was written."""
        state = facts.state(NOW_MS, placed_at=NOW_MS + HOUR_MS, discount_codes=(CODE,))
        news = OrderNews(f"sale-{number}", number.to_bytes(8), state, at_the_till=True)
        at = NOW_MS + HOUR_MS
        fact = Fact(STAFF, Trust.VERIFIED, at, at, customer=self.customer, order=news)
        try:
            record(with_offers(fact, self.table), self.within)
        except AlreadyTaken:
            return False
        return True

    def redeem(self, at: int) -> None:
        rider = StaffRider(CODE, "somebody", at)
        told = Fact(STAFF, Trust.VERIFIED, at, at, customer=self.customer, riders=(rider,))
        record(told, self.within)

    def offer(self) -> OfferItem:
        """Return the offer, which its code tells in the same way."""
        found = [OfferItem.model_validate(one) for one in self.table.items()
                 if str(one["sk"]).startswith("OFFER#")]  # fmt: skip
        codes = [CodeItem.model_validate(one) for one in self.table.items() if one["sk"] == "CODE"]
        assert [one.offer for one in codes] == found
        return found[0]


def expected(several: list[Told]) -> list[Use]:
    """Return the uses that follow from each order's highest version."""
    highest = {one.number: one for one in sorted(several, key=lambda one: one.version)}
    return sorted(
        (
            Use(source=facts.SHOP, id=str(one.number), at=NOW_MS + one.placed_after_h * HOUR_MS)
            for one in highest.values()
            if not (one.cancelled or one.unpaid or one.test)
            and any(code.upper() == CODE for code in one.codes)
        ),
        key=lambda use: (use.at, use.source, use.id),
    )


@given(st.data(), SEVERAL)
def test_what_follows_from_orders_is_the_same_in_any_order_of_arrival(
    data: st.DataObject, several: list[Told]
) -> None:
    shop = Shop()
    for one in data.draw(st.permutations([*several, *several])):
        shop.tell(one)
    offer = shop.offer()
    assert offer.uses == expected(several)
    assert (offer.standing is Standing.REDEEMED) == (redeemed(offer) is not None)


@given(st.data(), SEVERAL, st.integers(0, 20))
def test_staff_redeem_what_no_order_has_redeemed(
    data: st.DataObject, several: list[Told], days: int
) -> None:
    shop, at = Shop(), NOW_MS + days * DAY_MS
    before = data.draw(st.permutations(several))
    middle = data.draw(st.integers(0, len(before)))
    for one in before[:middle]:
        shop.tell(one)
    was = shop.offer()
    taken = False
    with suppress(AlreadyTaken, InvalidInput):
        shop.redeem(at)
        taken = True
    assert taken == (was.standing is Standing.OPEN and at <= was.ends)
    for one in before[middle:]:
        shop.tell(one)
    staffs = [Use(source=STAFF, id="somebody", at=at)] if taken else []
    uses = [*expected(several), *staffs]
    assert shop.offer().uses == sorted(uses, key=lambda use: (use.at, use.source, use.id))


def test_of_tills_at_which_a_code_is_shown_at_once_one_sells_with_it() -> None:
    shop = Shop()
    order = Told(9, 1, (CODE,), False, False, False, True, 2)  # and a shop tells of another
    with ThreadPoolExecutor(6) as pool:
        told = pool.submit(shop.tell, order)
        sold = list(pool.map(shop.sell, range(1, 6)))
        told.result()
    uses = shop.offer().uses
    assert sum(sold) == len([one for one in uses if one.source == STAFF]) <= 1
    assert len(uses) == 1 + sum(sold)
    assert len({one.id for one in uses}) == len(uses)
