"""What is said of one person: the next order, the chance that it comes, the group, and why.

Pure, of the person's own purchases and of what the shop's customers have in common. Where the model
did not do better than the rule of thumb on the shop's own last 90 days, the rule of thumb is told;
where too little is known, nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from mteja.predictions import rfm
from mteja.predictions.backtest import HORIZON, LEAST_THERE, MIN_GAPS, Errors, Verdict
from mteja.predictions.rfm import Bought
from mteja.predictions.rhythm import Rhythm, rhythm
from mteja.predictions.storing import Months, Shop

# A date further away than this says nothing.
_FAR_DAYS = 365
BY_MODEL, BY_RECENCY = "model", "recency"


def next_order(purchases: Sequence[Bought], shop: Shop | None, today: date) -> dict[str, Any]:
    """Return `next_order`, `buys_again_90d`, `by`, `because` and `model` of the answer (contract).

    `purchases`: of the year that ends with `today`. All reasons of `because` have `reason`, and
    what it says in numbers.
    """
    known = rhythm((date.fromordinal(one.day) for one in purchases), today)
    told: dict[str, Any] = {
        "next_order": None,
        "buys_again_90d": None,
        "still_customer": None,
        "by": None,
        "because": [],
        "model": None if shop is None else _model(shop),
    }
    if known is None:
        return told | {"because": [{"reason": "no-orders"}]}
    if shop is None:
        return told | {"because": [*_own(known, None), {"reason": "not-made-yet"}]}
    usual = None if shop.model is None else round(shop.model.usual)
    told["because"] = _own(known, usual)
    return _with_date(known, shop, _with_chance(known, shop, told), today)


def group_of(
    purchases: Sequence[Bought], shop: Shop | None, months: Months, today: date
) -> dict[str, Any] | None:
    """Return the group of a person today and at the end of the months that are over, the latest
    first, each by the fifths of that day: None where the shop has too few customers for groups, or
    the person has not bought for a year and never had one."""
    now = None
    if shop is not None and shop.bounds is not None:
        now = _group(purchases, today, shop.bounds)
    history = []
    for name, month in sorted(months.items(), reverse=True):
        end = date.fromisoformat(month.end)
        if month.bounds is not None and _is_over(name, end):
            found = _group(purchases, end, month.bounds)
            if found is not None:
                history.append({"month": name} | found)
    if now is None and not history:
        return None
    return (
        {"group": None, "recency": None, "frequency": None, "money": None}
        | (now or {})
        | {"history": history}
    )


def _with_chance(known: Rhythm, shop: Shop, told: dict[str, Any]) -> dict[str, Any]:
    because = told["because"]
    if shop.verdict.chance_by_model and shop.model is not None:
        standing = shop.model.of(known)
        return told | {
            "buys_again_90d": round(standing.buys_within(HORIZON), 4),
            "still_customer": round(standing.is_customer, 4),
            "by": BY_MODEL,
        }
    because.append({"reason": _why_not(shop)})
    if shop.recency is None:
        return told
    share = shop.recency.of(known.silence)
    because.append(
        {"reason": "recency", "least_days": share.least, "most_days": share.most,
         "returned": share.returned, "people": share.people}
    )  # fmt: skip
    return told | {"buys_again_90d": round(share.chance, 4), "by": BY_RECENCY}


def _with_date(known: Rhythm, shop: Shop, told: dict[str, Any], today: date) -> dict[str, Any]:
    """Return it with a date, or why there is none. Both ways to tell one were tried on those alone
    who have more likely not left, so that nobody else gets any."""
    because = told["because"]
    if shop.model is None:
        return told
    if known.gaps < MIN_GAPS or known.usual is None:
        because.append({"reason": "too-few-orders", "least": MIN_GAPS + 1})
        return told
    standing = shop.model.of(known)
    if standing.is_customer < LEAST_THERE:
        because.append({"reason": "more-likely-gone"})
        return told
    if not shop.verdict.date_by_model:
        because.append({"reason": "own-gap-only"})
        wait = max(0.0, known.usual - known.silence)
        return told | {"next_order": _on(today, wait, None)}
    wait, early, late = standing.waits()
    if wait > _FAR_DAYS:
        because.append({"reason": "silent-too-long"})
        return told
    return told | {"next_order": _on(today, wait, (early, late))}


def _on(today: date, wait: float, ends: tuple[float, float] | None) -> dict[str, Any]:
    def day(days: float) -> str:
        return str(today + timedelta(days=round(min(days, 3 * _FAR_DAYS))))

    return {
        "expected_on": day(wait),
        "interval": None if ends is None else [day(one) for one in ends],
    }


def _own(known: Rhythm, of_shop: int | None) -> list[dict[str, Any]]:
    usual = None if known.usual is None else round(known.usual)
    return [
        {"reason": "own-gaps", "purchases": known.gaps + 1, "usual_days": usual,
         "shop_days": of_shop},
        {"reason": "silence", "days": known.silence},
    ]  # fmt: skip


def _why_not(shop: Shop) -> str:
    """Return why the chance is not the model's."""
    if shop.model is None:
        return "shop-too-small"
    return "not-judged" if shop.verdict.chances is None else "not-better"


def _model(shop: Shop) -> dict[str, Any]:
    return {"made_on": shop.day, "people": shop.people, "returned": shop.returned} | verdict(
        shop.verdict
    )


def verdict(of: Verdict) -> dict[str, Any]:
    """Return what the backtest said, rounded."""
    chances, dates = of.chances, of.dates
    return {
        "chance": None
        if chances is None
        else {
            "people": chances.people,
            "returned": chances.returned,
            "model": _errors(chances.model),
            "recency": _errors(chances.recency),
            "better": chances.better,
        },
        "date": None
        if dates is None
        else {
            "people": dates.people,
            "model_days": round(dates.model_days, 1),
            "usual_days": round(dates.usual_days, 1),
            "intervals": dates.intervals,
            "covered": None if dates.covered is None else round(dates.covered, 4),
            "better": dates.better,
        },
    }


def _errors(of: Errors) -> dict[str, float | None]:
    return {name: None if it is None else round(it, 4) for name, it in asdict(of).items()}


def _group(purchases: Iterable[Bought], on: date, bounds: rfm.Bounds) -> dict[str, Any] | None:
    found = rfm.measures(purchases, on, bounds.currency, bounds.days)
    if found is None:
        return None
    scores = bounds.scores(found)
    return {"group": rfm.group(scores)} | scores._asdict()


def _is_over(name: str, end: date) -> bool:
    return (end + timedelta(days=1)).isoformat()[:7] != name
