"""Signing in and out. Whoever is refused is not told why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mteja.errors import InvalidInput, NotSignedIn
from mteja.http.limits import Limit
from mteja.http.request import Request
from mteja.pages import responses
from mteja.pages.catalogues import marked
from mteja.pages.visit import Visit
from mteja.staff.pages import cookies, forgery
from mteja.staff.pages.accounts import CODE, NEW_PASSWORD, Accounts, Challenge, Tokens
from mteja.staff.pages.session import begun

HOME = "/staff"
SIGN_IN = "/staff/sign-in"
NEXT = "next"
_TEMPLATE = "staff/sign-in.html"
_OURS = re.compile(r"/staff(?:/[A-Za-z0-9_-]+)*")
_FORGOTTEN, _RESET = "forgotten", "reset"
_STEPS = {"password": NEW_PASSWORD, "code": CODE}
# Of one address, as far as this process sees; the pool itself locks an account after five wrong
# ones: https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
_TRIES_A_MINUTE = 30
_WRONG = marked("That e-mail address and password do not go together.")
_WRONG_CODE = marked("That code is not right, or no longer.")
_UNEQUAL = marked("The two passwords are not the same.")


@dataclass(frozen=True)
class Door:
    """Where whoever is not signed in ends up."""

    accounts: Accounts
    tries: Limit

    def show(self, request: Request, visit: Visit) -> dict[str, Any]:
        """Answer `GET /staff/sign-in`, and `?step=forgotten` for who forgot a password."""
        step = _FORGOTTEN if request.query.get("step") == _FORGOTTEN else "sign-in"
        return self._page(request, visit, {"step": step, NEXT: request.query.get(NEXT, "")})

    def sign_in(self, request: Request, visit: Visit, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer `POST /staff/sign-in`: an address and password, the answer to a challenge, or one
        of the steps of who forgot a password."""
        self.tries.take(request.address)
        step = form.get("step", "")
        if step == _FORGOTTEN:
            return self._mailed(request, visit, form)
        try:
            result = self._result(step, form)
        except InvalidInput as fault:
            return self._again(request, visit, form, fault.field, fault.message)
        except NotSignedIn:
            if step in {"code", _RESET}:
                return self._again(request, visit, form, "code", _WRONG_CODE)
            again = {"step": "sign-in", "email": form.get("email", ""), "error": _WRONG}
            return self._page(request, visit, again | {NEXT: form.get(NEXT, "")}, 401)
        if isinstance(result, Challenge):
            return self._ask(request, visit, form, result)
        return responses.see_other(visit.url(_safe(form.get(NEXT, ""))), cookies=begun(result))

    def sign_out(self, request: Request, visit: Visit) -> dict[str, Any]:
        """Answer `POST /staff/sign-out`: the session ends here and at the pool."""
        refresh = request.cookies.get(cookies.REFRESH)
        if refresh:
            self.accounts.sign_out(refresh)
        return responses.see_other(visit.url(SIGN_IN), cookies=cookies.ended())

    def send(self, request: Request, visit: Visit) -> dict[str, Any]:
        """Lead to signing in, and from there back to the page that was asked for."""
        back = {NEXT: request.path} if _safe(request.path) not in {HOME, SIGN_IN} else {}
        return responses.see_other(visit.url(SIGN_IN, **(back if request.method == "GET" else {})))

    def _mailed(self, request: Request, visit: Visit, form: Mapping[str, str]) -> dict[str, Any]:
        """Ask for the code that was mailed. For an address without an account just the same."""
        email = form.get("email", "").strip()
        if email:
            self.accounts.forgot(email)
        shown = {"step": _RESET, "username": email, NEXT: form.get(NEXT, "")}
        return self._page(request, visit, shown)

    def _result(self, step: str, form: Mapping[str, str]) -> Tokens | Challenge:
        username, code = form.get("username", ""), form.get("code", "").replace(" ", "")
        if step == _RESET:
            password = _chosen(form)
            self.accounts.reset(username, code, password)
            return self.accounts.sign_in(username, password)
        if step not in _STEPS:
            return self.accounts.sign_in(form.get("email", "").strip(), form.get("password", ""))
        value = _chosen(form) if step == "password" else code
        challenge = Challenge(_STEPS[step], form.get("session", ""), username)
        return self.accounts.answer(challenge, value)

    def _ask(
        self, request: Request, visit: Visit, form: Mapping[str, str], challenge: Challenge
    ) -> dict[str, Any]:
        (step,) = (step for step, name in _STEPS.items() if name == challenge.name)
        shown = {"step": step, "session": challenge.session, "username": challenge.username}
        return self._page(request, visit, shown | {NEXT: form.get(NEXT, "")})

    def _again(
        self, request: Request, visit: Visit, form: Mapping[str, str], at: str, error: str
    ) -> dict[str, Any]:
        kept = {name: form.get(name, "") for name in ("step", "session", "username", NEXT)}
        return self._page(request, visit, kept | {"errors": {at: error}}, 422)

    def _page(
        self, request: Request, visit: Visit, values: dict[str, Any], status: int = 200
    ) -> dict[str, Any]:
        held = forgery.token(request)
        token = held or forgery.new_token()
        new = () if held else (cookies.make(cookies.FORM, token),)
        known: dict[str, Any] = {
            "error": "",
            "errors": {},
            "email": "",
            "session": "",
            "username": "",
        }
        known |= {"token_field": forgery.FIELD, "token": token}
        return responses.page(visit, _TEMPLATE, known | values, status=status, cookies=new)


@cache
def tries() -> Limit:
    return Limit(_TRIES_A_MINUTE)


def _chosen(form: Mapping[str, str]) -> str:
    """Return the new password, which was typed twice. Raises InvalidInput."""
    if form.get("new_password", "") != form.get("new_password_again", ""):
        raise InvalidInput("new_password_again", _UNEQUAL)
    return form.get("new_password", "")


def _safe(path: str) -> str:
    """Return a path of the staff pages, or their first page: nobody is led elsewhere."""
    return path if _OURS.fullmatch(path) else HOME
