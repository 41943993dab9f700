"""How fresh what is known is, over everybody: pure rules over the sums of the nightly look."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from mteja.business.forms import FormField
from mteja.freshness.sums import Sums


def freshness_report(
    sums: Sums, fields: Iterable[FormField], first: date, last: date, today: date
) -> dict[str, Any]:
    """Return `{"persons", "items", "months"}`.

    Of each field that the owner's file declares as a property of customers, and of each other that
    somebody has: how many persons have it, how many of these fresh, stale or suspect, how many
    never told it, and the median age in days. A field without a time to live does not go stale.
    `months` are those from the first day's to the last day's: how many told each field then for the
    last time; what was told earlier is `earlier`.
    """
    lives = {one.name: one.fresh_days for one in fields if one.is_trait and one.type != "consent"}
    others = sorted({name for name, _, _ in sums.cells} - lives.keys())
    named = [*lives, *others]
    days: dict[str, Counter[date]] = {name: Counter() for name in named}
    suspect: Counter[str] = Counter()
    stale: Counter[str] = Counter()
    for (name, day, until), number in sums.cells.items():
        seen = date.fromisoformat(day)
        days[name][seen] += number
        if until and date.fromisoformat(until) >= today:
            suspect[name] += number
        elif is_stale(seen, lives.get(name), today):
            stale[name] += number
    return {
        "persons": sums.persons,
        "items": [
            _item(
                name, lives.get(name), sums.persons, days[name], stale[name], suspect[name], today
            )
            for name in named
        ],
        **_by_month(days, first, last),
    }


def is_stale(seen: date, fresh_days: int | None, today: date) -> bool:
    """Whether a value that was last observed on a day is stale from the begin of today."""
    return fresh_days is not None and seen + timedelta(days=fresh_days) < today


def months_between(first: date, last: date) -> list[str]:
    """Return the months from the first day's to the last day's, as `2026-11`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def median_age(days: Mapping[date, int], today: date) -> int | None:
    """Return the median age in whole days, of two in the middle the younger; None of nobody."""
    half = (sum(days.values()) + 1) // 2
    for day in sorted(days, reverse=True):
        half -= days[day]
        if half <= 0:
            return max(0, (today - day).days)
    return None


def _by_month(days: Mapping[str, Mapping[date, int]], first: date, last: date) -> dict[str, Any]:
    """Return `{"earlier", "months"}`: by field how many told it then for the last time."""
    earlier: Counter[str] = Counter()
    of_month: dict[str, Counter[str]] = {one: Counter() for one in months_between(first, last)}
    for name, numbers in days.items():
        for day, number in numbers.items():
            month = f"{day:%Y-%m}"
            if month in of_month:
                of_month[month][name] += number
            elif day < first:
                earlier[name] += number
    months = [{"month": month, "known": dict(told)} for month, told in of_month.items()]
    return {"earlier": dict(earlier), "months": months}


def _item(
    name: str,
    fresh_days: int | None,
    persons: int,
    days: Mapping[date, int],
    stale: int,
    suspect: int,
    today: date,
) -> dict[str, Any]:
    known = sum(days.values())
    return {
        "field": name,
        "fresh_days": fresh_days,
        "known": known,
        "fresh": known - stale - suspect,
        "stale": stale,
        "suspect": suspect,
        "never": persons - known,
        "median_age_days": median_age(days, today),
    }


COLUMNS = ("known", "fresh", "stale", "suspect", "never", "median_age_days")


def sheet_rows(report: Mapping[str, Any]) -> list[Sequence[Any]]:
    """Return the rows of the report as CSV: `field`, `measure` or month, `value`."""
    rows: list[Sequence[Any]] = [["", "persons", report["persons"]]]
    rows += [[one["field"], name, one[name]] for one in report["items"] for name in COLUMNS]
    told = [("earlier", report["earlier"])]
    told += [(one["month"], one["known"]) for one in report["months"]]
    rows += [[field, when, number] for when, known in told for field, number in known.items()]
    return rows
