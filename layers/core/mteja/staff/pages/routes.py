"""From a path below `/staff` to its page. Behind every path but the door's stands a session that
was verified; without one, nothing is read.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any

from mteja.business import business
from mteja.errors import MtejaError, NotFound, NotSignedIn
from mteja.http import forms
from mteja.http.problems import problem_of
from mteja.http.request import Request, parse
from mteja.observing import log_refusal, logger
from mteja.pages import assets, responses
from mteja.pages.visit import LANGUAGE, Visit, visit
from mteja.staff.pages import (
    call,
    cookies,
    customer,
    fill,
    find,
    forgery,
    held,
    home,
    kiosk,
    messages,
    tasks,
)
from mteja.staff.pages.accounts import accounts
from mteja.staff.pages.asking import SERVICE, Ask, Response
from mteja.staff.pages.door import SIGN_IN, Door, tries
from mteja.staff.pages.session import Sessions
from mteja.staff.pages.tokens import verifier

ROOT = "/staff"
ASSETS = "/staff/assets"
SIGN_OUT = "/staff/sign-out"
_MAX_BODY = 100_000
_YEAR_S = 365 * 24 * 3600

type Page = Callable[[Ask], Response]


def _later(module: str, name: str) -> Page:
    """Return a page whose module is imported when it is first asked for: a cold start for somebody
    at the counter does not wait for it."""

    def page(ask: Ask) -> Response:
        shown: Response = getattr(import_module(f"mteja.staff.pages.{module}"), name)(ask)
        return shown

    return page


PAGES: dict[str, Page] = {
    "GET /staff": home.show,
    "GET /staff/find": find.show,
    "POST /staff/find": find.search,
    "GET /staff/customers/{customer}": customer.show,
    "POST /staff/customers/{customer}/link": customer.link,
    "POST /staff/customers/{customer}/unlink": customer.unlink,
    "POST /staff/customers/{customer}/notes": customer.note,
    "POST /staff/customers/{customer}/send-link": customer.send_link,
    "GET /staff/call": call.show,
    "POST /staff/call": call.record,
    "POST /staff/call/look-up": call.look_up,
    "GET /staff/forms": fill.show_all,
    "GET /staff/forms/{form}": fill.show,
    "POST /staff/forms/{form}": fill.send,
    "GET /staff/surveys/{survey}": fill.show,
    "POST /staff/surveys/{survey}": fill.send,
    "POST /staff/kiosk": kiosk.start,
    "GET /staff/messages/preview": messages.show_all,
    "GET /staff/messages/preview/{template}": messages.show,
    "GET /staff/messages/preview/{template}/html": messages.show_html,
    "POST /staff/held/{form}": held.mend,
    "POST /staff/held/surveys/{survey}": held.mend,
    "GET /staff/tasks": tasks.show,
    "POST /staff/tasks/{task}/done": tasks.done,
    "GET /staff/customers/{customer}/suggestions": _later("wishes", "suggestions"),
    "GET /staff/customers/{customer}/next": _later("next_order", "show"),
    "GET /staff/leaving": _later("next_order", "leaving"),
    "GET /staff/customers/{customer}/reach": _later("reach", "show"),
    "POST /staff/customers/{customer}/code": _later("reach", "code"),
    "POST /staff/customers/{customer}/followers": _later("reach", "followers"),
    "GET /staff/advocates": _later("reach", "advocates"),
    "GET /staff/interested": _later("wishes", "interested"),
    "GET /staff/offers": _later("offers", "show"),
    "POST /staff/offers/look-up": _later("offers", "look_up"),
    "POST /staff/offers/redeem": _later("offers", "redeem"),
    "GET /staff/codes": _later("offers", "codes"),
    "POST /staff/codes/{list}": _later("offers", "upload"),
    "GET /staff/reports/{report}": _later("reports", "show"),
    "GET /staff/rewards": _later("rewards", "show"),
    "POST /staff/rewards": _later("rewards", "look_up"),
    "POST /staff/rewards/stamp": _later("rewards", "stamp"),
    "POST /staff/rewards/redeem": _later("rewards", "redeem"),
    "POST /staff/rewards/adjust": _later("rewards", "adjust"),
    "POST /staff/rewards/join": _later("rewards", "join"),
    "GET /staff/settings": _later("settings", "show"),
}
"""By method and path; `{name}` stands for one step of it."""


def answer(event: Mapping[str, Any]) -> Response:
    """Answer a request for a page, or for a file of the pages."""
    try:
        request = parse(event, max_body=_MAX_BODY)
    except MtejaError as error:
        return _refused(parse({**event, "body": None}), error)
    path = request.path.rstrip("/")
    try:
        if path.startswith(f"{ASSETS}/"):
            return assets.answer(path)
        seen = _visit(request)
        page = _meant(path)
        if request.method == "GET" and request.path != page:
            return responses.see_other(seen.url(page, **request.query))
        if request.method == "GET" and LANGUAGE in request.query:
            return _in_language(request, seen)
        return (
            _door(request, seen, path) or kiosk.answer(request, seen) or _page(request, seen, path)
        )
    except NotSignedIn as error:
        if kiosk.wants_json(request):
            return _refused(request, error)
        return _the_door().send(request, _visit(request))
    except Exception as error:
        return _refused(request, error)


def _meant(path: str) -> str:
    """Return the path that is meant by one which ended with a slash. A gateway that drops the slash
    of `/staff/`, as the local one does, has `/staff` asked for, and a browser then looks for where
    that leads below `/staff/`."""
    return path.removeprefix(ROOT) if path.startswith(f"{ROOT}{ROOT}/") else path


def _refused(request: Request, error: Exception) -> Response:
    """Say what an error means, in a page or to the tablet's script, and log it."""
    if kiosk.wants_json(request):
        response = problem_of(error)
    else:
        response = responses.problem_page(_visit(request), error)
    log_refusal(logger(SERVICE), error, response)
    return response


