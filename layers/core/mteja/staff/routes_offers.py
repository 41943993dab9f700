"""Routes to offers."""

from aws_lambda_powertools.event_handler import Response

from mteja.http.headers import idempotency_key
from mteja.staff import offers
from mteja.staff.offers import Offers
from mteja.staff.responding import by_staff, done, query, request, router


@router.get("/v1/offers")
def list_offers() -> Response[str]:
    return done(200, offers.LIST, by_staff(Offers).list(query("status", "cursor")))


@router.get("/v1/offers/<code>")
def look_at_offer(code: str) -> Response[str]:
    return done(200, offers.LOOK, by_staff(Offers).look(code))


@router.post("/v1/offers/<code>/redeem")
def redeem_offer(code: str) -> Response[str]:
    key = idempotency_key(request().headers)
    return done(200, offers.REDEEM, by_staff(Offers).redeem(code, key))
