"""Due dates: the earliest day on which some rule would act on a customer (design, section 8)."""

from datetime import date, timedelta

from mteja.times import business_day


def next_due(
    last_purchase_ms: int | None, now_ms: int, *, zone: str, days_since_purchase: int
) -> date | None:
    """Return the day, in the business's time zone, or None where no rule will ever act.

    Never earlier than the next run, which is tomorrow's: today's may be over.
    """
    if last_purchase_ms is None:
        return None
    quiet = business_day(last_purchase_ms, zone) + timedelta(days=days_since_purchase)
    return max(quiet, business_day(now_ms, zone) + timedelta(days=1))