def _door(request: Request, seen: Visit, path: str) -> Response | None:
    """Answer what needs no session, None for all else."""
    if path not in {SIGN_IN, SIGN_OUT}:
        return None
    if request.method == "GET":
        return _the_door().show(request, seen)
    form = forms.fields(request)
    forgery.check(request, form)
    if path == SIGN_IN:
        response = _the_door().sign_in(request, seen, form)
    else:
        response = _the_door().sign_out(request, seen)
    logger(SERVICE).info("answered", what=f"POST {path}", status=response["statusCode"])
    return response


def _page(request: Request, seen: Visit, path: str) -> Response:
    session = Sessions(accounts(), verifier()).of(request)
    ask = Ask(request, seen, session, {}, {})
    try:
        what, page, parts = _found(request.method, path)
        form: Mapping[str, str] = {}
        if request.method == "POST":
            ask = ask.at(_page_above(path))
            form = forms.fields(request)
            forgery.check(request, form)
        response = page(replace(ask, form=form, parts=parts))
    except Exception as error:
        response = ask.problem(error)
        log_refusal(logger(SERVICE), error, response)
        return response
    by = session.caller.viewer.sub
    logger(SERVICE).info("answered", what=what, by=by, status=response["statusCode"])
    return response


def _found(method: str, path: str) -> tuple[str, Page, dict[str, str]]:
    """Return which page a path is of, with the path's variable parts. Raises NotFound."""
    for what, page in PAGES.items():
        pattern = re.sub(r"\{([a-z]+)\}", r"(?P<\1>[^/]+)", what)
        match = re.fullmatch(pattern, f"{method} {path}")
        if match:
            return what, page, match.groupdict()
    raise NotFound("page")


def _page_above(path: str) -> str:
    """Return the path of the page on which something was sent to a path: the nearest at or above it
    that GET shows."""
    while path != ROOT:
        with suppress(NotFound):
            _found("GET", path)
            break
        path = path.rpartition("/")[0]
    return path


def _visit(request: Request) -> Visit:
    preferred = request.cookies.get(cookies.LANGUAGE)
    return visit(request, business(), assets=ASSETS, preferred=preferred)


def _in_language(request: Request, seen: Visit) -> Response:
    """Remember a language that was chosen, and go on without its parameter."""
    rest = {name: value for name, value in request.query.items() if name != LANGUAGE}
    address = seen.remembered().url(request.path, **rest)
    kept = [cookies.make(cookies.LANGUAGE, seen.language, _YEAR_S)] if seen.asked else []
    return responses.see_other(address, cookies=kept)


def _the_door() -> Door:
    return Door(accounts(), tries())
