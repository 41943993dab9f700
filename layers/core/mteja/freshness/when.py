"""When a customer is asked by message whether what we know is still right, from PROFILE alone: for
every function that moves a due date."""

from collections.abc import Mapping
from datetime import date, timedelta

from mteja.customers.items import ProfileItem
from mteja.times import DAY_MS, business_day

YEAR_DAYS = 365


def stale_on(seen_ms: int, fresh_days: int, zone: str) -> date:
    """Return the first day on which a value is stale from its begin to its end."""
    return business_day(seen_ms + fresh_days * DAY_MS, zone) + timedelta(days=1)


def look_on(profile: ProfileItem, fresh_days: Mapping[str, int], zone: str) -> date | None:
    """Return the day on which to look whether a customer is to be asked: never too late. None where
    no field goes stale. `fresh_days`: by field that is asked about, for how long it is fresh.

    PROFILE notes when a field was told again, and not which fields a customer has: what is not
    noted may be as old as the customer.
    """
    if not fresh_days:
        return None
    stale = min(
        stale_on(profile.seen.get(name, profile.created_at), days, zone)
        for name, days in fresh_days.items()
    )
    since = profile.fresh_asked_at or profile.created_at
    return max(stale, business_day(since, zone) + timedelta(days=YEAR_DAYS))
