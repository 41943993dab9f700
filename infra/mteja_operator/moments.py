"""Days and times as they are written on the command line."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import click

from mteja.times import parse_rfc3339, to_ms

_DAY = len("2026-11-22")


def moment(said: str, zone: str) -> int:
    """Return epoch ms of a day, at its beginning in the business's zone, or of an RFC 3339 time.

    Raises click.UsageError.
    """
    try:
        if len(said) > _DAY:
            return parse_rfc3339(said)
        return to_ms(datetime.combine(date.fromisoformat(said), time(), ZoneInfo(zone)))
    except ValueError:
        raise click.UsageError(
            f"{said} is no day like 2026-11-22 or time like 2026-11-22T07:08:09Z"
        ) from None
