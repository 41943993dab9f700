"""When a customer is asked by message whether what we know is still right: for every function that
moves a due date."""

from collections.abc import Mapping
from datetime import date, timedelta

from mteja.customers.items import ProfileItem
from mteja.times import DAY_MS, business_day

YEAR_DAYS = 365


def stale_on(seen_ms: int, fresh_days: int, zone: str) -> date:
    """Return the first day on which a value is stale from its begin to its end."""
    return business_day(seen_ms + fresh_days * DAY_MS, zone) + timedelta(days=1)


def asked_on(
    told: Mapping[str, int], fresh_days: Mapping[str, int], since_ms: int, zone: str
) -> date | None:
    """Return the earliest day on which something is stale and a year is over; None where nothing
    that was told goes stale. `told`: by field when it was last observed; `fresh_days`: by field
    that is asked about, for how long it is fresh; `since_ms`: when the year began."""
    days = [stale_on(told[name], days, zone) for name, days in fresh_days.items() if name in told]
    if not days:
        return None
    return max(min(days), business_day(since_ms, zone) + timedelta(days=YEAR_DAYS))


def look_on(
    profile: ProfileItem, told: Mapping[str, int], fresh_days: Mapping[str, int], zone: str
) -> date | None:
    """Return the day on which a customer by itself is to be asked."""
    return asked_on(told, fresh_days, profile.fresh_asked_at or profile.created_at, zone)
