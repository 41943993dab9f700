"""What staff may ask of what customers do next: of one person, noted in the audit trail, and of all
of them in numbers, which hold nobody's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mteja.business import business
from mteja.consent.gate import allowed
from mteja.customers import person as rules
from mteja.customers.opening import Opener
from mteja.customers.reading import Person, read_known, read_person
from mteja.errors import InvalidInput, NotFound
from mteja.http.sheets import sheet
from mteja.predictions import own, rfm, storing, telling
from mteja.predictions.rfm import Bought
from mteja.predictions.storing import Month
from mteja.staff import cursors, shown
from mteja.staff.customers import Answer
from mteja.staff.products import must_rest_on_consent
from mteja.staff.reports import days_asked
from mteja.staff.request import StaffRequest
from mteja.store.apart import TableApart, summaries_table
from mteja.times import business_day

PREDICTION = "GET /v1/customers/{id}/prediction"
REPORT = "GET /v1/reports/customers"
LEAVING = "GET /v1/leaving"
# Persons who are read for one page: each is one Query, and is opened.
A_PAGE = 25
_LIST = "leaving"
_COLUMNS = ("month", "until", "customers", "new", "returning", "gone", "orders")


@dataclass(frozen=True)
class Next(StaffRequest):
    """What a member of staff asks of what one person does next."""

    summaries: TableApart

    def prediction(self, customer: str) -> Answer:
        """Answer `GET /v1/customers/{id}/prediction`. Raises NotFound."""
        person = read_known(self.within.table, customer)
        self._note(PREDICTION, person.ids)
        zone = self.within.business.time_zone
        today = business_day(self.now, zone)
        history = own.read_bought(person, self.within.table, zone, today)
        shop, months = storing.read(self.summaries)
        told = telling.next_order(own.of_the_year(history.purchases, today), shop, today)
        known = {
            name: one for name, one in months.items() if history.tells(date.fromisoformat(one.end))
        }
        group = telling.group_of(history.purchases, shop, known, today)
        return Answer({"id": person.id} | told | {"rfm": group})

    def leaving(self, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/leaving`: who may be about to leave, whom it would be dearest to lose
        first; with a purpose, those alone who agreed to be written to for it.

        Raises InvalidInput, also for a purpose that is not based on consent.
        """
        purpose = query.get("purpose")
        if purpose is not None:
            must_rest_on_consent(purpose, self.within.business)
        start = _start(query)
        listed, currency = storing.read_leaving(self.summaries)
        items: list[dict[str, Any]] = []
        unreadable = 0
        covered: set[str] = set()
        for one in listed[start : start + A_PAGE]:
            person = self._still_leaving(one, purpose)
            if person is None or one.customer in covered:
                continue
            covered |= set(person.ids)
            opener = Opener(person.ids, self.within.table, self.within.vault.keyring)
            self._note(LEAVING, person.ids)
            told = {"group": one.group, "last_order_on": one.last_on, "orders": one.orders}
            items.append(shown.wanting(person, opener) | told | {"net": {currency: one.net}})
            unreadable += opener.unreadable
        more = None
        if start + A_PAGE < len(listed):
            more = cursors.encode(_LIST, start + A_PAGE)
        return Answer({"items": items, "next": more}, unreadable)

    def _still_leaving(self, one: storing.Leaving, purpose: str | None) -> Person | None:
        """Return the person; None where they were erased or bought again since last night, or may
        not be written to."""
        try:
            person = read_person(self.within.table, one.customer)
        except NotFound:
            return None
        last = rules.orders(person).last
        zone = self.within.business.time_zone
        if last is None or str(business_day(last, zone)) > max(one.last_on, one.told_on):
            return None
        stated = [member.profile.consents for member in person.members]
        if purpose is not None and not allowed(purpose, stated, self.within.business):
            return None
        return person


