"""Dates, times, numbers and money as people write them, in the language of a page and in the time
zone of the business. Imported when the first page needs one, not before.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from mteja.money import exponent
from mteja.times import from_ms, parse_rfc3339

_DECIMALS = re.compile(r"\.0+")
_LETTERS_THEN_DIGIT = re.compile(r"([A-Za-z])(?=[0-9])")


@dataclass(frozen=True)
class Formats:
    """`language` as Babel names it, `zone` of the tz database."""

    language: str
    zone: str

    def moment(self, at: str) -> str:
        """`2026-11-22T07:08:09.000Z` is `22 Nov 2026, 10:08`"""
        local = from_ms(parse_rfc3339(at)).astimezone(ZoneInfo(self.zone))
        day = dates.format_date(local, "medium", self.language)
        return f"{day}, {dates.format_time(local, 'HH:mm', locale=self.language)}"

    def day_of(self, at: str) -> str:
        """Return the business's day of a moment: `22 Nov 2026`"""
        local = from_ms(parse_rfc3339(at)).astimezone(ZoneInfo(self.zone))
        return str(dates.format_date(local, "medium", self.language))

    def month_of(self, at: str) -> str:
        """Return the business's month of a moment: `November 2026`"""
        local = from_ms(parse_rfc3339(at)).astimezone(ZoneInfo(self.zone))
        return str(dates.format_skeleton("yMMMM", local, locale=self.language))

    def month(self, month: str) -> str:
        """`2026-11` is `November 2026`, as the language puts it"""
        first = date.fromisoformat(f"{month}-01")
        return str(dates.format_skeleton("yMMMM", first, locale=self.language))

    def day(self, day: str) -> str:
        """`2026-11-22` is `22 Nov 2026`"""
        return str(dates.format_date(date.fromisoformat(day), "medium", self.language))

    def day_before(self, day: str) -> str:
        """Return the last day on which something is there that is gone on a day: `21 Nov 2026`"""
        last = date.fromisoformat(day) - timedelta(days=1)
        return str(dates.format_date(last, "medium", self.language))

    def day_short(self, day: str) -> str:
        """`2026-11-22` is `Nov 22`, as the language puts it"""
        return str(dates.format_skeleton("MMMd", date.fromisoformat(day), locale=self.language))

    def number(self, number: int) -> str:
        return str(numbers.format_decimal(number, locale=self.language))

    def decimal(self, number: float) -> str:
        """`4.25`, at most two decimals"""
        return str(numbers.format_decimal(number, "#,##0.##", self.language))

    def share(self, share: float) -> str:
        """`0.3125` is `31.3%`"""
        return str(numbers.format_percent(share, "#,##0.#%", self.language))

    def seconds(self, ms: int | None) -> str:
        """`1250` is `1.25 s`, a dash where nothing was measured"""
        if ms is None:
            return "—"
        # A time to load is told to the hundredth, minutes of use are not.
        pattern = "0.##" if ms < 10_000 else "#,##0"
        told = numbers.format_decimal(Decimal(ms) / 1000, pattern, self.language)
        return f"{told}\N{NO-BREAK SPACE}s"

    def duration(self, seconds: int | None) -> str:
        """`95` is `1:35 min`"""
        if seconds is None:
            return "—"
        return f"{seconds // 60}:{seconds % 60:02d}\N{NO-BREAK SPACE}min"

    def language_named(self, tag: str) -> str:
        """`sw-TZ` is `Swahili (Tanzania)`; a tag that no list has is itself. By the names that the
        page's language has: of other languages the functions have no data."""
        names = Locale.parse(self.language)
        language, *rest = tag.split("-")
        named = names.languages.get(language.lower(), tag)
        places = [
            names.territories[one.upper()] for one in rest if one.upper() in names.territories
        ]
        return f"{named} ({places[0]})" if places and named != tag else named

    def money(self, minor: int, currency: str) -> str:
        """Return minor units with their currency: 1990 USD is `$19.90`. The decimals are those of
        ISO 4217, as everywhere here, and not those of everyday prices."""
        digits = exponent(currency)
        usual = Locale.parse(self.language).currency_formats["standard"].pattern
        pattern = _DECIMALS.sub(f".{'0' * digits}" if digits else "", usual)
        amount = Decimal(minor).scaleb(-digits)
        told = numbers.format_currency(
            amount, currency, pattern, self.language, currency_digits=False
        )
        # A currency that is written in letters stands apart from its number.
        return _LETTERS_THEN_DIGIT.sub("\\1\N{NO-BREAK SPACE}", str(told))
