"""The report on winning back: what was sent and redeemed, and what came of it that would not have
come by itself. Pure rules over the days as they were made (mteja.offers.reckoning)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mteja.offers.effects import Difference, coming_back, enough, spending
from mteja.offers.outcomes import WINDOW_DAYS
from mteja.offers.reckoning import Reckoned
from mteja.offers.tallies import Groups, Tally, merged

BY = ("rule", "step")


def winback_report(days: Mapping[date, Reckoned], by: str) -> dict[str, Any]:
    """Return the rows of a report, by rule or by step. What is compared are the days on which
    nobody's window is open any more; not the later steps of a ladder: who came back after an
    earlier one is not in them, and of the two groups not equally many came back, so that those who
    are left differ in more than the draw."""
    whole = merged(one.day for one in days.values())
    closed = merged(one.day for one in days.values() if one.closed)
    rows = sorted(
        (row for row in whole if (row[1] is None) == (by == "rule")),
        key=lambda row: (row[0], row[1] or 0),
    )
    return {
        "by": by,
        "window_days": WINDOW_DAYS,
        "items": [
            {"rule": rule, "step": step}
            | _counted(whole[rule, step])
            | {"compared": _compared(Groups() if step else closed.get((rule, step), Groups()))}
            for rule, step in rows
        ],
        "series": [
            {"day": str(day)} | _of_day(one) for day, one in sorted(days.items()) if one.day
        ],
    }


def _counted(groups: Groups) -> dict[str, int]:
    offered = groups.offered
    return {
        "offers": offered.people,
        "sent": offered.sent,
        "stopped": offered.stopped,
        "redeemed": offered.redeemed,
        "handed_on": offered.handed_on,
        "held_out": groups.held_out.people,
    }


def _of_day(one: Reckoned) -> dict[str, int]:
    steps = [groups for row, groups in one.day.items() if row[1] is not None]
    return {
        name: sum(_counted(groups)[name] for groups in steps)
        for name in ("offers", "sent", "redeemed", "held_out")
    }


def _compared(groups: Groups) -> dict[str, Any]:
    offered, held_out = groups.offered, groups.held_out
    told = enough(offered, held_out)
    return {
        "offers": offered.people,
        "held_out": held_out.people,
        "enough": told,
        "came_back": _shares(coming_back(offered, held_out)) if told else None,
        "money": [
            _money(currency, offered, spending(offered, held_out, currency))
            for currency in _currencies((offered, held_out))
        ],
    }


def _currencies(groups: Iterable[Tally]) -> list[str]:
    return sorted({currency for one in groups for currency in one.money})


def _shares(told: Difference) -> dict[str, Any]:
    return {
        "offers": round(told.offered, 4),
        "held_out": round(told.held_out, 4),
        "difference": round(told.difference, 4),
        "interval": [round(one, 4) for one in told.interval],
    }


def _money(currency: str, offered: Tally, told: Difference | None) -> dict[str, Any]:
    """Return money per person and, over all who were offered something, in all: minor units. Null
    where there are too few to tell."""
    money = offered.money.get(currency)
    row: dict[str, Any] = {
        "currency": currency,
        "net": 0 if money is None else money.net,
        "per_customer": None,
        "incremental": None,
    }
    if told is None:
        return row
    low, high = told.interval
    return row | {
        "per_customer": {
            "offers": round(told.offered),
            "held_out": round(told.held_out),
            "difference": round(told.difference),
            "interval": [round(low), round(high)],
        },
        "incremental": {
            "net": round(told.difference * offered.people),
            "interval": [round(low * offered.people), round(high * offered.people)],
        },
    }
