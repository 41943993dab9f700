"""Whether the model is shown, or the rule of thumb: tried on the shop's own last 90 days."""

import pytest

from mteja.predictions.backtest import HORIZON, Verdict, auc, backtest, fitted, judged
from mteja.predictions.model import Model
from mteja.predictions.recency import MIN_PEOPLE, learnt, returned
from tests import histories

END = 1_000


def test_where_people_have_habits_the_model_is_better() -> None:
    verdict = backtest(histories.of_habit(250, END, noise=0.5), END)
    assert verdict.chances is not None
    assert verdict.dates is not None
    assert verdict.chance_by_model
    assert verdict.date_by_model
    assert verdict.chances.model.brier < verdict.chances.recency.brier
    assert verdict.chances.model.log_loss < verdict.chances.recency.log_loss
    assert (verdict.chances.model.auc or 0) > (verdict.chances.recency.auc or 1)
    assert verdict.dates.model_days < verdict.dates.usual_days
    assert (verdict.dates.covered or 0) > 0.7


def test_where_everybody_is_as_regular_as_a_clock_their_own_gap_is_as_good_a_date() -> None:
    verdict = backtest(histories.of_habit(250, END, noise=0.0), END)
    assert verdict.dates is not None
    assert verdict.chance_by_model
    assert not verdict.date_by_model


def test_where_all_is_chance_the_model_is_not_better_and_the_verdict_says_so() -> None:
    verdict = backtest(histories.of_chance(250, END), END)
    assert verdict.chances is not None
    assert not verdict.chance_by_model


def test_a_model_that_is_wrong_loses() -> None:
    days_of = histories.of_habit(250, END)
    at = END - HORIZON
    recency = learnt(days_of, at - HORIZON, HORIZON)
    assert recency is not None
    wrong = Model(mean=6.0, weight=500.0, shape=50.0, scale=1.0, leave=20.0, stay=0.1)
    verdict = judged(days_of, at, wrong, recency)
    assert not verdict.chance_by_model
    assert not verdict.date_by_model


def test_a_young_or_small_shop_is_not_judged() -> None:
    assert backtest({}, END) == Verdict()
    assert backtest(histories.of_habit(20, END), END) == Verdict()
    days_of = histories.of_habit(250, END)
    young = {who: [day for day in days if day > END - 100] for who, days in days_of.items()}
    assert backtest(young, END) == Verdict()


def test_the_held_out_days_are_not_looked_at_before() -> None:
    days_of = histories.of_habit(250, END)
    before = {who: [day for day in days if day <= END - HORIZON] for who, days in days_of.items()}
    assert fitted(days_of, END - HORIZON) == fitted(before, END - HORIZON)
    assert learnt(days_of, END - 2 * HORIZON, HORIZON) == learnt(before, END - 2 * HORIZON, HORIZON)


def test_shares_by_recency_count_everybody_once() -> None:
    # Who bought on day n % 50 comes again within the horizon where n is even.
    days_of = {f"cus_{n}": [n % 50, *([60] if n % 2 == 0 else [])] for n in range(4 * MIN_PEOPLE)}
    known = learnt(days_of, 50, 30)
    assert known is not None
    assert sum(one.people for one in known.shares) == len(days_of)
    assert sum(one.returned for one in known.shares) == len(days_of) / 2
    assert known.shares[0].least == 0
    assert known.shares[-1].most is None
    for one, following in zip(known.shares, known.shares[1:], strict=False):
        assert following.least == (one.most or 0) + 1
    assert known.of(1) is known.shares[0]
    assert known.of(10_000) is known.shares[-1]


def test_a_share_of_nobody_and_of_few_is_drawn_to_one_half() -> None:
    known = learnt({f"cus_{n}": [n % 7] for n in range(MIN_PEOPLE)}, 10, 30)
    assert known is not None
    assert all(0 < one.chance < 0.5 for one in known.shares)
    assert learnt({f"cus_{n}": [1] for n in range(MIN_PEOPLE - 1)}, 10, 30) is None


@pytest.mark.parametrize(("day", "came"), [(10, False), (11, True), (40, True), (41, False)])
def test_who_returned_bought_after_the_day_and_within_the_horizon(day: int, came: bool) -> None:
    assert returned([1, day], 10, 30) is came


def test_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    # Hanley, McNeil (1982): of all pairs of one who came and one who did not, ties half.
    assert auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert auc([1, 1, 1, 1], [False, True, False, True]) == 0.5
    assert auc([1, 2], [True, True]) is None
