"""**Offers**: what was made to whom who had gone quiet, a code at the till, and the lists of codes
that were made in the shop. Codes that are typed are sent with POST: none stands in a URL."""

import secrets
from typing import Any

from mteja.business.load import win_back
from mteja.errors import AlreadyTaken, InvalidInput, MtejaError, NotFound
from mteja.forms.labels import fault_text
from mteja.offers.listing import Status
from mteja.pages.catalogues import catalogue, marked
from mteja.staff.access import OWNER, may_upload_codes
from mteja.staff.bodies import Codes as Sent
from mteja.staff.codes import Codes
from mteja.staff.offers import Offers
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.parsing import from_fields

SECTION = "offers"
_TEMPLATE, _CODES = "staff/offers.html", "staff/codes.html"
_PATH = "/staff/offers"
_STATUSES = {
    Status.OPEN: marked("Valid"),
    Status.REDEEMED: marked("Redeemed"),
    Status.EXPIRED: marked("Ended"),
    Status.STOPPED: marked("Stopped"),
    Status.HELD_OUT: marked("Held out"),
}
_UNKNOWN = marked("Nobody was given this code. Look whether it is written right.")
_USED = marked("This code was redeemed before.")
_ENDED = marked("This offer has ended.")
_REDEEMED = marked("The offer is redeemed.")
_WHY = {
    "no-code": marked("nobody can type it, or it is too long"),
    "elsewhere": marked("it is in another list, or one of ours"),
    "repeated": marked("it stood further up"),
    "columns": marked("there is more than a code on it"),
}


def show(ask: Ask) -> Response:
    """Answer `GET /staff/offers?status=&cursor=`. Raises InvalidInput."""
    return _page(ask)


def look_up(ask: Ask) -> Response:
    """Answer `POST /staff/offers/look-up`: what a code is, and whether it can be redeemed."""
    code = ask.form.get("code", "").strip()
    try:
        found = ask.by_staff(Offers).redeemable(code)
    except (NotFound, AlreadyTaken, InvalidInput) as fault:
        return _again(ask, code, fault)
    return _page(ask, found=found, key=secrets.token_urlsafe(12), code=code)


def redeem(ask: Ask) -> Response:
    """Answer `POST /staff/offers/redeem`: the code is used up; sent twice, once."""
    code = ask.form.get("code", "").strip()
    try:
        ask.by_staff(Offers).redeem(code, ask.form.get("key") or None)
    except (NotFound, AlreadyTaken, InvalidInput) as fault:
        return _again(ask, code, fault)
    return ask.see_other(_PATH, done="redeemed")


def _again(ask: Ask, code: str, fault: MtejaError) -> Response:
    """Show the box again, with what is wrong; of a code that was redeemed, the offer too."""
    text, status, found = _UNKNOWN, 404, None
    if not isinstance(fault, NotFound):
        text, status = (_USED, 409) if isinstance(fault, AlreadyTaken) else (_ENDED, 422)
        found = ask.by_staff(Offers).look(code)
    error = catalogue(ask.visit.language).gettext(text)
    return _page(ask, status=status, error=error, code=code, found=found)


def _page(ask: Ask, *, status: int = 200, **values: Any) -> Response:
    asked = ask.request.query
    chosen = asked.get("status", Status.OPEN.value)
    query = {"status": chosen} | ({"cursor": asked["cursor"]} if "cursor" in asked else {})
    listed = ask.by_staff(Offers).list(query)
    known = {"found": None, "key": "", "code": "", "error": ""}
    return ask.page(
        _TEMPLATE,
        SECTION,
        status=status,
        statuses={one.value: label for one, label in _STATUSES.items()},
        chosen=chosen,
        offers=listed["items"],
        more=listed["next"],
        first_page="cursor" not in asked,
        done=_REDEEMED if asked.get("done") == "redeemed" else "",
        has_lists=bool(win_back().lists()),
        **known | values,
    )


def codes(ask: Ask) -> Response:
    """Answer `GET /staff/codes`."""
    return _lists(ask)


def upload(ask: Ask) -> Response:
    """Answer `POST /staff/codes/{list}`: codes, one a line. Raises NotAllowed for all but owners,
    NotFound for a list that no rule takes codes from."""
    may_upload_codes(ask.session.caller)
    name, text = ask.parts["list"], ask.form.get("codes", "")
    try:
        told = _codes(ask).upload(name, from_fields(Sent, {"codes": text.splitlines()}))
    except InvalidInput as fault:
        error = fault_text(fault, ask.visit.language)
        return _lists(ask.at("/staff/codes"), status=422, wrong={name: error}, typed={name: text})
    return _lists(ask.at("/staff/codes"), told=told)


def _lists(ask: Ask, *, status: int = 200, **values: Any) -> Response:
    known: dict[str, Any] = {"told": None, "wrong": {}, "typed": {}}
    return ask.page(
        _CODES,
        SECTION,
        status=status,
        lists=_codes(ask).list()["items"],
        may_upload=OWNER in ask.session.caller.groups,
        why=_WHY,
        **known | values,
    )


def _codes(ask: Ask) -> Codes:
    """Raises NotAllowed for who may not see persons."""
    return ask.by_staff(lambda viewer, within, now: Codes(viewer, within, now, win_back()))
