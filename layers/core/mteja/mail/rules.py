"""When marketing may be sent: quiet hours and the cap. Pure rules over times in epoch ms."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from mteja.business.mailing import Cap, QuietHours
from mteja.times import DAY_MS, from_ms, to_ms


def quiet_until(now_ms: int, hours: QuietHours, zone: str) -> int | None:
    """Return when the quiet hours end that it is in a time zone, None where it is none.

    The clock of the zone counts: on the day when it is put forward or back, the hours are as much
    shorter or longer. An end that the clock leaps over is the moment after the leap.
    """
    local = from_ms(now_ms).astimezone(ZoneInfo(zone))
    if not _is_quiet(local.time(), hours):
        return None
    ends = (
        to_ms(datetime.combine(day, hours.ends, ZoneInfo(zone)).replace(fold=fold))
        for day in (local.date(), local.date() + timedelta(days=1))
        for fold in (0, 1)
    )
    return next(end for end in ends if end > now_ms)


def _is_quiet(clock: time, hours: QuietHours) -> bool:
    if hours.begins < hours.ends:
        return hours.begins <= clock < hours.ends
    return clock >= hours.begins or clock < hours.ends


def cap_until(sent: Iterable[int], now_ms: int, cap: Cap) -> int | None:
    """Return when one message more is below the cap, None where it is now. `sent` is when others
    were."""
    window = cap.days * DAY_MS
    recent = sorted((at for at in sent if at > now_ms - window), reverse=True)
    return None if len(recent) < cap.messages else recent[cap.messages - 1] + window
