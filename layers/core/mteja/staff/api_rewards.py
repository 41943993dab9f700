"""Routes to points and stamps. No function imports this."""

from typing import Any

from mteja import errors
from mteja.http.operations import Body, Operation, Success
from mteja.rewards.counter import TOO_MANY, TOO_OFTEN
from mteja.staff import examples, reward_answers
from mteja.staff.api_parts import BAD_KEY, CUSTOMER, KEY, NOT_ALLOWED, UNKNOWN, UNREADABLE
from mteja.staff.bodies import Adjustment, Joining, Redemption, Stamp
from mteja.staff.rewards import NO_GIFT

_ENTRY = "pts_abcdefghijklmnopqrstuvwx"
_NUMBER = "R47110815236"
_BRIEF: dict[str, Any] = {
    "customer": examples.ONE,
    "loyalty": _NUMBER,
    "points": {"active": 120, "pending": 40, "debt": 0},
    "stamps": {"active": 3, "pending": 0, "debt": 0},
}
_ENTERED = _BRIEF | {"id": _ENTRY}
_TOKEN = "WyJ3YWxsZXQiLCJjdXNfMDFLMEVYQU1Q"  # noqa: S105 - an example
_NO_REWARDS = errors.NotFound("rewards")
_ONCE = (
    "With an `Idempotency-Key`, the same key and content counts once; without one, the same by the "
    "same member of staff within ten seconds. The customer gets a loyalty number, if it has none."
)
_REFUSES = (NOT_ALLOWED, *UNREADABLE, UNKNOWN, _NO_REWARDS, BAD_KEY)
_FEW = errors.InvalidInput("amount", TOO_MANY, active=40)

_READ = Operation(
    "GET",
    "/v1/customers/{id}/rewards",
    "readRewards",
    "Read a person's points and stamps",
    "What there is and how it came to that, over all linked customers. Noted in the audit trail.",
    Success(
        200,
        "Points and stamps",
        reward_answers.RewardsOfPerson,
        _BRIEF
        | {
            "points": {"active": 120, "pending": 0, "debt": 0},
            "stamps": {"active": 0, "pending": 0, "debt": 0},
            "earned_in_a_year": 120,
            "tier": None,
            "gifts": [
                {
                    "id": "five-off",
                    "title": "$5 off",
                    "unit": "points",
                    "cost": 500,
                    "product": None,
                    "missing": 380,
                }
            ],
            "lots": [
                {
                    "id": "ord_abcdefghijklmnopqrstuvwx#purchase",
                    "customer": examples.ONE,
                    "unit": "points",
                    "rule": "purchase",
                    "amount": 120,
                    "left": 120,
                    "expired": 0,
                    "status": "active",
                    "earned_on": "2026-03-01",
                    "active_from": "2026-03-15",
                    "expires_on": "2027-03-01",
                }
            ],
            "entries": [
                {
                    "id": _ENTRY,
                    "customer": examples.ONE,
                    "at": "2026-03-01T10:01:00.000Z",
                    "source": "shopify-demo",
                    "trust": "verified",
                    "unit": "points",
                    "kind": "earned",
                    "amount": 120,
                    "lot": "ord_abcdefghijklmnopqrstuvwx#purchase",
                    "rule": "purchase",
                    "gift": None,
                    "about": "ord_abcdefghijklmnopqrstuvwx",
                    "expires_on": "2027-03-01",
                    "by": None,
                    "reason": None,
                }
            ],
            "earlier": {"points": 0, "stamps": 0},
        },
    ),
    parameters=(CUSTOMER,),
    refuses=(NOT_ALLOWED, UNKNOWN, _NO_REWARDS),
)

_JOIN = Operation(
    "POST",
    "/v1/rewards/join",
    "joinRewards",
    "Give a customer a loyalty number and the address of its card",
    "Whoever has the address sees the number and what there is, and nothing else. `new` ends a "
    "card that was lost: its number and its address. " + _ONCE,
    Success(
        201,
        "The card",
        reward_answers.JoinedRewards,
        {
            "customer": examples.ONE,
            "loyalty": _NUMBER,
            "token": _TOKEN,
            "path": f"/rewards?t={_TOKEN}",
            "expires_at": "2027-04-05T10:01:00.000Z",
        },
    ),
    parameters=(KEY,),
    bodies=(Body(Joining, {"customer": examples.ONE}),),
    refuses=_REFUSES,
)

_STAMP = Operation(
    "POST",
    "/v1/rewards/stamp",
    "stamp",
    "Give what a visit gives",
    "By the owner's rule after a visit, within its limit of a day. " + _ONCE,
    Success(201, "What there is now", reward_answers.EnteredRewards, _ENTERED),
    parameters=(KEY,),
    bodies=(Body(Stamp, {"customer": examples.ONE, "amount": 1}),),
    refuses=(*_REFUSES, errors.InvalidInput("amount", TOO_OFTEN, most=3)),
)

_REDEEM = Operation(
    "POST",
    "/v1/rewards/redeem",
    "redeemRewards",
    "Spend points or stamps",
    "On a `gift`, which says how many of what, or `amount` of a `unit` (points, where there are "
    "any). What expires first is spent first. " + _ONCE,
    Success(201, "What there is now", reward_answers.EnteredRewards, _ENTERED),
    parameters=(KEY,),
    bodies=(Body(Redemption, {"customer": examples.ONE, "gift": "coffee"}),),
    refuses=(*_REFUSES, _FEW, errors.InvalidInput("gift", NO_GIFT)),
)

_ADJUST = Operation(
    "POST",
    "/v1/rewards/adjust",
    "adjustRewards",
    "Put points or stamps right",
    "More, or below zero less, with the reason; who did it is kept. " + _ONCE,
    Success(201, "What there is now", reward_answers.EnteredRewards, _ENTERED),
    parameters=(KEY,),
    bodies=(
        Body(
            Adjustment,
            {"customer": examples.ONE, "amount": -1, "unit": "stamps", "reason": "Stamped twice"},
        ),
    ),
    refuses=(*_REFUSES, _FEW),
)

OPERATIONS = (_READ, _JOIN, _STAMP, _REDEEM, _ADJUST)
