"""`/v1/batch`, `/v1/track` and their like, and the settings that the browser's library asks for."""

from collections.abc import Callable
from typing import Any

from mteja.errors import BadSignature, NotFound
from mteja.http.problems import answer
from mteja.http.request import Request
from mteja.identity.identifiers import Trust
from mteja.segment.door import Sender, sender, site_of
from mteja.segment.intake import Call, Intake, Service, Taken
from mteja.segment.reading import Sent, key_of, read
from mteja.segment.settings import settings
from mteja.tracking.visitors import Sender as Browser

type Count = Callable[[str], None]
"""Counts a request of an address. Raises RateLimited."""


def respond(
    request: Request, service: Service, now: int, count: Count
) -> tuple[dict[str, Any], Taken | None]:
    """Answer one request; return what was taken, if it held calls.

    What comes from servers with a secret key is not limited by address. Raises errors of the
    domain: MalformedBody, OverSegmentsLimit, BadSignature where no key is right, ForeignOrigin,
    RateLimited, NotFound, Conflict, and errors of AWS as they are.
    """
    if request.method == "GET":
        count(request.address)
        return _settings(request, service), None
    sent = read(request)
    origin = request.headers.get("origin")
    calls = _calls(sent, service, origin, lambda: count(request.address))
    taken = Intake(service, Browser.of(request), now).take(calls, sent.sent_at, dict(sent.context))
    return answer(200, {"success": True}), taken


def _calls(
    sent: Sent, service: Service, origin: str | None, count: Callable[[], None]
) -> list[Call]:
    """Return the calls with who sends each: by the request's own key, or else by each call's."""
    known: dict[tuple[str, ...], Sender] = {}

    def by(keys: tuple[str, ...]) -> Sender:
        if keys not in known:
            try:
                known[keys] = sender(keys, service.sites, service.secrets, origin)
            except BadSignature:
                count()
                raise
        return known[keys]

    if sent.keys or not sent.calls:
        whole = by(sent.keys)
        calls = [Call(one, whole) for one in sent.calls]
    else:
        calls = [Call(one, by(tuple(filter(None, [key_of(one)])))) for one in sent.calls]
    if any(one.trust is Trust.CLAIMED for one in known.values()):
        count()
    return calls


def _settings(request: Request, service: Service) -> dict[str, Any]:
    key = request.path_parameters.get("key", "")
    if site_of(key, service.sites) is None:
        raise NotFound("write key")
    host = request.headers.get("host", "")
    protocol = request.headers.get("x-forwarded-proto", "https").partition(",")[0].strip()
    return answer(200, settings(key, host, "http" if protocol == "http" else "https"))
