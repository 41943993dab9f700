"""The report on winning back. It holds nobody's data, so analysts may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mteja.business import business
from mteja.business.load import win_back
from mteja.business.winning_back import WinBack
from mteja.errors import InvalidInput
from mteja.http.sheets import sheet
from mteja.offers.reckoning import Reckoned, Reckoner, read_reckoned
from mteja.offers.report import BY, winback_report
from mteja.staff.reports import days_asked
from mteja.store.apart import TableApart, summaries_table
from mteja.store.table import Table, customers_table
from mteja.times import business_day

REPORT = "GET /v1/reports/winback"
DEFAULT_DAYS = 90
"""Of the last thirty, no window is closed yet."""
MOST_AT_READING = 200
"""So many offers of a day that no night has made yet are worked out at reading: a second or two."""
_COUNTS = ("offers", "sent", "stopped", "redeemed", "handed_on", "held_out")
_SHARES = ("offers", "held_out", "difference", "low", "high")
_COLUMNS = (
    "rule", "step", *_COUNTS, "compared_offers", "compared_held_out",
    *(f"came_back_{name}" for name in _SHARES), "currency", "net",
    *(f"per_customer_{name}" for name in _SHARES), "incremental", "incremental_low",
    "incremental_high",
)  # fmt: skip


@dataclass(frozen=True)
class WinbackReports:
    """One request. `now` is in epoch milliseconds."""

    customers: Table
    summaries: TableApart
    rules: WinBack
    zone: str
    now: int

    @classmethod
    def of_business(cls, now: int) -> "WinbackReports":
        """Return the request of this business and process. Raises Misconfigured."""
        return cls(customers_table(), summaries_table(), win_back(), business().time_zone, now)

    def report(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/winback?from=&to=&by=`. Raises InvalidInput."""
        by = query.get("by", BY[0])
        if by not in BY:
            raise InvalidInput("by", f"one of {', '.join(BY)}")
        about, days = self._asked(query)
        return about | self._of(days, by)

    def whole(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the report by rule, with its `steps`. Raises InvalidInput."""
        about, days = self._asked(query)
        return about | self._of(days, "rule") | {"steps": self._of(days, "step")["items"]}

    def _asked(self, query: Mapping[str, str]) -> tuple[dict[str, Any], dict[date, Reckoned]]:
        today = business_day(self.now, self.zone)
        last = query.get("to", str(today))
        usual = {"to": last} | ({} if "from" in query else {"from": self._usual_first(last)})
        first_day, last_day = days_asked(dict(query) | usual, self.now, self.zone)
        days = read_reckoned(self.summaries, first_day, min(last_day, today), self.zone)
        reckoner = Reckoner(self.customers, self.summaries, self.zone)
        for day in (today - timedelta(days=1), today):
            if first_day <= day <= last_day and day not in days:
                told = reckoner.so_far(day, MOST_AT_READING, self.now)
                days |= {} if told is None else {day: told}
        until = max(days, default=None)
        about = {
            "from": str(first_day),
            "to": str(last_day),
            "until": None if until is None else str(until),
        }
        return about, days

    def _of(self, days: Mapping[date, Reckoned], by: str) -> dict[str, Any]:
        made = winback_report(days, by)
        for row in made["items"]:
            row["per_cent"] = self._per_cent(row["rule"], row["step"])
        return made

    def _usual_first(self, last: str) -> str:
        _, day = days_asked({"to": last}, self.now, self.zone)
        return str(day - timedelta(days=DEFAULT_DAYS - 1))

    def _per_cent(self, rule_id: str, step: int | None) -> int | None:
        """Return how much off a step is by the owner's file of today."""
        rule = self.rules.rule(rule_id)
        if rule is None or step is None or step >= len(rule.steps):
            return None
        return rule.steps[step].per_cent


def report_sheet(report: Mapping[str, Any]) -> str:
    """Return the report as CSV: a row for each rule or step and each currency."""
    rows: list[list[Any]] = []
    for row in [*report["items"], *report.get("steps", ())]:
        told = row["compared"]
        about = [
            row["rule"], row["step"], *(row[name] for name in _COUNTS), told["offers"],
            told["held_out"], *_flat(told["came_back"]),
        ]  # fmt: skip
        for money in told["money"] or [None]:
            rows.append([*about, *_money(money)])
    return sheet(_COLUMNS, rows)


def _flat(told: Mapping[str, Any] | None) -> list[Any]:
    if told is None:
        return [None] * len(_SHARES)
    return [told["offers"], told["held_out"], told["difference"], *told["interval"]]


def _money(money: Mapping[str, Any] | None) -> list[Any]:
    if money is None:
        return [None] * (2 + len(_SHARES) + 3)
    more = money["incremental"]
    in_all = [None] * 3 if more is None else [more["net"], *more["interval"]]
    return [money["currency"], money["net"], *_flat(money["per_customer"]), *in_all]
