"""The salts under which visitors without consent are told apart, destroyed after their use."""

from datetime import timedelta

from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.times import business_day, day_begins

# A day's salt serves until half an hour after it; an hour leaves room for what is on its way.
_SERVES_MS = 60 * 60 * 1000
_LOOK_BACK_DAYS = 14


def destroy_old(salts: TableApart, zone: str, now_ms: int) -> None:
    """Destroy the salts of days that ended an hour ago or more, in a table that can't be restored.
    Run each night, a salt is gone some three hours after its day; where a night was missed, by the
    next one or by TTL at 48 hours, which may be late."""
    today = business_day(now_ms, zone)
    for back in range(1, _LOOK_BACK_DAYS):
        day = today - timedelta(days=back)
        if now_ms >= day_begins(day + timedelta(days=1), zone) + _SERVES_MS:
            salts.delete(keys.salt(day))
