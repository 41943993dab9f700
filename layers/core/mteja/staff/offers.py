"""The offers that staff look at, and redeem at a till. None of it opens what is sealed: an offer is
a customer's id, a rule and a code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.errors import InvalidInput, NotFound
from mteja.identity.identifiers import Trust
from mteja.offers.codes import typed
from mteja.offers.items import OfferItem
from mteja.offers.listing import By, Status, listed, status, who_redeemed
from mteja.offers.standing import redeemed
from mteja.offers.using import StaffRider, find, may_be_redeemed
from mteja.recording.facts import Fact
from mteja.recording.record import record
from mteja.sources import own
from mteja.staff import cursors
from mteja.staff.once import once
from mteja.staff.request import StaffRequest
from mteja.times import rfc3339

LIST = "GET /v1/offers"
LOOK = "GET /v1/offers/{code}"
REDEEM = "POST /v1/offers/{code}/redeem"
_PAGE = 50


@dataclass(frozen=True)
class Offers(StaffRequest):
    """What a member of staff does about offers in one request."""

    def list(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/offers?status=&cursor=`. Raises InvalidInput."""
        asked = query.get("status", Status.OPEN.value)
        if asked not in set(Status):
            raise InvalidInput("status", f"one of {', '.join(Status)}")
        name, after = f"offers:{asked}", None
        if "cursor" in query:
            after = [str(one) for one in cursors.decode(query["cursor"], name)]
            if len(after) != 3:
                raise InvalidInput("cursor", "not a cursor of this list")
        page = listed(self.within.table, Status(asked), after, _PAGE, self.now)
        by = who_redeemed(self.within.table, page.offers)
        return {
            "items": [told(one, by.get(one.id), self.now) for one in page.offers],
            "next": None if page.next is None else cursors.encode(name, *page.next),
        }

    def look(self, code: str) -> dict[str, Any]:
        """Answer `GET /v1/offers/{code}`: the offer of a code, however it is typed. Raises
        NotFound."""
        return self._told(find(self.within.table, code))

    def redeemable(self, code: str) -> dict[str, Any]:
        """Return the offer of a code that can be redeemed now. Raises NotFound, AlreadyTaken,
        InvalidInput."""
        offer = find(self.within.table, code)
        may_be_redeemed(offer, self.now)
        return self._told(offer)

    def redeem(self, code: str, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/offers/{code}/redeem`: used up, by whoever asks, now.

        Raises NotFound for a code that nobody was given, AlreadyTaken for one that was redeemed,
        InvalidInput for one that has ended; Conflict.
        """
        offer = find(self.within.table, code)
        self._note(REDEEM, [offer.customer])
        attempt = once(self.within.vault.index, key, REDEEM, {"code": typed(code)})
        rider = StaffRider(code, self.viewer.sub, self.now)
        fact = Fact(
            own.STAFF,
            Trust.VERIFIED,
            self.now,
            self.now,
            receipt=attempt.receipt,
            customer=offer.customer,
            riders=(rider,),
        )
        try:
            record(fact, self.within)
        except NotFound:
            raise NotFound("offer") from None  # its customer is being erased
        return self._told(find(self.within.table, code))

    def _told(self, offer: OfferItem) -> dict[str, Any]:
        return told(offer, who_redeemed(self.within.table, [offer]).get(offer.id), self.now)


def told(offer: OfferItem, by: By | None, now_ms: int) -> dict[str, Any]:
    """Return an offer as staff see it. `by`: who redeemed it."""
    use = redeemed(offer)
    return {
        "id": offer.id,
        "customer": offer.customer,
        "rule": offer.rule,
        "step": offer.step,
        "per_cent": offer.per_cent,
        "code": offer.code,
        "status": status(offer, now_ms).value,
        "at": rfc3339(offer.at),
        "ends": rfc3339(offer.ends),
        "reason": offer.reason,
        "redeemed": None
        if use is None or by is None
        else {"at": rfc3339(use.at), "source": use.source, "id": use.id, "by": by.value},
        "further_uses": len(offer.uses) - (use is not None),
    }
