"""What came of offers: against those who were held out, worked out anew each night."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from mteja.customers.linking import link
from mteja.offers import effects
from mteja.offers.reckoning import Reckoner, read_reckoned
from mteja.recording.record import recorder
from mteja.store.apart import summaries_table
from mteja.times import DAY_MS, business_day, day_begins
from tests import facts, kit
from tests.component.front import ANALYST
from tests.component.winning import LADDER, TENTH, Winning, shop

__all__ = ["shop"]

HELD = TENTH.model_copy(update={"hold_out_per_cent": 100})
WINDOW = 30


class Nights:
    """The function `winback`, over the tables of a shop."""

    def __init__(self, shop: Winning, patch: pytest.MonkeyPatch) -> None:
        self._shop = shop
        self._app = kit.handler("winback")
        patch.setattr(self._app, "now_ms", lambda: shop.now)
        patch.setattr("mteja.offers.reckoning.AT_ONCE", 1)  # moto does not bear several threads
        patch.setattr("mteja.staff.routes_offers.now_ms", lambda: shop.now)

    def one(self, **asked: str) -> dict[str, int]:
        made: dict[str, int] = self._app.lambda_handler(asked, None)
        return made

    def of(self, at: int) -> dict[str, int]:
        """Make the day of a moment alone."""
        return self.one(**{"from": str(business_day(at, recorder().business.time_zone))})

    def report(self, **asked: str) -> dict[str, Any]:
        answer = self._shop.front.ask("/v1/reports/winback", asked, claims=ANALYST)
        assert answer.status == 200, answer.body
        return answer.body

    def row(self, **asked: str) -> dict[str, Any]:
        (row,) = self.report(**asked)["items"]
        return dict(row)


@pytest.fixture
def nights(shop: Winning, monkeypatch: pytest.MonkeyPatch) -> Nights:
    return Nights(shop, monkeypatch)


def people(shop: Winning, number: int, kind: str) -> Iterator[str]:
    """Yield customers who may be written to and are quiet since a month."""
    made = [
        shop.ordered(facts.email(f"{kind}{one}@example.com"), number=f"{kind}{one}")
        for one in range(number)
    ]
    for customer in made:
        shop.stated(customer, "marketing-email", "granted")
    shop.now += WINDOW * DAY_MS
    yield from made


def test_a_night_counts_what_was_sent_redeemed_and_held_out(shop: Winning, nights: Nights) -> None:
    offer = shop.sent(shop.gone_quiet())
    (held,) = people(shop, 1, "h")
    shop.now = offer.at + 1000
    shop.make(shop.act(held, HELD))
    shop.now += DAY_MS
    shop.ordered_with(str(offer.code))
    assert nights.one() == {"days": 75, "offers": 2}
    row = nights.row()
    counts = ("offers", "sent", "redeemed", "handed_on", "held_out")
    assert [row[name] for name in counts] == [1, 1, 1, 0, 1]
    assert (row["rule"], row["step"], row["compared"]["offers"]) == ("quiet", None, 0)
    (step,) = nights.report(by="step")["items"]
    assert (step["step"], step["offers"]) == (0, 1)


def test_what_no_night_has_looked_at_yet_is_worked_out_at_reading(
    shop: Winning, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = shop.sent(shop.gone_quiet())
    today = str(business_day(shop.now, recorder().business.time_zone))
    (row,) = nights.report()["items"]
    assert (row["offers"], row["sent"], row["compared"]["offers"]) == (1, 1, 0)
    shop.now += DAY_MS
    shop.ordered_with(str(offer.code))
    (row,) = nights.report()["items"]
    assert row["redeemed"] == 1
    assert not [one for one in kit.all_keys("summaries") if one.startswith("winback")]
    assert nights.report(to=today)["until"] == today
    monkeypatch.setattr("mteja.staff.winback.MOST_AT_READING", 0)
    assert nights.report(to=today)["items"] == []  # a night's work


def test_a_night_that_is_started_again_makes_nothing_twice(shop: Winning, nights: Nights) -> None:
    shop.sent(shop.gone_quiet())
    shop.now += DAY_MS
    assert nights.one()["days"] == 75
    assert nights.one()["days"] == 0
    shop.now += DAY_MS
    assert nights.one()["days"] == 31 + 1  # the windows that are open, and one for late refunds


def test_what_is_compared_is_whose_window_is_over(shop: Winning, nights: Nights) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.now += DAY_MS
    nights.of(offer.at)
    assert nights.row()["compared"]["offers"] == 0
    shop.now = offer.at + (WINDOW + 1) * DAY_MS
    nights.of(offer.at)
    assert nights.row()["compared"]["offers"] == 1


def test_what_nights_missed_is_made_up_for(shop: Winning, nights: Nights) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.now += DAY_MS
    nights.of(offer.at)
    shop.now = offer.at + 45 * DAY_MS
    nights.one()
    assert nights.row()["compared"]["offers"] == 1


def test_only_purchases_within_the_window_that_count_are_money(
    shop: Winning, nights: Nights
) -> None:
    offer = shop.sent(shop.gone_quiet())
    at = {1: offer.at + DAY_MS, 2: offer.at + (WINDOW + 2) * DAY_MS}
    for number, moment in at.items():
        shop.now = moment
        shop.ordered_with(number=60 + number)
    shop.ordered_with(number=70, test=True)
    nights.of(offer.at)
    (money,) = nights.row()["compared"]["money"]
    once = money["net"]
    assert once > 0
    shop.ordered_with(number=61, topic="orders/cancelled", cancelled_at="2027-03-01T00:00:00Z")
    nights.of(offer.at)
    assert nights.row()["compared"]["money"] in ([], [money | {"net": 0}])


def test_a_purchase_of_another_member_is_the_persons(shop: Winning, nights: Nights) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.now += DAY_MS
    other = shop.ordered(facts.email("other@example.com"), number="o")
    shop.now += WINDOW * DAY_MS
    nights.of(offer.at)
    assert nights.row()["compared"]["money"] == []
    link(shop.table, offer.customer, other, "staff", shop.now)
    nights.of(offer.at)
    assert len(nights.row()["compared"]["money"]) == 1


def test_a_code_that_was_handed_on_is_counted_apart(shop: Winning, nights: Nights) -> None:
    offer = shop.sent(shop.gone_quiet())
    binti = "binti@example.com"
    shop.ordered_with(str(offer.code), email=binti, contact_email=binti)
    shop.now += DAY_MS
    nights.of(offer.at)
    row = nights.row()
    assert (row["redeemed"], row["handed_on"]) == (1, 1)


def test_who_is_erased_is_in_no_report_once_it_is_made_again(shop: Winning, nights: Nights) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.now += DAY_MS
    nights.of(offer.at)
    assert nights.row()["offers"] == 1
    shop.erase(offer.customer)
    shop.now += DAY_MS
    nights.of(offer.at)
    assert nights.report()["items"] == []


def test_a_ladder_counts_its_person_once(shop: Winning, nights: Nights) -> None:
    customer = shop.gone_quiet()
    shop.sent(customer, LADDER)
    shop.now += 15 * DAY_MS
    shop.offered(customer, LADDER, 1)
    shop.send()
    shop.now += DAY_MS
    nights.one(**{"from": "2026-12-20", "to": "2027-01-10"})
    assert nights.row()["offers"] == 1
    assert [one["offers"] for one in nights.report(by="step")["items"]] == [1, 1]
    shop.now += 2 * WINDOW * DAY_MS
    nights.one(**{"from": "2026-12-20", "to": "2027-01-10"})
    compared = [one["compared"]["offers"] for one in nights.report(by="step")["items"]]
    assert compared == [1, 0]  # whoever the first step brought back is not in the second


def test_a_day_closes_with_its_last_window_though_clocks_went_forward(
    shop: Winning, nights: Nights
) -> None:
    zone, day = "Europe/Madrid", date(2027, 2, 27)
    reckoner = Reckoner(shop.table, summaries_table(), zone)
    begins = day_begins(day + timedelta(days=31), zone)  # an hour before the last window ends
    reckoner.make(day, begins + 30 * 60_000)
    assert not read_reckoned(summaries_table(), day, day, zone)[day].closed
    night = begins + 5 * 3_600_000
    assert day in reckoner.tonight(night)
    reckoner.make(day, night)
    assert read_reckoned(summaries_table(), day, day, zone)[day].closed
    assert day not in reckoner.tonight(night)


def test_enough_people_tell_what_the_offers_brought(
    shop: Winning, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "LEAST_PEOPLE", 9)
    monkeypatch.setattr(effects, "LEAST_BUYERS", 3)
    offered, held = (list(people(shop, 9, kind)) for kind in ("o", "h"))
    shop.declare_rules(TENTH)
    at = shop.now
    for customer in offered:
        assert shop.make(shop.act(customer)) is not None
    for customer in held:
        assert shop.make(shop.act(customer, HELD)) is not None
    shop.now += DAY_MS
    for kind, buyers in (("o", 6), ("h", 3)):
        for one in range(buyers):
            named = facts.email(f"{kind}{one}@example.com")
            shop.ordered(named, number=f"again-{kind}{one}", total=1000)
    shop.now = at + (WINDOW + 2) * DAY_MS
    nights.of(at)
    told = nights.row()["compared"]
    assert told["enough"] is True
    assert told["came_back"]["offers"] == pytest.approx(0.6667)
    assert told["came_back"]["held_out"] == pytest.approx(0.3333)
    low, high = told["came_back"]["interval"]
    assert low < told["came_back"]["difference"] < high
    (money,) = told["money"]
    assert money["per_customer"]["offers"] == 667
    assert money["per_customer"]["held_out"] == 333
    assert money["incremental"]["net"] == 3_000
    assert money["net"] == 6_000
    asked = kit.http_event(
        "GET", "/v1/reports/winback", headers={"accept": "text/csv"}, claims=ANALYST
    )
    sheet = shop.front.answer(asked)
    head, line = str(sheet["body"]).splitlines()
    told_there = dict(zip(head.split(","), line.split(","), strict=True))
    assert (told_there["rule"], told_there["offers"]) == ("quiet", "9")
    assert told_there["incremental"] == "3000"


def test_days_and_orders_that_are_none_are_refused(shop: Winning, nights: Nights) -> None:
    for asked in ({"by": "customer"}, {"from": "x"}, {"to": "2026-13-01"}, {"site": "shop"}):
        assert shop.front.ask("/v1/reports/winback", asked).status == 422
    day = business_day(shop.now, recorder().business.time_zone) - timedelta(days=400)
    assert shop.front.ask("/v1/reports/winback", {"from": str(day)}).status == 422
