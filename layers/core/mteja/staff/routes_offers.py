"""Routes to offers, to their codes, and to what came of them."""

from aws_lambda_powertools.event_handler import Response

from mteja.business.load import win_back
from mteja.http.headers import idempotency_key
from mteja.staff import bodies, codes, offers, winback
from mteja.staff.access import caller, may_see_reports, may_upload_codes
from mteja.staff.codes import Codes
from mteja.staff.offers import Offers
from mteja.staff.parsing import from_json
from mteja.staff.responding import by_staff, done, event, query, reported, request, router
from mteja.staff.winback import WinbackReports
from mteja.times import now_ms


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


@router.get("/v1/codes")
def list_codes() -> Response[str]:
    query()  # nothing is asked
    return done(200, codes.LIST, _codes().list())


@router.post("/v1/codes/<name>")
def upload_codes(name: str) -> Response[str]:
    may_upload_codes(caller(event()))
    sent = from_json(bodies.Codes, request().body)
    return done(201, codes.UPLOAD, _codes().upload(name, sent))


@router.get("/v1/reports/winback")
def report_winback() -> Response[str]:
    may_see_reports(caller(event()))
    made = WinbackReports.of_business(now_ms()).report(query("from", "to", "by"))
    return reported(winback.REPORT, made, winback.report_sheet)


def _codes() -> Codes:
    """Raises NotAllowed for who may not see persons."""
    return by_staff(lambda viewer, within, now: Codes(viewer, within, now, win_back()))
