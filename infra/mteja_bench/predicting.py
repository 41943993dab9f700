"""How well the next order is told, and how long it takes to work out what customers have in common.

The last 90 days of a public purchase history are held out: the model is fitted on what was before,
and beside it stands what the days since the last order alone tell, learnt of the 90 days before.
It is what each shop's own night does with its own orders (mteja.predictions.backtest). A lower
error than the baseline's is the bar.
"""

import time
import tracemalloc
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from mteja.predictions import nightly
from mteja.predictions.backtest import Chances, Dates, backtest
from mteja.predictions.nightly import Purchases
from mteja.products.days import Sale, SoldLine
from mteja.times import business_day, day_begins
from mteja_bench.history import Basket, read
from mteja_bench.report import Result
from mteja_local.errors import LocalError
from mteja_local.place import Place

_ZONE = "Etc/UTC"
_YEAR = 365
_SIZES = (1_000, 10_000, 100_000)
_BUDGET_S = 120
_BUDGET_MB = 512
_LINE = (SoldLine("lamp", "", 1, 1_000),)


def measure(place: Place) -> list[Result]:
    """Return errors beside the baseline's, and times. Raises LocalError where the history can't be
    fetched."""
    days_of = _days(read(place))
    end = max(days[-1] for days in days_of.values())
    verdict = backtest(days_of, end)
    if verdict.chances is None or verdict.dates is None:
        raise LocalError("the purchase history is too short to be held out")
    return [*_chances(verdict.chances), *_dates(verdict.dates), *map(_nightly, _SIZES), _memory()]


def _days(households: Mapping[int, Sequence[Basket]]) -> dict[str, list[int]]:
    return {
        str(household): sorted({business_day(one.at, _ZONE).toordinal() for one in baskets})
        for household, baskets in households.items()
    }


def _chances(of: Chances) -> list[Result]:
    ours, theirs = of.model, of.recency
    about = f"{of.returned} of {of.people} households bought within the 90 days"
    ranked = f"against {theirs.auc or 0:.4f} by recency"
    return [
        Result("buys again: Brier score, of recency's", round(ours.brier / theirs.brier, 3), 1.0,
               "times", f"{ours.brier:.4f} against {theirs.brier:.4f}; {about}"),
        Result("buys again: log loss, of recency's", round(ours.log_loss / theirs.log_loss, 3), 1.0,
               "times", f"{ours.log_loss:.4f} against {theirs.log_loss:.4f}"),
        Result("buys again: ranked right (AUC)", round(ours.auc or 0, 4), None, "", ranked),
    ]  # fmt: skip


def _dates(of: Dates) -> list[Result]:
    return [
        Result("next order: mean error, of one's own usual gap's",
               round(of.model_days / of.usual_days, 3), 1.0, "times",
               f"{of.model_days:.1f} against {of.usual_days:.1f} days, {of.people} households"),
        Result("next order: intervals of eight in ten that held it",
               round(100 * (of.covered or 0), 1), None, "%", f"of {of.intervals}"),
    ]  # fmt: skip


def _nightly(people: int) -> Result:
    """What a night takes beyond reading orders: fit, backtest and months."""
    purchases, today = made_up(people)
    began = time.process_time()
    nightly.shop(purchases, today)
    nightly.months(purchases, {}, today)
    orders = sum(map(len, purchases.of.values()))
    return Result(f"the night's part, {people} customers", round(time.process_time() - began, 1),
                  _BUDGET_S, "s", f"{orders} orders")  # fmt: skip


def _memory() -> Result:
    tracemalloc.start()
    purchases, _ = made_up(_SIZES[-1])
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    orders = sum(map(len, purchases.of.values()))
    return Result("memory of purchases", round(peak), _BUDGET_MB, "MB", f"{orders} orders")


def made_up(people: int) -> tuple[Purchases, date]:
    """Return purchases of a year, some five each, as the night has taken them up."""
    chance, today = Random(people), date(2026, 11, 30)  # noqa: S311
    purchases, first = Purchases(_ZONE), today - timedelta(days=_YEAR)
    for ago in range(_YEAR + 1):
        day = first + timedelta(days=ago)
        at = day_begins(day, _ZONE)
        whose = {chance.randrange(people) for _ in range(5 * people // _YEAR)}
        purchases.take(
            day, [Sale("", f"cus_{one}", at, "USD", 1_000, 0, _LINE) for one in sorted(whose)]
        )
    return purchases, today