def _start(query: Mapping[str, str]) -> int:
    cursor = query.get("cursor")
    if cursor is None:
        return 0
    match cursors.decode(cursor, _LIST):
        case [int() as start] if start >= 0:
            return start
    raise InvalidInput("cursor", "not a cursor of this list")


def at_a_glance(purchases: list[Bought], summaries: TableApart, today: date) -> dict[str, Any]:
    """Return the same of a year's purchases that were read already, without the months before."""
    shop = storing.read_shop(summaries)
    told = telling.next_order(purchases, shop, today)
    return told | {"rfm": telling.group_of(purchases, shop, {}, today)}


@dataclass(frozen=True)
class Customers:
    """One request for what all customers do. `now` is in epoch milliseconds."""

    summaries: TableApart
    zone: str
    now: int

    @classmethod
    def of_business(cls, now: int) -> "Customers":
        """Return the request of this business and process. Raises Misconfigured."""
        return cls(summaries_table(), business().time_zone, now)

    def report(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/customers`: the months in which the days that are asked for are,
        as of last night. Raises InvalidInput."""
        first, last = days_asked(query, self.now, self.zone)
        shop, months = storing.read(self.summaries)
        asked = {name: month for name, month in sorted(months.items())
                 if str(first)[:7] <= name <= str(last)[:7]}  # fmt: skip
        until = min(str(last), max((one.end for one in asked.values()), default=str(last)))
        latest = next((one for one in reversed(asked.values()) if one.groups), None)
        return {
            "from": str(first),
            "to": str(last),
            "until": max(until, str(first)),
            "items": [_month(name, month) for name, month in asked.items()],
            "groups": None if latest is None else _groups(latest),
            "model": None if shop is None else _of_shop(shop),
        }


def _of_shop(shop: storing.Shop) -> dict[str, Any]:
    """Return what is known of all customers together."""
    model = shop.model
    return {
        "made_on": shop.day,
        "people": shop.people,
        "returned": shop.returned,
        "usual_days": None if model is None else round(model.usual, 1),
        "leave_share": None if model is None else round(model.leave_share, 4),
        "shares": None
        if shop.recency is None
        else [
            {"least_days": one.least, "most_days": one.most, "returned": one.returned,
             "people": one.people}
            for one in shop.recency.shares
        ],
    } | telling.verdict(shop.verdict)  # fmt: skip


def _month(name: str, month: Month) -> dict[str, Any]:
    return {
        "month": name,
        "until": month.end,
        "customers": month.people,
        "new": month.new,
        "returning": month.returning,
        "gone": month.gone,
        "orders": month.orders,
        "net": dict(month.net),
        "groups": [{"group": one, "customers": number} for one, number in _in_order(month)],
    }


def _groups(month: Month) -> dict[str, Any]:
    whole = sum(month.groups.values())
    return {
        "on": month.end,
        "customers": whole,
        "leaving": sum(month.groups.get(one, 0) for one in rfm.LEAVING),
        "items": [
            {"group": one, "customers": number, "share": round(number / whole, 4)}
            for one, number in _in_order(month)
        ],
    }


def _in_order(month: Month) -> list[tuple[str, int]]:
    """Return the groups, the best first; nothing where the customers are too few for groups."""
    return [(one, month.groups[one]) for one in rfm.GROUPS if one in month.groups]


def customers_sheet(report: Mapping[str, Any]) -> str:
    """Return the report as CSV: a row for each month, a column for each group, and for the net
    revenue of each currency in minor units."""
    currencies = sorted({name for row in report["items"] for name in row["net"]})
    columns = (*_COLUMNS, *rfm.GROUPS, *(f"net_{name}" for name in currencies))
    rows = []
    for row in report["items"]:
        groups = {one["group"]: one["customers"] for one in row["groups"]}
        net = [row["net"].get(name, 0) for name in currencies]
        rows.append(
            [*(row[name] for name in _COLUMNS), *(groups.get(one) for one in rfm.GROUPS), *net]
        )
    return sheet(columns, rows)
