"""Routes to offers. No function imports this."""

from typing import Any, Literal

from mteja import errors
from mteja.http.operations import Body, Day, Operation, Parameter, Success
from mteja.offers.outcomes import WINDOW_DAYS
from mteja.offers.uploading import MOST_COUNTED
from mteja.staff import examples, offer_answers
from mteja.staff.api_parts import BAD_CURSOR, BAD_KEY, CURSOR, KEY, NOT_ALLOWED, UNREADABLE
from mteja.staff.bodies import Codes
from mteja.staff.codes import MOST_AT_ONCE
from mteja.staff.winback import MOST_AT_READING

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

_LISTS = Operation(
    "GET",
    "/v1/codes",
    "listCodes",
    "List what is left of codes that were made in the shop",
    f"Of each list that a rule takes codes from. At most {MOST_COUNTED} are counted.",
    Success(
        200,
        "The lists",
        offer_answers.CodeLists,
        {
            "items": [
                {
                    "name": "shopify-ten",
                    "per_cent": 10,
                    "free": 12,
                    "more": False,
                    "rules": ["quiet"],
                    "low_since": "2026-11-22T07:08:09.000Z",
                }
            ]
        },
    ),
    refuses=(NOT_ALLOWED, errors.InvalidInput("query", "unknown; nothing can be said")),
)

_UPLOAD = Operation(
    "POST",
    "/v1/codes/{list}",
    "uploadCodes",
    "Put codes into a list",
    f"For owners. At most {MOST_AT_ONCE} at once; `mteja codes upload` takes any number. Sent "
    "again, each is there once. Of a code that is not taken its place in what was sent is told.",
    Success(
        201,
        "What became of them",
        offer_answers.UploadedCodes,
        {
            "name": "shopify-ten",
            "added": 2,
            "known": 0,
            "refused": [{"line": 3, "why": "repeated"}],
        },
    ),
    parameters=(
        Parameter("list", "as a rule of the owner's file names it", example="shopify-ten",
                  at="path"),
    ),
    bodies=(Body(Codes, {"codes": ["TEN-7F3K", "TEN-9QXZ", "TEN-9QXZ"]}),),
    refuses=(
        NOT_ALLOWED,
        *UNREADABLE,
        errors.NotFound("list"),
        errors.InvalidInput("codes", f"at most {MOST_AT_ONCE} at once"),
    ),
)  # fmt: skip

_GROUPS: dict[str, Any] = {
    "offers": 912,
    "held_out": 101,
    "enough": True,
    "came_back": {
        "offers": 0.241,
        "held_out": 0.149,
        "difference": 0.092,
        "interval": [0.0094, 0.1565],
    },
    "money": [
        {
            "currency": "TZS",
            "net": 412_000_000,
            "per_customer": {
                "offers": 451_754,
                "held_out": 280_198,
                "difference": 171_556,
                "interval": [31_002, 312_110],
            },
            "incremental": {"net": 156_459_072, "interval": [28_273_824, 284_644_320]},
        }
    ],
}

_REPORT = Operation(
    "GET",
    "/v1/reports/winback",
    "reportWinback",
    "Report on winning customers back",
    "What was offered on these days, and what came of it: purchases within "
    f"{WINDOW_DAYS} days, against those of customers who were held out by chance. Worked out each "
    f"night; today and yesterday at reading, up to {MOST_AT_READING} offers. Without days, those "
    "of the last 90. With `Accept: text/csv` a table.",
    Success(
        200,
        "The report",
        offer_answers.WinbackReport,
        {
            "from": "2026-08-25",
            "to": "2026-11-22",
            "until": "2026-11-21",
            "by": "rule",
            "window_days": WINDOW_DAYS,
            "items": [
                {
                    "rule": "quiet",
                    "step": None,
                    "per_cent": None,
                    "offers": 1240,
                    "sent": 1102,
                    "stopped": 131,
                    "redeemed": 187,
                    "handed_on": 6,
                    "held_out": 139,
                    "compared": _GROUPS,
                }
            ],
            "series": [
                {"day": "2026-11-21", "offers": 14, "sent": 12, "redeemed": 1, "held_out": 2}
            ],
        },
        sheet="rule,step,offers,…\r\nquiet,,1240,…\r\n",
    ),
    parameters=(
        Parameter("from", "first day; without it, 90 days that end with `to`", Day, "2026-08-25"),
        Parameter("to", "last day; without it, today", Day, "2026-11-22"),
        Parameter("by", "rules, or each step of them", Literal["rule", "step"]),
    ),
    refuses=(NOT_ALLOWED, errors.InvalidInput("from", "a day as 2026-11-22")),
)

OPERATIONS = (_LIST, _LOOK, _REDEEM, _LISTS, _UPLOAD)
REPORTS = (_REPORT,)
