"""What is said of one person, and what is withheld."""

import math
from datetime import date, timedelta
from typing import Any

import pytest

from mteja.customers.items import InteractionItem
from mteja.predictions.backtest import Dates, Verdict
from mteja.predictions.model import Model
from mteja.predictions.own import bought
from mteja.predictions.recency import Recency, Share
from mteja.predictions.rfm import Bought
from mteja.predictions.storing import Shop
from mteja.predictions.telling import next_order

TODAY = date(2026, 11, 30)
MODEL = Model(mean=math.log(30), weight=2.0, shape=3.0, scale=1.5, leave=0.5, stay=4.0)
RECENCY = Recency((Share(0, 20, 5, 60), Share(21, None, 1, 60)))


def told(shop: Shop, *days_ago: int) -> dict[str, Any]:
    days = [TODAY - timedelta(days=ago) for ago in days_ago]
    return next_order([Bought(day.toordinal(), "USD", 100) for day in days], shop, TODAY)


def reasons(of: dict[str, Any]) -> list[str]:
    return [one["reason"] for one in of["because"]]


def shop(model: Model | None = MODEL, *, dates_better: bool = False) -> Shop:
    dates = Dates(100, 9.0, 10.0, 80, 0.8, dates_better)
    return Shop(str(TODAY), 120, 60, model, RECENCY, Verdict(None, dates))


def test_ones_own_gap_is_a_date_where_the_models_is_no_better() -> None:
    said = told(shop(), 70, 41, 10)
    assert said["next_order"]["interval"] is None
    expected = date.fromisoformat(said["next_order"]["expected_on"])
    assert abs(expected - (TODAY + timedelta(days=20))) <= timedelta(days=1)
    assert reasons(said)[-1] == "own-gap-only"


def test_who_has_more_likely_left_gets_no_date_by_their_own_gap_either() -> None:
    said = told(shop(), 320, 310, 300, 290)
    assert said["next_order"] is None
    assert reasons(said)[-1] == "more-likely-gone"


def test_of_a_shop_where_few_came_again_recency_is_told_where_it_is_known() -> None:
    said = told(shop(None), 70, 41, 10)
    assert (said["by"], said["next_order"]) == ("recency", None)
    assert said["buys_again_90d"] == round(6 / 62, 4)
    assert reasons(said) == ["own-gaps", "silence", "shop-too-small", "recency"]


def test_of_nobodys_orders_nothing_is_said_nor_of_those_that_are_dated_ahead() -> None:
    for days in ((), (-1, -30)):
        said = told(shop(), *days)
        assert (said["by"], said["next_order"], reasons(said)) == (None, None, ["no-orders"])


def test_of_one_order_a_chance_is_told_and_no_date_whatever_is_dated_ahead() -> None:
    said = told(shop(), 10, -40)
    assert said["because"][0]["purchases"] == 1
    assert (said["by"], said["next_order"]) == ("recency", None)


@pytest.mark.parametrize("silence", [0, 1, 60, 363])
def test_who_bought_every_day_many_times_is_told_in_numbers_that_can_be(silence: int) -> None:
    days = [ago for ago in range(silence, 365) for _ in range(20)]
    said = told(shop(dates_better=True), *days)
    assert said["because"][0]["purchases"] == 365 - silence
    if silence < 2:
        first, last = map(date.fromisoformat, said["next_order"]["interval"])
        assert TODAY <= first <= last < TODAY + timedelta(days=30)
    else:
        assert said["next_order"] is None


@pytest.mark.parametrize(
    ("data", "counts"),
    [
        ({}, True),
        ({"total": 0, "net": 0}, True),
        ({"refunded": 400, "net": 600}, True),
        ({"refunded": 1_000, "net": 0}, False),
        ({"refunded": 1_200, "net": 0}, False),
        # Cancelled, test and unpaid ones do not count.
        ({"counts": False}, False),
    ],
)
def test_an_order_is_a_purchase_where_it_counts_and_was_not_wholly_given_back(
    data: dict[str, Any], counts: bool
) -> None:
    of = {"counts": True, "currency": "USD", "total": 1_000, "net": 1_000, "refunded": 0} | data
    entry = InteractionItem(
        pk="CUSTOMER#cus_1", sk="AT#1", id="ord_1", kind="order", at=1_790_000_000_000,
        source="shop", trust="verified", data=of,
    )  # fmt: skip
    assert len(bought([entry], "Etc/UTC")) == counts
