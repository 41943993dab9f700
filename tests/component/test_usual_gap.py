"""The shop's usual gap: made each night of all orders, and what the daily job takes of whoever has
bought too seldom to be measured by themselves."""

import sys
from datetime import timedelta

import pytest

from mteja.inactivity.making import job
from mteja.inactivity.winning import WinBackWatcher
from tests.component.test_products import Shop
from tests.visits import DAY

TODAY = DAY + timedelta(days=1)


@pytest.fixture
def shop(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    sys.modules.pop("functions.products.app", None)
    return Shop(aws, monkeypatch)


def known_to_the_job() -> float | None:
    (winning,) = (one for one in job().watchers if isinstance(one, WinBackWatcher))
    return winning.shop_days()


def test_the_daily_job_knows_the_gap_that_the_night_made(shop: Shop) -> None:
    assert known_to_the_job() is None
    for number, (who, days_ago) in enumerate(
        [("asha", 20), ("asha", 12), ("juma", 15), ("juma", 5), ("juma", 3), ("neema", 9)], 1
    ):
        shop.buy(number, "lamp", email=f"{who}@example.com", day=TODAY - timedelta(days=days_ago))
    shop.night(TODAY)
    assert known_to_the_job() == 8  # of 8, 10 and 2 days
