"""What staff may ask of customers. Each answer is noted in the audit trail before it is given."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mteja.business import load
from mteja.business.forms import Asking
from mteja.customers.find import FIELDS, find
from mteja.customers.opening import Opener
from mteja.customers.reading import Person, read_known, read_person
from mteja.customers.timeline import KINDS, MAX_PAGE, Position, read_page
from mteja.errors import InvalidInput, NotFound
from mteja.freshness.calls import standing_of
from mteja.predictions import own
from mteja.staff import cursors, shown
from mteja.staff.holdings import holdings, likes
from mteja.staff.reaching import reach_of
from mteja.staff.request import StaffRequest
from mteja.times import LATEST_MS, business_day

FIND = "GET /v1/customers"
READ = "GET /v1/customers/{id}"
TIMELINE = "GET /v1/customers/{id}/timeline"
_DEFAULT_PAGE = 50


@dataclass(frozen=True)
class Answer:
    """The body of an answer, and how many of its values did not open."""

    body: dict[str, Any]
    unreadable: int = 0


@dataclass(frozen=True)
class Desk(StaffRequest):
    """What a member of staff looks up in one request."""

    asking: Callable[[], Asking] = load.asking

    def find(self, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/customers?email=|phone=|card=|loyalty=|order=`.

        Raises InvalidInput unless exactly one of these is asked for.
        """
        field, value, cursor = _asked(query)
        after = None
        if cursor is not None:
            after = cursors.decode_text(cursor, f"customers:{field}")
        table, business = self.within.table, self.within.business
        index = self.within.vault.index
        found = find(field, value, table=table, index=index, business=business, after=after)
        items: list[dict[str, Any]] = []
        covered: set[str] = set()
        unreadable = 0
        for customer in found.customers:
            if customer in covered:
                continue
            try:
                person = read_person(table, customer)
            except NotFound:
                continue  # erased; what led here goes with the next fact
            covered |= set(person.ids)
            opener = self._opener(person)
            # Looking whether a number fits opens it, so it is noted even where it does not.
            self._note(FIND, person.ids)
            if not found.endings or shown.holds_phone_ending(person, opener, found.endings):
                items.append(shown.in_list(person, opener, field))
            unreadable += opener.unreadable
        more = None
        if found.more_after is not None:
            more = cursors.encode(f"customers:{field}", found.more_after)
        return Answer({"items": items, "next": more}, unreadable)

    def read(self, customer: str) -> Answer:
        """Answer `GET /v1/customers/{id}`. Raises NotFound."""
        person = self._person(customer)
        opener = self._opener(person)
        self._note(READ, person.ids)
        return Answer(self._shown(person, opener), opener.unreadable)

    def open(self, customer: str, query: Mapping[str, str]) -> Answer:
        """Return `{"person": …, "timeline": …, "likes": …, "rewards": …, "reach": …, "bought": …}`:
        what `read` and `timeline` answer, what the person saved and rated, points and stamps, whom
        they reach, and a year's purchases where the entries that are read reach back so far, with
        one look at each member, for a page that shows all of it.

        Raises NotFound, InvalidInput."""
        kind, limit, after = _page_asked(query)
        # One more than is shown tells whether there are more.
        person = read_known(self.within.table, customer, entries=0 if after else limit + 1)
        opener = self._opener(person)
        self._note(READ, person.ids)
        whole = self._shown(person, opener)
        timeline = self._page(person, opener, kind, limit, after)
        body = {
            "person": whole,
            "timeline": timeline,
            "likes": likes(person),
            "rewards": self._rewards(person),
            "reach": reach_of(person),
            "bought": own.of_newest(person, self.within.business.time_zone, self._today),
        }
        return Answer(body, opener.unreadable)

    def timeline(self, customer: str, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/customers/{id}/timeline`. Raises NotFound, InvalidInput."""
        kind, limit, after = _page_asked(query)
        person = self._person(customer)
        opener = self._opener(person)
        self._note(TIMELINE, person.ids)
        return Answer(self._page(person, opener, kind, limit, after), opener.unreadable)

    def _page(
        self,
        person: Person,
        opener: Opener,
        kind: str | None,
        limit: int,
        after: Position | None,
    ) -> dict[str, Any]:
        page = read_page(
            person, table=self.within.table, opener=opener, kind=kind, limit=limit, after=after
        )
        more = None
        if page.next is not None:
            more = cursors.encode(_list(kind), page.next.at, page.next.id, page.next.customer)
        return {"items": [shown.entry(one) for one in page.entries], "next": more}

    def _shown(self, person: Person, opener: Opener) -> dict[str, Any]:
        whole = shown.person(person, opener, self.within.business)
        standing = standing_of(person, self.asking(), self.within.table, self.now)
        for field, state in standing.states.items():
            whole["traits"][field] |= {"state": state}
        whole |= {"to_ask": list(standing.to_ask)}
        return whole | holdings(person, self.asking, self.within.table, self._today)

    @property
    def _today(self) -> date:
        return business_day(self.now, self.within.business.time_zone)

    def _rewards(self, person: Person) -> dict[str, Any] | None:
        """Return what there is of points and stamps; None for a business that has none."""
        rewards = load.rewards()
        if rewards is None:
            return None
        from mteja.rewards.reading import ledger
        from mteja.rewards.shown import held

        zone = self.within.business.time_zone
        return held(person, ledger(person, rewards.units, self._today, zone), rewards)

    def _person(self, customer: str) -> Person:
        return read_known(self.within.table, customer)

    def _opener(self, person: Person) -> Opener:
        return Opener(person.ids, self.within.table, self.within.vault.keyring)


def _asked(query: Mapping[str, str]) -> tuple[str, str, str | None]:
    """Return the field, its value and the cursor of a search."""
    given = [name for name in FIELDS if name in query]
    if not given:
        raise InvalidInput("query", f"give one of {', '.join(FIELDS)}")
    if len(given) > 1:
        raise InvalidInput(given[1], f"give only one of {', '.join(FIELDS)}")
    return given[0], query[given[0]], query.get("cursor")


def _page_asked(query: Mapping[str, str]) -> tuple[str | None, int, Position | None]:
    kind = query.get("kind") or None
    if kind is not None and kind not in KINDS:
        raise InvalidInput("kind", f"one of {', '.join(sorted(KINDS))}")
    asked = query.get("limit", str(_DEFAULT_PAGE))
    if not re.fullmatch(r"[0-9]{1,3}", asked) or not 1 <= int(asked) <= MAX_PAGE:
        raise InvalidInput("limit", f"a whole number from 1 to {MAX_PAGE}")
    cursor = query.get("cursor")
    if cursor is None:
        return kind, int(asked), None
    match cursors.decode(cursor, _list(kind)):
        case [int() as at, str() as entry, str() as customer] if 0 <= at <= LATEST_MS:
            return kind, int(asked), Position(at, entry, customer)
    raise InvalidInput("cursor", "not a cursor of this list")


def _list(kind: str | None) -> str:
    """A cursor of one kind's list goes on in that list only: other kinds were read over."""
    return f"timeline:{kind or ''}"
