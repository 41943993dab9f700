"""Times. Stored as integer epoch milliseconds, shown as RFC 3339 in UTC with `Z`."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
LATEST_MS = (datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) // _MILLISECOND


def now_ms() -> int:
    return to_ms(datetime.now(UTC))


def to_ms(moment: datetime) -> int:
    """Return epoch milliseconds of an aware datetime, rounded down.

    Raises ValueError for a naive one and for what RFC 3339 can't show.
    """
    if moment.tzinfo is None:
        raise ValueError("a time needs its offset from UTC")
    ms = (moment - _EPOCH) // _MILLISECOND
    if not 0 <= ms <= LATEST_MS:
        raise ValueError("a time must be between 1970 and 9999")
    return ms


def from_ms(ms: int) -> datetime:
    return _EPOCH + ms * _MILLISECOND


def rfc3339(ms: int) -> str:
    """Return `2026-11-22T07:08:09.000Z`: fixed width, so that it also sorts as text."""
    return from_ms(ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def parse_rfc3339(text: str) -> int:
    """Return epoch milliseconds of an RFC 3339 time with offset. Raises ValueError."""
    return to_ms(datetime.fromisoformat(text))


def day_begins(day: date, zone: str) -> int:
    """Return the first moment of a calendar day in a time zone. Raises ValueError for a day that
    RFC 3339 can't show in UTC."""
    return to_ms(datetime.combine(day, time.min, ZoneInfo(zone)))


def business_day(ms: int, zone: str) -> date:
    """Return the calendar day of a moment in the business's time zone."""
    return from_ms(ms).astimezone(ZoneInfo(zone)).date()
