"""Was a form sent from a page of ours? Other sites can make a browser send one, cookies and all."""

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from mteja.errors import NotAllowed
from mteja.http.request import Request
from mteja.staff.pages import cookies

FIELD = "_token"


def token(request: Request) -> str | None:
    """Return the token that the browser holds, None where it has none."""
    return request.cookies.get(cookies.FORM) or None


def new_token() -> str:
    return secrets.token_urlsafe(24)


def check(request: Request, form: Mapping[str, str]) -> None:
    """Raise NotAllowed unless the form has the browser's token, and the browser says of no other
    site that it sent it.

    Other sites can neither read the token nor set a cookie named `__Host-`. All present browsers
    say where a POST comes from; programs that are no browsers do not.
    """
    held, given = token(request), form.get(FIELD, "")
    if held is None or not hmac.compare_digest(held.encode(), given.encode()):
        raise NotAllowed
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        if site != "same-origin":
            raise NotAllowed
    elif origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise NotAllowed
