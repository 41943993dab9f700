"""What became of the offers of single days, made anew as a whole each night while anybody may still
buy within the window, and once more when most refunds are in: run again it is right again, and
whoever was erased is in none of it."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from mteja.errors import InvalidInput
from mteja.offers.outcomes import WINDOW_DAYS, offers_of, outcome
from mteja.offers.tallies import Day, as_json, from_json, of_outcomes
from mteja.store import keys, offer_keys
from mteja.store.apart import TableApart
from mteja.store.table import Table
from mteja.times import DAY_MS, business_day, day_begins
from mteja.tracking.calendar import days_between
from mteja.tracking.items import SummaryItem

# The last night of a window, and one for what is given back later.
_LAST_NIGHT = WINDOW_DAYS + 1
_AND_ONCE_MORE = 61
_LOOK_BACK = 75
AT_ONCE = 8
_MOST_DAYS = 366


@dataclass(frozen=True)
class Reckoned:
    """A day as it was made, in epoch milliseconds. `closed`: nobody's window was open any more."""

    day: Day
    made_at: int
    closed: bool


@dataclass(frozen=True)
class Reckoner:
    """Makes days. `zone`: of the business."""

    customers: Table
    summaries: TableApart
    zone: str

    def tonight(self, now_ms: int) -> list[date]:
        """Return the days that are to be looked at, the oldest first, but for those that were: a
        night that was cut off goes on, and what missed nights left out is made up for."""
        today = business_day(now_ms, self.zone)
        first, last = today - timedelta(days=_LOOK_BACK), today - timedelta(days=1)
        known = read_reckoned(self.summaries, first, last, self.zone)
        return [
            day
            for day in days_between(first, last)
            if day not in known or known[day].made_at < self._last_look(day, today)
        ]

    def _last_look(self, day: date, today: date) -> int:
        """Return since when a day must have been looked at (epoch ms)."""
        age = (today - day).days
        if age < _LAST_NIGHT:
            return day_begins(today, self.zone)
        age = _LAST_NIGHT if age < _AND_ONCE_MORE else _AND_ONCE_MORE
        return max(day_begins(day + timedelta(days=age), self.zone), closes(day, self.zone))

    def make(self, day: date, now_ms: int) -> int:
        """Make a day; return how many offers it had. Of a day without any, that is written too: it
        was looked at."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(
                pool.map(
                    lambda offer: outcome(self.customers, offer), offers_of(self.customers, day)
                )
            )
        key = offer_keys.outcomes(day)
        text = json.dumps(as_json(of_outcomes(found)), separators=(",", ":"))
        data = zlib.compress(text.encode(), 9)
        item = SummaryItem(pk=key.pk, sk=key.sk, made_at=now_ms, data=data)
        self.summaries.put(item.model_dump())
        return len(found)

    def so_far(self, day: date, most: int, now_ms: int) -> Reckoned | None:
        """Return a day that no night has made yet, as it stands; nothing is written. None where it
        has more than so many offers: that is a night's work."""
        offers = list(islice(offers_of(self.customers, day), most + 1))
        if len(offers) > most:
            return None
        found = of_outcomes(outcome(self.customers, one) for one in offers)
        return Reckoned(found, now_ms, closed=False)

    def make_some(self, days: Iterable[date], clock: Callable[[], int]) -> tuple[int, int]:
        """Make days; return how many, and how many offers they had."""
        made = [self.make(day, clock()) for day in days]
        return len(made), sum(made)


def closes(day: date, zone: str) -> int:
    """Return when the last window of a day's offers ends (epoch ms): where clocks go forward within
    it, an hour into its last day."""
    return day_begins(day + timedelta(days=1), zone) + WINDOW_DAYS * DAY_MS


def asked(told: Mapping[str, str]) -> list[date] | None:
    """Return the days that somebody asks for by `from` and `to`, None where neither is said. Raises
    InvalidInput."""
    if "from" not in told and "to" not in told:
        return None
    first, last = (
        _day(name, told.get(name, told.get(other, "")))
        for name, other in (("from", "to"), ("to", "from"))
    )
    if not 0 <= (last - first).days < _MOST_DAYS:
        raise InvalidInput("to", f"at most {_MOST_DAYS} days from `from` on")
    return days_between(first, last)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field, "a day as 2026-11-22") from None


def read_reckoned(
    summaries: TableApart, first: date, last: date, zone: str
) -> dict[date, Reckoned]:
    """Return the days from the first to the last that were made, with one Query a month."""
    found: dict[date, Reckoned] = {}
    months = dict.fromkeys(offer_keys.outcomes_partition(day) for day in days_between(first, last))
    for month in months:
        for raw in summaries.query(month, between=keys.days_between(first, last)):
            item = SummaryItem.model_validate(raw)
            day = date.fromisoformat(item.sk)
            told = from_json(json.loads(zlib.decompress(item.data)))
            found[day] = Reckoned(told, item.made_at, item.made_at >= closes(day, zone))
    return found
