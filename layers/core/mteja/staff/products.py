"""What staff may ask of products. The report and what goes together hold nobody's data, so analysts
may see them; what one customer may want and who is interested are noted in the audit trail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mteja.business import business
from mteja.business.load import sites
from mteja.business.model import Basis, Business
from mteja.business.sites import Sites
from mteja.consent.gate import allowed
from mteja.customers.opening import Opener
from mteja.customers.reading import Person, read_known, read_person
from mteja.errors import InvalidInput, NotFound
from mteja.http.sheets import sheet
from mteja.products.looking import Looking, bought
from mteja.products.reading import thoughts
from mteja.products.report import ORDERS
from mteja.staff import cursors, shown
from mteja.staff.customers import Answer
from mteja.staff.reports import days_asked
from mteja.staff.request import StaffRequest
from mteja.store import keys, product_keys
from mteja.store.apart import events_table, summaries_table
from mteja.store.table import customers_table
from mteja.store.wire import Item
from mteja.summaries.reading import Tables

REPORT = "GET /v1/reports/products"
SIMILAR = "GET /v1/products/{id}/similar"
SUGGESTIONS = "GET /v1/customers/{id}/suggestions"
INTERESTED = "GET /v1/products/{id}/interested"
MAX_SUGGESTIONS = 50
_DEFAULT_SUGGESTIONS = 10
# People who are looked at for one page: each is one Query, and may be opened.
A_PAGE = 25
DEFAULT_PURPOSE = "marketing-email"
_MAX_PRODUCT = 100
_COLUMNS = (
    "product_id", "title", "sold", "orders", "views", "saved", "removed", "on_lists",
    "saved_not_bought", "buyers", "rating_mean", "rating_n", "rating_bound", "rating_of_buyers",
    "score", "trend", "sold_before", "sold_recently",
)  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """One request for what is nobody's."""

    sites: Sites
    looking: Looking

    @classmethod
    def of_business(cls, now: int) -> "Numbers":
        """Return the request of this business and process. Raises Misconfigured."""
        zone = business().time_zone
        return cls(sites(), Looking(customers_table(), tables_apart(), zone, now))

    def report(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/products`. Raises InvalidInput."""
        by = query.get("by", "best")
        if by not in ORDERS:
            raise InvalidInput("by", f"one of {', '.join(ORDERS)}")
        first, last = days_asked(query, self.looking.now, self.looking.zone)
        site = query.get("site")
        sites = [one for one in self.sites.sites if site in (None, one.id)]
        if site is not None and not sites:
            raise InvalidInput("site", "not a declared website")
        made = self.looking.report(sites, first, last, by)
        return {"from": str(first), "to": str(last), **made}

    def similar(self, product: str) -> dict[str, Any]:
        """Answer `GET /v1/products/{id}/similar`. Raises InvalidInput."""
        return {"items": self.looking.similar(product_id(product))}


@dataclass(frozen=True)
class Wants(StaffRequest):
    """What a member of staff asks of products and persons in one request."""

    tables: Tables

    def suggestions(self, customer: str, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/customers/{id}/suggestions`. Raises NotFound, InvalidInput."""
        asked = query.get("limit", str(_DEFAULT_SUGGESTIONS))
        if not re.fullmatch(r"[0-9]{1,2}", asked) or not 1 <= int(asked) <= MAX_SUGGESTIONS:
            raise InvalidInput("limit", f"a whole number from 1 to {MAX_SUGGESTIONS}")
        person = read_known(self.within.table, customer)
        self._note(SUGGESTIONS, person.ids)
        zone = self.within.business.time_zone
        looking = Looking(self.within.table, self.tables, zone, self.now)
        return Answer({"items": looking.suggestions(person, int(asked))})

    def interested(self, product: str, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/products/{id}/interested`: persons who saved it, rated it well or look at
        it often, have not bought it, and may be written to for a purpose.

        Raises InvalidInput, also for a purpose that is not based on consent.
        """
        product, purpose = product_id(product), query.get("purpose", DEFAULT_PURPOSE)
        must_rest_on_consent(purpose, self.within.business)
        table = self.within.table
        partition = product_keys.interested(product)
        pointers = table.query(partition, index="lookup", start=_start(query, partition, product),
                               limit=A_PAGE + 1)  # fmt: skip
        page = list(islice(pointers, A_PAGE + 1))
        items: list[dict[str, Any]] = []
        covered: set[str] = set()
        unreadable = 0
        for pointer in page[:A_PAGE]:
            customer = keys.customer_of(str(pointer["pk"]))
            if customer is None or customer in covered:
                continue
            try:
                person = read_person(table, customer)
            except NotFound:
                continue  # erased, or being erased
            covered |= set(person.ids)
            found = self._wanting(person, product, purpose)
            if found is not None:
                opener = Opener(person.ids, table, self.within.vault.keyring)
                self._note(INTERESTED, person.ids)
                items.append(shown.wanting(person, opener) | found)
                unreadable += opener.unreadable
        more = None
        if len(page) > A_PAGE:
            last = page[A_PAGE - 1]
            more = cursors.encode(_list(product), str(last["pk"]), str(last["sk"]))
        return Answer({"items": items, "next": more}, unreadable)

    def _wanting(self, person: Person, product: str, purpose: str) -> dict[str, Any] | None:
        """Return why a person is on the list, None where they are not."""
        stated = [member.profile.consents for member in person.members]
        if not allowed(purpose, stated, self.within.business):
            return None
        mine = [one for member in person.members for one in member.interests]
        thought = thoughts(one for one in mine if one.product == product).get(product)
        if thought is None:
            return None
        interest = thought.interest
        if not (interest.likes or interest.looks_often):
            return None
        owned = {line.product for sale in bought(person, self.within.table) for line in sale.lines}
        if product in owned:
            return None
        return shown.interest(interest)


def tables_apart() -> Tables:
    """Return where this process finds events and summaries. Raises Misconfigured."""
    return Tables(events_table(), summaries_table())


def report_sheet(report: Mapping[str, Any]) -> str:
    """Return the report as CSV: a column of net revenue for each currency, in minor units."""
    currencies = sorted({name for row in report["items"] for name in row["net"]})
    columns = (*_COLUMNS, *(f"net_{name}" for name in currencies))
    rows = []
    for row in report["items"]:
        flat = row | {f"rating_{name}": value for name, value in row["rating"].items()}
        net = [row["net"].get(name, 0) for name in currencies]
        rows.append([*(flat[name] for name in _COLUMNS), *net])
    return sheet(columns, rows)


def product_id(text: str) -> str:
    """Return a product's id as it was typed into a path. Raises InvalidInput for what is none."""
    if not text.strip() or len(text) > _MAX_PRODUCT or not text.isprintable():
        raise InvalidInput("id", "a product's id")
    return text.strip()


def must_rest_on_consent(purpose: str, business: Business) -> None:
    """A list of whom to write to is made for a purpose that people agreed to, and for no other."""
    for one in business.purposes:
        if one.id == purpose and one.basis is Basis.CONSENT:
            return
    raise InvalidInput("purpose", "not a declared purpose that is based on consent")


def _start(query: Mapping[str, str], partition: str, product: str) -> Item | None:
    cursor = query.get("cursor")
    if cursor is None:
        return None
    match cursors.decode(cursor, _list(product)):
        case [str() as pk, str() as sk]:
            return {"pk": pk, "sk": sk, "lookup_pk": partition}
    raise InvalidInput("cursor", "not a cursor of this list")


def _list(product: str) -> str:
    return f"interested:{product}"
