"""Routes to offers. No function imports this."""

from typing import Any

from mteja import errors
from mteja.http.operations import Operation, Parameter, Success
from mteja.staff import examples, offer_answers
from mteja.staff.api_parts import BAD_CURSOR, BAD_KEY, CURSOR, KEY, NOT_ALLOWED, UNREADABLE

_CODE = Parameter(
    "code",
    "as it is typed: capital or small letters, with or without spaces and dashes",
    example="7K3F-9QXZ-41CD",
    at="path",
)
_OFFER: dict[str, Any] = {
    "id": "off_01K0EXAMP1E0F0ANE0FFER0001",
    "customer": examples.ONE,
    "rule": "quiet",
    "step": 0,
    "per_cent": 10,
    "code": "7K3F-9QXZ-41CD",
    "status": "open",
    "at": "2026-11-22T07:08:09.000Z",
    "ends": "2026-12-06T20:59:59.999Z",
    "reason": None,
    "redeemed": None,
    "further_uses": 0,
}
_REDEEMED: dict[str, Any] = _OFFER | {
    "status": "redeemed",
    "redeemed": {
        "at": "2026-11-29T10:00:00.000Z",
        "source": "shopify-demo",
        "id": "1073459972",
        "by": "customer",
    },
}
_UNKNOWN = errors.NotFound("offer")

_LIST = Operation(
    "GET",
    "/v1/offers",
    "listOffers",
    "List offers",
    "Of one status, without one those that are open: by when they end, soonest first; others "
    "newest first. `held-out`: nothing was sent, to compare with. `stopped`: it reached nobody.",
    Success(200, "A page", offer_answers.OfferList, {"items": [_OFFER, _REDEEMED], "next": None}),
    parameters=(
        Parameter("status", "which", offer_answers.Status, "open"),
        CURSOR,
    ),
    refuses=(NOT_ALLOWED, BAD_CURSOR, errors.InvalidInput("status", "one of open, redeemed, …")),
)

_LOOK = Operation(
    "GET",
    "/v1/offers/{code}",
    "readOffer",
    "Look up the offer of a code",
    "Nothing changes.",
    Success(200, "The offer", offer_answers.Offer, _OFFER),
    parameters=(_CODE,),
    refuses=(NOT_ALLOWED, _UNKNOWN),
)

_REDEEM = Operation(
    "POST",
    "/v1/offers/{code}/redeem",
    "redeemOffer",
    "Redeem an offer at a till",
    "It is used up. Orders that bring the code redeem it by themselves. With an `Idempotency-Key`, "
    "the same key counts once and answers the same.",
    Success(200, "The offer", offer_answers.Offer, _REDEEMED),
    parameters=(_CODE, KEY),
    refuses=(
        NOT_ALLOWED,
        *UNREADABLE,
        BAD_KEY,
        _UNKNOWN,
        errors.AlreadyTaken("code", "was redeemed before"),
        errors.InvalidInput("code", "has ended"),
    ),
)

OPERATIONS = (_LIST, _LOOK, _REDEEM)
