"""Single values of a row: text, times, amounts, yes and no. Errors name the field, never a
value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from mteja.money import exponent, minor_units
from mteja.times import to_ms

_MAX_TEXT = 2_000
# Exports put an apostrophe before what a spreadsheet would take for a number or a formula.
_GUARDED = re.compile(r"'(?=[0-9+=@-])")
_TIME = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[ T](?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?))?"
    r" ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
)
_YES = frozenset({"yes", "true", "1", "y"})
_NO = frozenset({"no", "false", "0", "n", ""})


class Refused(Exception):
    """A row that can't be recorded. `field` is ours; `problem` never repeats a value."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True)
class Reading:
    """How values of a file are read: the zone of times without offset, the `strptime` form of
    dates that are not ISO 8601, and the currency where no column tells it."""

    zone: str
    date_format: str | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Row:
    """One row by our field names. `line` is where it begins in the file, from 1."""

    line: int
    cells: Mapping[str, str]
    reading: Reading

    def text(self, field: str, longest: int = _MAX_TEXT) -> str:
        """Return a value without the blanks around it, "" where there is none."""
        value = self.cells.get(field, "").strip()
        if len(value) > longest:
            raise Refused(field, f"longer than {longest} characters")
        return _GUARDED.sub("", value, count=1) if value.startswith("'") else value

    def required(self, field: str) -> str:
        value = self.text(field)
        if not value:
            raise Refused(field, "missing")
        return value

    def moment(self, field: str) -> int | None:
        """Return epoch milliseconds, None where the cell is empty."""
        value = self.text(field)
        return None if not value else _moment(field, value, self.reading)

    def amount(self, field: str, currency: str) -> int | None:
        """Return minor units, None where the cell is empty."""
        value = self.text(field)
        if not value:
            return None
        try:
            return minor_units(value, currency)
        except ValueError:
            raise Refused(field, "not an amount of its currency, such as 19.90") from None

    def rounded(self, field: str, currency: str) -> int:
        """Return minor units of a share of the total, which shops keep with more decimals than
        their currency has; 0 where the cell is empty. Half a unit is rounded up."""
        value = self.text(field)
        try:
            unit = Decimal(1).scaleb(-exponent(currency))
            return minor_units(Decimal(value or 0).quantize(unit, ROUND_HALF_UP), currency)
        except (ValueError, InvalidOperation):
            raise Refused(field, "not an amount, such as 19.90") from None

    def currency(self, field: str) -> str:
        value = self.text(field).upper() or (self.reading.currency or "")
        if not value:
            raise Refused(field, "missing; say --currency where the file has no such column")
        try:
            exponent(value)
        except ValueError:
            raise Refused(field, "not three letters (ISO 4217)") from None
        return value

    def whole(self, field: str) -> int | None:
        """Return a whole number from 0, None where the cell is empty."""
        value = self.text(field)
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,9}(\.0+)?", value):
            raise Refused(field, "not a whole number")
        return int(value.partition(".")[0])

    def says_yes(self, field: str) -> bool:
        """Whether a cell says yes. An empty one does not."""
        value = self.text(field).lower()
        if value not in _YES | _NO:
            raise Refused(field, "neither yes nor no")
        return value in _YES


def _moment(field: str, value: str, reading: Reading) -> int:
    try:
        if reading.date_format is not None:
            moment = datetime.strptime(value, reading.date_format)  # noqa: DTZ007 - zone below
        else:
            moment = _iso(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(reading.zone))
        return to_ms(moment)
    except (ValueError, OverflowError):
        form = reading.date_format or "2026-11-22 07:08:09 +0000"
        raise Refused(field, f"not a time like {form}") from None


def _iso(value: str) -> datetime:
    found = _TIME.fullmatch(value)
    if found is None:
        raise ValueError("not a time")
    moment = datetime.fromisoformat(f"{found['day']}T{found['clock'] or '00:00:00'}")
    offset = found["offset"]
    if offset is None:
        return moment
    if offset in {"Z", "UTC", "GMT"}:
        return moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo)
