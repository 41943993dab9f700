"""Routes to whom customers reach. No function imports this."""

from typing import Any

from mteja import errors
from mteja.http.operations import Body, Operation, Parameter, Success
from mteja.social.referrals import REMEMBERED_DAYS
from mteja.staff import bodies, examples, social_answers
from mteja.staff.api_parts import BAD_CURSOR, CURSOR, CUSTOMER, NOT_ALLOWED, UNKNOWN, UNREADABLE
from mteja.staff.products import DEFAULT_PURPOSE

_CODE = "REF-KXQTMWPRD"
_LINK = f"https://shop.example/?ref={_CODE}"
_SERIES = [{"network": "instagram", "counts": [{"on": "2026-11-30", "followers": 12400}]}]
_REACHES = {"network": "instagram", "on": "2026-11-30", "followers": 12400, "class": "micro"}
_BROUGHT: dict[str, Any] = {"orders": 7, "net": {"TZS": 8750000}}

_REACH = Operation(
    "GET",
    "/v1/customers/{id}/reach",
    "reachOfCustomer",
    "Whom a person reaches",
    "Names on social networks, followers over time, the personal code, and what it brought within "
    f"a year: orders of others with the code among their discount codes, or placed within "
    f"{REMEMBERED_DAYS} days after a visit by the personal link (`?ref=`, `utm_campaign` or "
    "`utm_content`) of which a server told whose it was. The look is noted in the audit trail.",
    Success(
        200,
        "What is known",
        social_answers.ReachOfPerson,
        {
            "id": examples.ONE,
            "handles": {"instagram": "asha.example"},
            "claimed_handles": [],
            "codes": [_CODE],
            "links": [_LINK],
            "followers": _SERIES,
            "reach": _REACHES,
            "brought": _BROUGHT,
        },
    ),
    parameters=(CUSTOMER,),
    refuses=(NOT_ALLOWED, UNKNOWN, errors.InvalidInput("query", "unknown; nothing can be said")),
)

_FOLLOWERS = Operation(
    "POST",
    "/v1/customers/{id}/followers",
    "noteFollowers",
    "Note how many follow a customer",
    "Of a day the count that is told last stands; of each network the latest sixty are kept. "
    "`on` is today where it is left out.",
    Success(201, "Noted", social_answers.FollowersKept, {"id": examples.ONE, "followers": _SERIES}),
    parameters=(CUSTOMER,),
    bodies=(
        Body(
            bodies.Followers,
            {"network": "instagram", "followers": 12400, "on": "2026-11-30"},
        ),
    ),
    refuses=(NOT_ALLOWED, UNKNOWN, errors.InvalidInput("network", "unknown"), *UNREADABLE),
)

_GIVE_CODE = Operation(
    "POST",
    "/v1/customers/{id}/code",
    "giveCode",
    "Give a customer a personal code",
    "The code is the same each time. Make it in the shop as a discount code, or give the link.",
    Success(
        201,
        "The code",
        social_answers.PersonalCode,
        {"id": examples.ONE, "code": _CODE, "link": _LINK},
    ),
    parameters=(CUSTOMER,),
    refuses=(NOT_ALLOWED, UNKNOWN),
)

_ADVOCATES = Operation(
    "GET",
    "/v1/products/{id}/advocates",
    "advocatesOfProduct",
    "Who likes a product and has reach",
    "Persons who bought it, saved it, gave it 4 stars or more or look at it often, brought orders "
    "of others or have at least a thousand followers, and agreed to be written to for the purpose: "
    "who brought most net revenue in the shop's main currency first, then by class of reach and "
    "followers, as of last night. Each is noted in the audit trail. A page may be short, or empty, "
    "and still have a `next`.",
    Success(
        200,
        "A page",
        social_answers.AdvocatesOfProduct,
        {
            "items": [
                {
                    "id": examples.ONE,
                    "name": "Asha Example",
                    "email": "asha@example.com",
                    "phone": None,
                    "trust": "verified",
                    "saved": True,
                    "stars": 5,
                    "viewed_on_days": 4,
                    "last_viewed_on": "2026-11-20",
                    "bought": True,
                    "handles": {"instagram": "asha.example"},
                    "claimed_handles": ["instagram"],
                    "brought": _BROUGHT,
                    "reach": _REACHES,
                }
            ],
            "next": None,
        },
    ),
    parameters=(
        Parameter("id", "a product's id", example="demo-lamp", at="path"),
        Parameter("purpose", "which consent they gave", example=DEFAULT_PURPOSE),
        CURSOR,
    ),
    refuses=(
        NOT_ALLOWED,
        errors.InvalidInput("purpose", "not declared"),
        BAD_CURSOR,
        errors.NotFound("path"),
    ),
)

OPERATIONS = (_REACH, _FOLLOWERS, _GIVE_CODE, _ADVOCATES)
