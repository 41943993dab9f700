"""The visitor's id as a cookie that the server sets, where the API is on the site of its pages.

Safari keeps what a script stores for seven days at most; a cookie of the server's own lasts longer
(docs/visitors.md says when). A script may read it, so that every function is told the same id.
"""

from collections.abc import Mapping

from mteja.http.request import Request
from mteja.tracking.packed import FULL
from mteja.tracking.visitors import Visitor

NAME = "mteja"
_MAX_AGE_S = 400 * 86_400  # the most that browsers keep
_HERE = frozenset({"same-origin", "same-site"})


def cookie(request: Request, visitor: Visitor) -> str | None:
    """Return the Set-Cookie that an answer needs: the id with full consent; its end where there is
    one without; None where there is nothing to change, or the API is on another site."""
    if request.headers.get("sec-fetch-site") not in _HERE:
        return None
    if visitor.consent == FULL:
        return _cookie(request.headers, visitor.id, _MAX_AGE_S)
    if NAME in request.cookies:
        return _cookie(request.headers, "", 0)
    return None


def _cookie(headers: Mapping[str, str], value: str, max_age_s: int) -> str:
    domain = _shared_domain(headers.get("origin", ""), headers.get("host", ""))
    for_all = f"; Domain={domain}" if domain else ""
    return f"{NAME}={value}; Max-Age={max_age_s}; Path=/; Secure; SameSite=Lax{for_all}"


def _shared_domain(origin: str, host: str) -> str | None:
    """Return the domain that the page's host and the API's have in common: `shop.example` of
    `www.shop.example` and `api.shop.example`. The browser has said that they are one site, so it
    is never a mere ending like `co.uk`."""
    page = origin.rpartition("/")[2].partition(":")[0].split(".")
    api = host.partition(":")[0].split(".")
    common = []
    for one, other in zip(reversed(page), reversed(api), strict=False):
        if one != other:
            break
        common.append(one)
    if len(common) < 2 or common[0].isdigit():
        return None
    return ".".join(reversed(common))
