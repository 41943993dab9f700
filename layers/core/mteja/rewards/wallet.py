"""`GET /rewards?t=`: a customer's card of points and stamps, over a signed link.

The function of forms shows it: it may read customers already, and opens nothing. Whoever has the
link sees the number and what there is, and nothing else of the person.
"""

from typing import Any

from mteja import links
from mteja.business.forms import text_in
from mteja.business.load import rewards as declared_rewards
from mteja.customers.reading import read_person
from mteja.errors import LinkExpired, NotFound
from mteja.http.request import Request
from mteja.pages.catalogues import catalogue, marked
from mteja.pages.formats import Formats
from mteja.pages.responses import page
from mteja.pages.visit import Visit, visit
from mteja.recording.record import Recorder
from mteja.rewards import shown
from mteja.rewards.numbers import mark
from mteja.rewards.qr import svg
from mteja.rewards.reading import Ledger, ledger
from mteja.rewards.spans import EXPIRED
from mteja.times import business_day, day_begins, rfc3339

ASSETS = "/assets"
_PAGE = "rewards.html"
_LATEST = 20
_NUMBER = marked("Loyalty number")


def respond(request: Request, within: Recorder, now_ms: int) -> dict[str, Any]:
    """Answer a customer's card.

    Raises BadSignature and LinkExpired for a link that opens nothing (any more), NotFound where the
    business has no rewards.
    """
    rewards = declared_rewards()
    if rewards is None:
        raise NotFound("page")
    token = request.query.get("t", "")
    link = links.open_link(token, links.WALLET_LINK, now_ms, within.vault.index)
    zone = within.business.time_zone
    today = business_day(now_ms, zone)
    try:
        person = read_person(within.table, link.customer)
    except NotFound:
        raise LinkExpired from None  # the link outlives the customer
    mine = person.member(link.customer).profile.loyalty_number
    if mine is None or mark(mine) != link.once:
        raise LinkExpired  # and its number, which another may have had mailed to them
    told = ledger(person, rewards.units, today, zone)
    seen = visit(request, within.business, assets=ASSETS)
    reached = shown.tier(rewards, told)
    values = {
        "number": mine,
        "qr": svg(mine, catalogue(seen.language).gettext(_NUMBER)),
        "cards": [shown.card(rewards, told, unit) for unit in rewards.units],
        "gifts": shown.gifts(rewards, told, seen.language),
        "tier": None if reached is None else text_in(reached.title, seen.language),
        "entries": _latest(told, seen, zone),
        "show": Formats(seen.language, zone),
    }
    return page(seen, _PAGE, values)


def _latest(told: Ledger, seen: Visit, zone: str) -> list[dict[str, Any]]:
    """Return the newest entries that changed anything, with what has expired and is not entered
    yet."""
    texts = catalogue(seen.language)
    found = [(one.at, one.id, one.unit, one.amount, one.kind) for one in told.entries]
    for unit, lot, amount in told.due():
        at = day_begins(lot.span.expires_on or told.stands[unit].today, zone)
        found.append((at, lot.id, unit, -amount, EXPIRED))
    return [
        {
            "at": rfc3339(at),
            "unit": unit,
            "amount": amount,
            "what": texts.gettext(shown.CHANGES[kind]),
        }
        for at, _, unit, amount, kind in sorted(found, reverse=True)
        if amount
    ][:_LATEST]
