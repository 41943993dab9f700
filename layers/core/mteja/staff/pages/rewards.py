"""**Rewards**: the till's page. Who it is, by telephone, card or code; then what they have, a
stamp, what they can have for it, and what is to be put right.

Numbers are sent with POST, so that none stands in a URL; a customer's id may.
"""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from mteja.business.forms import text_in
from mteja.business.load import rewards as declared_rewards
from mteja.business.rewards import Rewards
from mteja.errors import InvalidInput, NotFound
from mteja.forms.labels import fault_text
from mteja.http.request import Request
from mteja.identity.identifiers import LOYALTY, Trust
from mteja.pages.catalogues import catalogue, marked
from mteja.rewards.qr import svg
from mteja.staff.bodies import Adjustment, Joining, Redemption, Stamp
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.find import found_by
from mteja.staff.pages.recognise import recognise
from mteja.staff.parsing import from_fields
from mteja.staff.rewards import Till

SECTION = "rewards"
PATH = "/staff/rewards"
_TEMPLATE = "staff/rewards.html"
_LATEST = 15
_NOTHING = marked("Write a telephone number, a card number or an e-mail address.")
_CARD = marked("Address of the card")
_UNITS = {"points": marked("Points"), "stamps": marked("Stamps")}
DONE = {
    "stamp": marked("The stamp is given."),
    "redeem": marked("It is handed out. What is left stands below."),
    "adjust": marked("It is put right."),
    "join": marked("The customer has a card now."),
}


def show(ask: Ask) -> Response:
    """Answer `GET /staff/rewards?customer=`: the box, or the till of a customer who is known."""
    known = ask.request.query.get("customer")
    if known is None:
        _till(ask)
        return _box(ask, asked="")
    return _page(ask, known)


def look_up(ask: Ask) -> Response:
    """Answer `POST /staff/rewards`: whoever is found, or straight to the only one. Whoever only
    typed on the web what finds them is to be chosen by somebody who looks: a telephone may be
    another's, the number of a card was given by us."""
    _till(ask)
    asked = ask.form.get("q", "").strip()
    wanted = recognise(asked)
    if not wanted:
        return _box(ask, asked=asked, error=_NOTHING, status=422)
    found, more = found_by(ask, wanted)
    if len(found) == 1 and more is None and _is_certain(found[0]):
        return ask.see_other(PATH, customer=found[0]["id"])
    return _box(ask, asked=asked, found=found, more=more is not None)


def _is_certain(found: dict[str, Any]) -> bool:
    return bool(found["trust"] == Trust.VERIFIED or found["matched_on"] == LOYALTY)


def stamp(ask: Ask) -> Response:
    """Answer `POST /staff/rewards/stamp`."""
    told = {"unit": ask.form.get("unit", "stamps")}
    return _done(ask, "stamp", lambda till, key: till.stamp(_sent(ask, Stamp, told), key))


def redeem(ask: Ask) -> Response:
    """Answer `POST /staff/rewards/redeem`: one of the gifts."""
    told = {"gift": ask.form.get("gift", "")}
    return _done(ask, "redeem", lambda till, key: till.redeem(_sent(ask, Redemption, told), key))


def adjust(ask: Ask) -> Response:
    """Answer `POST /staff/rewards/adjust`."""
    told = {
        "amount": _number(ask.form.get("amount", "")),
        "unit": ask.form.get("unit", "points"),
        "reason": ask.form.get("reason", ""),
    }
    return _done(ask, "adjust", lambda till, key: till.adjust(_sent(ask, Adjustment, told), key))


def join(ask: Ask) -> Response:
    """Answer `POST /staff/rewards/join`: the customer gets a card, or a new one."""
    told = {"new": "new" in ask.form}
    return _done(ask, "join", lambda till, key: till.join(_sent(ask, Joining, told), key))


def rewards_of(ask: Ask, held: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what the page of a customer shows, in the page's language."""
    if held is None:
        return None
    language, title = ask.visit.language, held["tier"]
    gifts = {gift: text_in(texts, language) for gift, texts in held["gifts"].items()}
    return held | {"tier": None if title is None else text_in(title, language), "gifts": gifts}


def _done(ask: Ask, what: str, work: Callable[[Till, str | None], dict[str, Any]]) -> Response:
    known, till = ask.form.get("customer", ""), _till(ask)
    try:
        work(till, ask.form.get("key") or None)
    except InvalidInput as fault:
        again = ask.at(PATH, customer=known)
        return _page(again, known, what, fault)
    return ask.see_other(PATH, customer=known, done=what)


def _sent[T](ask: Ask, shape: type[T], told: dict[str, Any]) -> T:
    return from_fields(shape, {"customer": ask.form.get("customer", "")} | told)


def _number(text: str) -> object:
    """Return a number that was typed, or the text, which is then refused."""
    sign = text.strip().replace("\N{MINUS SIGN}", "-").removeprefix("+")
    digits = sign.removeprefix("-")
    return int(sign) if digits.isascii() and digits.isdigit() and len(digits) < 10 else text


def _till(ask: Ask) -> Till:
    """Raises NotAllowed for who may not see persons, NotFound where there are no rewards."""
    till = ask.by_staff(Till)
    _declared()
    return till


def _declared() -> Rewards:
    rewards = declared_rewards()
    if rewards is None:
        raise NotFound("rewards")
    return rewards


def _box(ask: Ask, *, asked: str, status: int = 200, **values: Any) -> Response:
    shown = {"found": None, "more": False, "error": ""} | values
    return ask.page(_TEMPLATE, SECTION, status=status, asked=asked, known=None, **shown)


def _page(ask: Ask, known: str, what: str = "", fault: InvalidInput | None = None) -> Response:
    till, language = _till(ask), ask.visit.language
    held = ask.told(till.show(known, language, _LATEST))
    base, card = _address(ask.request), held["card"]
    texts = catalogue(language)
    return ask.page(
        _TEMPLATE,
        SECTION,
        status=200 if fault is None else 422,
        known=held["customer"],
        title=held["name"] or held["email"] or held["phone"],
        asked="",
        found=None,
        more=False,
        error="",
        held=held,
        entries=held["entries"],
        claimed=held["trust"] == Trust.CLAIMED,
        units=[{"value": unit, "label": texts.gettext(_UNITS[unit])} for unit in _declared().units],
        card=card,
        code=svg(f"{base}{card['path']}", texts.gettext(_CARD)) if base and card else None,
        visits=[{"unit": one.unit, "amount": one.amount} for one in _declared().rules("visit")],
        titles={one["id"]: one["title"] for one in held["gifts"]},
        done=DONE.get(ask.request.query.get("done", ""), ""),
        keys={name: secrets.token_urlsafe(12) for name in DONE},
        faulty=what,
        fault="" if fault is None else fault_text(fault, language),
        typed={name: ask.form.get(name, "") for name in ("amount", "unit", "reason")},
    )


def _address(request: Request) -> str | None:
    """Return the address of the API, for a code that a telephone reads: as the browser has it, of
    the page that led here. No page knows its own: it may be below another domain's path."""
    led = urlsplit(request.headers.get("referer", ""))
    above, found, _ = led.path.partition("/staff")
    if not found or led.netloc != request.headers.get("host"):
        return None
    return f"{led.scheme}://{led.netloc}{above}"
