"""Made-up histories of a shop's customers, always the same."""

import math
from datetime import date, timedelta
from random import Random

from mteja.predictions.nightly import Purchases
from mteja.products.days import Sale, SoldLine

YEAR = 365
_DAY = 86_400_000


def of_habit(people: int, end: int, seed: int = 1, *, noise: float = 0.05) -> dict[str, list[int]]:
    """Everybody has a rhythm of their own, from a week to two months, keeps it as well as `noise`
    (of log days) says, and a tenth of them leave after each purchase: who looks at one's own gaps
    can tell much."""
    chance = Random(seed)  # noqa: S311
    found = {}
    for number in range(people):
        gap = chance.uniform(7, 60)
        day = float(end - YEAR + chance.randrange(90))
        days = []
        while day <= end:
            days.append(int(day))
            if chance.random() < 0.1:
                break
            day += max(1.0, gap * math.exp(chance.gauss(0, noise)))
        found[f"cus_{number}"] = days
    return found


def of_chance(people: int, end: int, seed: int = 2) -> dict[str, list[int]]:
    """Everybody buys on any day with the same small probability, and nobody leaves: how long
    somebody was silent, and how they bought before, says nothing of what they do next."""
    chance = Random(seed)  # noqa: S311
    found = {}
    for number in range(people):
        days = [day for day in range(end - YEAR, end + 1) if chance.random() < 1 / 60]
        if days:
            found[f"cus_{number}"] = days
    return found


def purchases(days_of: dict[str, list[int]], zone: str, net: int = 1_000) -> Purchases:
    """Return what a nightly run would have read of such histories."""
    taken = Purchases(zone)
    by_day: dict[int, list[str]] = {}
    for who, days in days_of.items():
        for day in days:
            by_day.setdefault(day, []).append(who)
    for day in range(min(by_day), max(by_day) + 1):
        taken.take(date.fromordinal(day), [sale(who, day, net) for who in by_day.get(day, ())])
    return taken


def sale(who: str, day: int, net: int = 1_000, codes: tuple[str, ...] = ()) -> Sale:
    at = (date.fromordinal(day) - date(1970, 1, 1)) // timedelta(days=1) * _DAY
    line = SoldLine("lamp", "Lamp", 1, net)
    return Sale(f"{who}-{day}", who, at, "USD", net, 0, (line,), codes)
