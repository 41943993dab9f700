"""What staff may ask and write of whom customers reach. Each look is noted in the audit trail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mteja.consent.gate import allowed
from mteja.customers import person as rules
from mteja.customers.opening import Opener
from mteja.customers.reading import Person, read_known, read_person
from mteja.errors import InvalidInput, NotFound
from mteja.identity.identifiers import Trust
from mteja.products.looking import bought
from mteja.products.reading import thoughts
from mteja.social.advocates import Advocate, read_advocates
from mteja.social.handles import NETWORKS
from mteja.social.keeping import give_code, keep_followers
from mteja.social.reach import Counted
from mteja.staff import cursors, shown
from mteja.staff.bodies import Followers
from mteja.staff.customers import Answer
from mteja.staff.products import DEFAULT_PURPOSE, must_rest_on_consent, product_id
from mteja.staff.reaching import followers, reach_of
from mteja.staff.request import StaffRequest
from mteja.store.apart import TableApart
from mteja.times import business_day

REACH = "GET /v1/customers/{id}/reach"
FOLLOWERS = "POST /v1/customers/{id}/followers"
CODE = "POST /v1/customers/{id}/code"
ADVOCATES = "GET /v1/products/{id}/advocates"
# Advocates who are looked at for one page: each is one Query of the person and one of what they
# bought, and may be opened.
A_PAGE = 25


@dataclass(frozen=True)
class Social(StaffRequest):
    """What a member of staff asks of reach in one request."""

    summaries: TableApart

    def reach(self, customer: str) -> Answer:
        """Answer `GET /v1/customers/{id}/reach`. Raises NotFound."""
        person = read_known(self.within.table, customer)
        self._note(REACH, person.ids)
        opener = Opener(person.ids, self.within.table, self.within.vault.keyring)
        mine = [one for one in read_advocates(self.summaries) if one.customer in person.ids]
        told = {"id": person.id} | _handles(person, opener) | reach_of(person)
        links = [_link(code, self.within.business.allowed_origins) for code in told["codes"]]
        told |= {"links": [one for one in links if one], "brought": _brought(mine)}
        return Answer(told, opener.unreadable)

    def followers(self, customer: str, told: Followers) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/followers`. Raises NotFound, InvalidInput."""
        today = business_day(self.now, self.within.business.time_zone)
        on = today if told.on is None else told.on
        # A day may have begun where it was counted that has not begun here.
        if on > today + timedelta(days=1):
            raise InvalidInput("on", "a day that has come")
        person = read_known(self.within.table, customer)
        self._note(FOLLOWERS, person.ids)
        counted = Counted(told.network, on.isoformat(), told.followers)
        kept = keep_followers(self.within.table, customer, [counted])
        return {"id": customer, "followers": followers(kept.followers)}

    def code(self, customer: str) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/code`: the personal code of a customer, the same each
        time. Raises NotFound."""
        person = read_known(self.within.table, customer)
        self._note(CODE, person.ids)
        code = give_code(self.within.table, customer)
        return {
            "id": customer,
            "code": code,
            "link": _link(code, self.within.business.allowed_origins),
        }

    def advocates(self, product: str, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/products/{id}/advocates`: who likes a product, or bought it, and brings
        others or has reach, who brought most first; and may be written to for a purpose.

        Raises InvalidInput, also for a purpose that is not based on consent.
        """
        product, purpose = product_id(product), query.get("purpose", DEFAULT_PURPOSE)
        must_rest_on_consent(purpose, self.within.business)
        start = _start(query, product)
        listed = read_advocates(self.summaries)
        items: list[dict[str, Any]] = []
        unreadable = 0
        covered: set[str] = set()
        for one in listed[start : start + A_PAGE]:
            person = self._person(one.customer)
            if person is None or one.customer in covered:
                continue
            covered |= set(person.ids)
            liked = self._liked(person, product, purpose)
            if liked is None:
                continue
            opener = Opener(person.ids, self.within.table, self.within.vault.keyring)
            self._note(ADVOCATES, person.ids)
            mine = [other for other in listed if other.customer in person.ids]
            items.append(
                shown.wanting(person, opener)
                | liked
                | _handles(person, opener)
                | {"brought": _brought(mine), "reach": reach_of(person)["reach"]}
            )
            unreadable += opener.unreadable
        more = None
        if start + A_PAGE < len(listed):
            more = cursors.encode(_list(product), start + A_PAGE)
        return Answer({"items": items, "next": more}, unreadable)

    def _person(self, customer: str) -> Person | None:
        """Return a person who was there last night, None where they were erased since."""
        try:
            return read_person(self.within.table, customer)
        except NotFound:
            return None

    def _liked(self, person: Person, product: str, purpose: str) -> dict[str, Any] | None:
        """Return how a person likes a product; None where they don't, as far as is known, or may
        not be written to."""
        stated = [member.profile.consents for member in person.members]
        if not allowed(purpose, stated, self.within.business):
            return None
        mine = [one for member in person.members for one in member.interests]
        thought = thoughts(one for one in mine if one.product == product).get(product)
        owned = {line.product for sale in bought(person, self.within.table) for line in sale.lines}
        likes = thought is not None and (thought.interest.likes or thought.interest.looks_often)
        disliked = thought is not None and thought.interest.rating is not None and not likes
        if disliked or not (likes or product in owned):
            return None
        none = {"saved": False, "stars": None, "viewed_on_days": 0, "last_viewed_on": None}
        known = none if thought is None else shown.interest(thought.interest)
        return known | {"bought": product in owned}


def _brought(mine: Iterable[Advocate]) -> dict[str, Any]:
    orders, net = 0, dict[str, int]()
    for one in mine:
        orders += one.orders
        for currency, amount in one.net.items():
            net[currency] = net.get(currency, 0) + amount
    return {"orders": orders, "net": dict(sorted(net.items()))}


def _handles(person: Person, opener: Opener) -> dict[str, Any]:
    """Return the names on networks that open, and which of these are no more than claimed."""
    stand = {field: it for field, it in rules.traits(person).items() if field in NETWORKS}
    told = {field: opener.trait(it.customer, field, it.entry).value for field, it in stand.items()}
    names = {field: str(name) for field, name in told.items() if name is not None}
    claimed = [field for field in names if stand[field].entry.trust == Trust.CLAIMED]
    return {"handles": names, "claimed_handles": claimed}


def _link(code: str, origins: list[str]) -> str | None:
    """Return a personal link to the business's own website, None where it has none."""
    return f"{origins[0]}/?ref={code}" if origins else None


def _start(query: Mapping[str, str], product: str) -> int:
    cursor = query.get("cursor")
    if cursor is None:
        return 0
    match cursors.decode(cursor, _list(product)):
        case [int() as start] if start >= 0:
            return start
    raise InvalidInput("cursor", "not a cursor of this list")


def _list(product: str) -> str:
    return f"advocates:{product}"
