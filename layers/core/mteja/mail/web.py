"""`/confirm/{token}` and `/unsubscribe/{token}`: what the links of messages lead to.

Mail scanners follow links: GET changes nothing and shows a button, POST does what it says. A mail
program that unsubscribes in one click (RFC 8058) sends the same POST as the button.
"""

from typing import Any

from mteja.http.request import Request
from mteja.mail import confirming, unsubscribing
from mteja.mail.links import CONFIRM, UNSUBSCRIBE
from mteja.pages.responses import page
from mteja.pages.visit import Visit, visit
from mteja.recording.record import Recorder

ASSETS = "/assets"
_PAGE = "message-link.html"


def respond(request: Request, within: Recorder, now_ms: int) -> dict[str, Any]:
    """Answer what a link leads to.

    Raises BadSignature and LinkExpired for a link that opens nothing (any more), and what recording
    raises.
    """
    token = request.path_parameters.get("token", "")
    what = CONFIRM if request.path.startswith(f"/{CONFIRM}/") else UNSUBSCRIBE
    sent = request.method == "POST"
    if what == CONFIRM:
        if sent:
            confirming.confirm(token, within, now_ms)
        else:
            confirming.opened(token, within, now_ms)
    elif sent:
        unsubscribing.unsubscribe(token, within, now_ms)
    else:
        unsubscribing.opened(token, within, now_ms)
    values = {"what": what, "done": sent, "token": token}
    return page(_visit(request, within), _PAGE, values)


def _visit(request: Request, within: Recorder) -> Visit:
    return visit(request, within.business, assets=ASSETS)
