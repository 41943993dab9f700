"""What each month was: who is new, who came again, who has gone; and which months are made anew."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.predictions import rfm
from mteja.predictions.nightly import MORE_DAYS, Purchases, months, shop
from mteja.predictions.storing import Month, Months
from tests import histories

TODAY = date(2026, 11, 30)
OCTOBER = date(2026, 10, 31)


def read(today: date, **days_ago: list[int]) -> Purchases:
    """Return what a night reads of customers who bought so many days before a day."""
    reaches = rfm.WINDOW + MORE_DAYS
    days_of = {
        who: [today.toordinal() - ago for ago in agos if ago <= reaches]
        for who, agos in days_ago.items()
    }
    return histories.purchases({who: days for who, days in days_of.items() if days}, "Etc/UTC")


def month(purchases: Purchases, today: date = TODAY, before: Months | None = None) -> Month:
    return months(purchases, before or {}, today)[str(today)[:7]]


def test_who_bought_nothing_for_a_year_has_gone_in_the_month_in_which_that_is_so() -> None:
    purchases = read(TODAY, gone=[366], nearly=[364], earlier=[400], here=[390, 5])
    this = month(purchases)
    assert (this.gone, this.people, this.new, this.returning) == (1, 2, 0, 1)


def test_who_comes_after_most_of_a_year_is_not_new_though_the_month_is_made_a_week_later() -> None:
    october = {"back": [OCTOBER, OCTOBER.replace(day=1) - timedelta(days=rfm.WINDOW)],
               "gone": [OCTOBER - timedelta(days=rfm.WINDOW)]}  # fmt: skip
    for days in range(8):
        today = OCTOBER + timedelta(days=days)
        ago = {who: [(today - day).days for day in several] for who, several in october.items()}
        made = months(read(today, **ago), {}, today)["2026-10"]
        assert (made.new, made.returning, made.gone) == (0, 1, 1), days


@given(st.dates(date(2023, 1, 1), date(2029, 1, 1)))
def test_all_days_are_read_that_a_month_in_its_last_making_asks_for(today: date) -> None:
    for end in [today, *rfm.month_ends(today, 2)]:
        if today - end <= timedelta(days=7):
            before = end.replace(day=1) - timedelta(days=1)
            first = before - timedelta(days=rfm.WINDOW - 1)
            assert first >= today - timedelta(days=rfm.WINDOW + MORE_DAYS)


def test_months_from_before_anybody_bought_are_not_made() -> None:
    assert list(months(Purchases("Etc/UTC"), {}, TODAY)) == ["2026-11"]
    assert list(months(read(TODAY, a=[40, 10]), {}, TODAY)) == ["2026-11"]


def test_history_that_is_imported_after_the_first_nights_makes_the_months_anew() -> None:
    first = months(read(TODAY, a=[80]), {}, TODAY)
    young = {"2026-09": Month("2026-09-30", 1, 1, 0, 1, {}, 0, days=19)}
    # The end of September is 61 days ago.
    imported = months(read(TODAY, a=[80], b=[400, 70]), {**first, **young}, TODAY)
    assert imported["2026-09"].people == 2
    assert imported["2026-09"].days == 400 - 61 + 1
    assert imported["2026-10"].people == 2


def test_a_month_that_has_settled_stays_though_its_year_is_no_longer_known() -> None:
    old = Month("2026-08-31", 7, 1, 6, 9, {"USD": 5}, 2, days=rfm.WINDOW)
    assert months(read(TODAY, a=[400, 80]), {"2026-08": old}, TODAY)["2026-08"] == old


@pytest.mark.parametrize("days_late", [9, 40])
def test_a_month_whose_end_no_night_saw_is_made_by_the_next_night(days_late: int) -> None:
    today = OCTOBER + timedelta(days=days_late)
    early = Month("2026-10-20", 1, 1, 0, 1, {}, 0, days=rfm.WINDOW)
    ago = (today - OCTOBER).days
    made = months(read(today, a=[400, ago + 5], b=[ago]), {"2026-10": early}, today)["2026-10"]
    assert (made.end, made.people) == ("2026-10-31", 2)


def test_a_month_of_a_young_shop_is_made_in_the_week_after_it() -> None:
    today = OCTOBER + timedelta(days=3)
    made = months(read(today, a=[5], b=[1]), {}, today)
    assert (made["2026-10"].people, made["2026-11"].people) == (1, 2)


def test_what_is_told_of_today_is_of_the_year_alone() -> None:
    made = shop(read(TODAY, a=[390, 380], b=[370, 3], c=[364, 2]), TODAY)
    assert (made.people, made.returned) == (2, 1)
