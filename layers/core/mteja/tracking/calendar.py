"""The days of the business around a span of time, looked up by bisection: a summary asks for the
day of every event."""

from bisect import bisect_right
from datetime import date, timedelta

from mteja.times import business_day, day_begins


class Calendar:
    """Days in the business's time zone, from three days before `first` to some after `last`."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        self.zone = zone
        number = (last - first).days + 8
        self._days = [first + timedelta(days=step) for step in range(-3, number)]
        self._begins = [day_begins(day, zone) for day in self._days]

    def day_of(self, at_ms: int) -> date:
        """Return the day of a moment in epoch milliseconds."""
        place = bisect_right(self._begins, at_ms) - 1
        if 0 <= place < len(self._days) - 1:
            return self._days[place]
        return business_day(at_ms, self.zone)


def days_between(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both included."""
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
