"""The page that asks whether all is still right."""

from collections.abc import Mapping, Sequence
from typing import Any

from mteja.errors import InvalidInput
from mteja.forms.definition import AskedField
from mteja.forms.fields import Fill
from mteja.forms.page import ASSETS, CAME_BACK
from mteja.forms.submission import LANGUAGE, LINK, TRAP
from mteja.forms.visitors import Visitor
from mteja.freshness.confirming import standing
from mteja.pages.catalogues import catalogue, marked
from mteja.pages.formats import Formats
from mteja.pages.responses import page, see_other
from mteja.pages.visit import Visit, visit
from mteja.times import rfc3339

PATH = "/still-right"
RIGHT, ALL, AS_OF = "_right", "_all", "_as_of"
"""Fields that are said to be still right; that all of them are; when the page was shown."""
_DONE = "done"
_TEMPLATE = "still-right.html"
_IN_PAGE = {RIGHT: marked("The page"), TRAP: marked("Field for robots")}


def show(
    who: Visitor,
    asked: Sequence[AskedField],
    sent: Mapping[str, object] | None = None,
    faults: Sequence[InvalidInput] = (),
    *,
    status: int = 200,
) -> dict[str, Any]:
    """Return the page; `sent` and `faults`: what was filled in, and what is wrong with it."""
    texts, business = catalogue(who.language), who.service.within.business
    form = who.taken.only([one.name for one in asked])
    typed = sent or {}
    # What is known is not shown: whoever corrects a street must not move to another country.
    fill = Fill(form, who.language, business, who.now, typed, faults, at_home=False)
    since = standing(who.person) if who.person is not None else {}
    formats = Formats(who.language, business.time_zone)
    ticked = typed.get(RIGHT) or []
    fields = [
        {
            "field": field,
            "ticked": field["name"] in (ticked if isinstance(ticked, list) else [ticked]),
            "since": formats.month_of(rfc3339(since[field["name"]])),
            "suspect": field["name"] in who.suspect,
        }
        for field in fill.fields()
    ]
    shown = {
        "items": fields,
        "came_back": texts.gettext(CAME_BACK),
        "others": fill.others({name: texts.gettext(text) for name, text in _IN_PAGE.items()}),
        "faulty": bool(faults),
        "own": {LINK: who.token or "", AS_OF: str(who.now), LANGUAGE: who.language},
        "trap": TRAP,
        "right": RIGHT,
        "all": ALL,
        "done": _DONE in who.request.query,
    }
    return page(_visit(who), _TEMPLATE, shown, status=status)


def thanks(who: Visitor) -> dict[str, Any]:
    """Return the redirect to the page as it is then: thanks, and what is still to be said."""
    own = {"t": who.token or "", _DONE: "1", "lang": who.language}
    return see_other(_visit(who).url(PATH, **own))


def _visit(who: Visitor) -> Visit:
    business = who.service.within.business
    seen = visit(who.request, business, assets=ASSETS, preferred=who.language)
    return seen.at(PATH, t=who.token) if who.request.method == "POST" else seen
