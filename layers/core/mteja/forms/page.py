"""Hosted pages of forms: the form, the form again with what is wrong, and thanks."""

from collections.abc import Mapping, Sequence
from typing import Any

from mteja.business.forms import text_in
from mteja.errors import InvalidInput
from mteja.forms import guard, turnstile
from mteja.forms.definition import PREORDER, Definition
from mteja.forms.fields import Fill
from mteja.forms.intake import FormTaken
from mteja.forms.preorder import RESERVED, WAITING, remaining
from mteja.forms.submission import ASKED, LANGUAGE, LINK, SHOWN, TRAP
from mteja.forms.visitors import Service, Visitor
from mteja.http.request import Request
from mteja.pages.catalogues import catalogue, marked
from mteja.pages.headers import Policy
from mteja.pages.responses import page, problem_page, see_other
from mteja.pages.visit import Visit, visit

ASSETS = "/assets"
_FORM, _THANKS = "form.html", "thanks.html"
CAME_BACK = marked("Mail to the address that you gave us came back.")
_IN_PAGE = {
    SHOWN: marked("The page"),
    TRAP: marked("Field for robots"),
    turnstile.ANSWER: marked("Are you a person?"),
}


def form_page(
    visitor: Visitor,
    *,
    status: int = 200,
    sent: Mapping[str, object] | None = None,
    faults: Sequence[InvalidInput] = (),
) -> dict[str, Any]:
    """Return the page of a form; `sent` and `faults`: what was typed, and what is wrong with it."""
    form = visitor.asked
    typed = _from_address(form, visitor.request.query) if sent is None else sent
    texts = catalogue(visitor.language)
    fill = Fill(
        form,
        visitor.language,
        visitor.service.within.business,
        visitor.now,
        typed,
        faults,
        notes=dict.fromkeys(visitor.suspect, texts.gettext(CAME_BACK)),
    )
    fields = fill.fields()
    shown = {
        "form": form.id,
        "title": text_in(form.form.title, visitor.language),
        "intro": text_in(form.form.intro, visitor.language),
        "button": text_in(form.form.button, visitor.language),
        "fields": fields,
        "others": fill.others({name: texts.gettext(text) for name, text in _IN_PAGE.items()}),
        "own": _own(visitor, form),
        "trap": TRAP,
        "trapped": TRAP in fill.wrong,
        "nothing_to_ask": not fields,
        "preorder": _left(form, visitor) if form.kind == PREORDER else None,
        "site_key": _site_key(visitor),
        "challenge": turnstile.SCRIPT,
    }
    return page(_visit(visitor), _FORM, shown, status=status, policy=_policy(visitor))


def thanks_page(visitor: Visitor) -> dict[str, Any]:
    """Return the page that a taken form leads to."""
    query = visitor.request.query
    position = query.get("position", "")
    shown = {
        "form": visitor.form.id,
        "kind": visitor.form.kind,
        "title": text_in(visitor.form.form.title, visitor.language),
        "thanks": text_in(visitor.form.form.thanks, visitor.language),
        "reserved": query.get("status") == RESERVED,
        "waiting": query.get("status") == WAITING,
        "position": position if position.isascii() and position.isdigit() else None,
    }
    return page(_visit(visitor), _THANKS, shown, policy=_policy(visitor))


def thanks(visitor: Visitor, taken: FormTaken) -> dict[str, Any]:
    """Return the redirect to the page of thanks."""
    told = {}
    if visitor.form.kind == PREORDER:
        told["status"] = taken.status
        if taken.position is not None:
            told["position"] = str(taken.position)
    told["lang"] = visitor.language
    return see_other(_visit(visitor).url(f"{_path(visitor.form.id)}/thanks", **told))


def refusal(error: Exception, request: Request, service: Service) -> dict[str, Any]:
    """Return the page that says what an error means."""
    business = service.within.business
    policy = Policy(tuple(business.allowed_origins))
    seen = visit(request, business, assets=ASSETS)
    if request.method == "POST" and "form" in request.path_parameters:
        seen = seen.at(_path(request.path_parameters.get("form", "")), t=request.query.get("t"))
    return problem_page(seen, error, policy=policy)


def _path(form: str) -> str:
    return f"/forms/{form}"


def _visit(visitor: Visitor) -> Visit:
    business = visitor.service.within.business
    seen = visit(visitor.request, business, assets=ASSETS, preferred=visitor.language)
    if visitor.request.method == "POST":
        seen = seen.at(_path(visitor.form.id), t=visitor.token)
    return seen


def _policy(visitor: Visitor) -> Policy:
    """The owner's sites may show the page in a frame; Turnstile comes from elsewhere."""
    also: dict[str, tuple[str, ...]] = {}
    if _site_key(visitor) is not None:
        also = {
            "script-src": (turnstile.ORIGIN,),
            "frame-src": (turnstile.ORIGIN,),
            "connect-src": (turnstile.ORIGIN,),
        }
    return Policy(tuple(visitor.service.within.business.allowed_origins), also)


def _site_key(visitor: Visitor) -> str | None:
    declared = visitor.service.asking.turnstile
    if declared is None or not visitor.form.form.turnstile or visitor.person is not None:
        return None
    return declared.site_key


def _own(visitor: Visitor, form: Definition) -> dict[str, str]:
    """Return what the page sends along."""
    index = visitor.service.within.vault.index
    own = {
        SHOWN: guard.token(form.id, visitor.now, index),
        LANGUAGE: visitor.language,
    }
    if visitor.token is not None:
        own |= {LINK: visitor.token, ASKED: " ".join(one.name for one in form.fields)}
    return own


def _from_address(form: Definition, query: Mapping[str, str]) -> dict[str, object]:
    """Return what the address gives: hidden fields (`campaign`), and what a card's QR code holds
    (`product`, `serial`). Nothing that says who somebody is."""
    return {
        one.name: query[one.name]
        for one in form.fields
        if one.field.type in {"hidden", "product", "serial"} and one.name in query
    }


def _left(form: Definition, visitor: Visitor) -> list[dict[str, Any]]:
    table, language = visitor.service.within.table, visitor.language
    return [
        {"title": text_in(one.title, language), "left": remaining(one, table)}
        for one in form.products
    ]
