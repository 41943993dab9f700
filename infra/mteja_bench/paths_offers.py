"""Offers: made, mailed, redeemed by an order, at the till and by a sale, looked at by night."""

from collections.abc import Iterator

from mteja.audit import Viewer
from mteja.business.winning_back import WinBackRule
from mteja.customers.reading import read_person
from mteja.mail.outbox import due, partitions
from mteja.offers.items import OfferItem
from mteja.offers.making import Act, Maker
from mteja.offers.outcomes import outcome
from mteja.offers.uploading import Stock
from mteja.staff.bodies import Sale
from mteja.staff.clerk import Clerk
from mteja.staff.offers import Offers
from mteja.staff.parsing import from_fields
from mteja.store.keys import Key
from mteja.store.table import Put
from mteja.times import DAY_MS
from mteja_bench.bodies.base import START, Sent, Shopper
from mteja_bench.bodies.shopify import order
from mteja_bench.ground import Ground
from mteja_bench.path import KNOWN, Path, Step, deliver
from mteja_bench.paths_mail import mailer
from mteja_bench.paths_people import SALE, Known

_NOW = int(START.timestamp() * 1000) + 31 * DAY_MS
_RULE = WinBackRule(id="quiet", hold_out_per_cent=0)
_OF_LIST = _RULE.model_copy(update={"codes": "bench"})
_HELD_OUT = _RULE.model_copy(update={"id": "held", "hold_out_per_cent": 100})
_REDEEMS = 6
"""What a code of ours adds to its order: the offer with its place in a list, and the code."""


class _Made:
    """Makes offers in one transaction with the PROFILE, as the daily job does, and keeps them."""

    def __init__(self, of: Known, *rules: WinBackRule) -> None:
        self._of, self._rules = of, rules
        self.offers: list[OfferItem] = []

    def __call__(self, ground: Ground) -> str:
        within = ground.recorder()
        for rule in self._rules:
            (customer,) = self._of.ids
            person = read_person(within.table, customer)
            profile = person.member(customer).profile
            act = Act(person, customer, rule, 0, profile.orders.last or 0)
            made = Maker(within.table, within.business, 0).make(act, _NOW)
            if made is None:
                return "no-codes"
            raised = profile.model_copy(update={"v": profile.v + 1})
            first = Put(raised.model_dump(exclude_none=True), profile.v)
            within.table.transact([first, *made.writes])
            self.offers.append(made.offer)
        return "recorded"


def paths() -> Iterator[Path]:
    for number, name, rule in (
        (981, "one with a code of ours", _RULE),
        (982, "one with a code of a list", _OF_LIST),
        (983, "one held out", _HELD_OUT),
    ):
        bar = 6 if rule is _HELD_OUT else 12 if rule is _OF_LIST else 10
        known = Known(order(number, Shopper(number).subscribed()))
        yield Path(f"offer: {name} is made", (_Made(known, rule),), bar, (_stocked, known))
    one, two, three = (
        Known(order(number, Shopper(number).subscribed())) for number in (984, 985, 986)
    )
    mailed, ordered, told = _Made(one, _RULE), _Made(two, _RULE), _Made(three, _RULE)
    yield Path("offer: its message is sent", (_sent(mailed),), 8, (one, mailed), "sent")
    yield Path("offer: order of a known customer redeems it", (_redeems(985, ordered),),
               KNOWN + _REDEEMS, (two, ordered))  # fmt: skip
    yield Path("offer: the same order, newer version", (_redeems(985, ordered, minutes=90),), 6)
    others = order(1985, Shopper(985), days=32, discount_codes=[_code("SUMMER10")])
    yield Path("offer: order of a known customer with a code that is none of ours",
               (_delivered(others),), KNOWN)  # fmt: skip
    yield Path("offer: redeemed at the till", (_at_the_till(told),), 12, (three, told))
    sold = Known(order(987, Shopper(987).subscribed()))
    shown = _Made(sold, _RULE)
    yield Path("offer: redeemed by a sale that staff enter", (_sold(shown),), SALE + _REDEEMS,
               (sold, shown))  # fmt: skip
    yield Path("offer: looked at by night", (_by_night(ordered),), 0)
    yield Path("offer: ten codes are put into a list", (_uploaded,), 40)


def _stocked(ground: Ground) -> str:
    Stock(ground.recorder().table, "bench", 0).upload(["BENCH-1", "BENCH-2"], _NOW)
    return "recorded"


def _uploaded(ground: Ground) -> str:
    codes = [f"TEN-{number:04}" for number in range(10)]
    told = Stock(ground.recorder().table, "ten", 0).upload(codes, _NOW)
    return "recorded" if told.added == len(codes) else "refused"


def _code(text: str) -> dict[str, str]:
    return {"code": text, "amount": "10.00", "type": "percentage"}


def _delivered(sent: Sent) -> Step:
    return lambda ground: deliver(ground, sent)[0]


def _redeems(number: int, made: _Made, *, minutes: int = 0) -> Step:
    """An order of the next day, with the code."""

    def step(ground: Ground) -> str:
        code = _code(str(made.offers[0].code))
        later = order(
            2000 + number, Shopper(number), days=32, minutes=minutes, discount_codes=[code]
        )
        return deliver(ground, later)[0]

    return step


def _sent(made: _Made) -> Step:
    def step(ground: Ground) -> str:
        (offer,) = made.offers
        table = ground.recorder().table
        waiting = (one for place in partitions() for one in due(table, place, _NOW))
        (mine,) = (one for one in waiting if one.id == offer.message)
        return mailer(ground, _NOW).work(mine)

    return step


def _at_the_till(made: _Made) -> Step:
    def step(ground: Ground) -> str:
        by = Offers(Viewer("member-of-staff", None), ground.recorder(), _NOW + DAY_MS)
        told = by.redeem(str(made.offers[0].code), "an-attempt")
        return "recorded" if told["status"] == "redeemed" else str(told["status"])

    return step


def _sold(made: _Made) -> Step:
    def step(ground: Ground) -> str:
        (offer,) = made.offers
        by = Clerk(Viewer("member-of-staff", None), ground.recorder(), _NOW + DAY_MS)
        sale = from_fields(Sale, {"currency": "USD", "total": 2500, "discount_codes": [offer.code]})
        by.sale(offer.customer, sale, "a-sale")
        return "recorded"

    return step


def _by_night(made: _Made) -> Step:
    def step(ground: Ground) -> str:
        (offer,) = made.offers
        table = ground.recorder().table
        stored = table.get(Key(offer.pk, offer.sk))
        found = outcome(table, OfferItem.model_validate(stored))
        return "recorded" if found.redeemed and found.net else "nothing"

    return step
