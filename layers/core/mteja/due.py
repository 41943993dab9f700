"""Due dates: the earliest day on which some rule would act on a customer (design, section 8)."""

import zlib
from datetime import date, timedelta

from mteja.times import business_day


def next_due(
    last_purchase_ms: int | None,
    now_ms: int,
    *,
    zone: str,
    days_since_purchase: int,
    customer: str,
    spread_days: int = 1,
) -> date | None:
    """Return the day, in the business's time zone, or None where no rule will ever act.

    Never earlier than the next run, which is tomorrow's: today's may be over. What would be overdue
    is spread evenly over `spread_days` from then on, so that an import is no burst of messages.
    """
    if last_purchase_ms is None:
        return None
    quiet = business_day(last_purchase_ms, zone) + timedelta(days=days_since_purchase)
    next_run = business_day(now_ms, zone) + timedelta(days=1)
    if quiet >= next_run:
        return quiet
    return next_run + timedelta(days=zlib.crc32(customer.encode()) % spread_days)
