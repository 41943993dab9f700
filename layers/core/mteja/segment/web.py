"""`/v1/batch`, `/v1/track` and their like, and the settings that the browser's library asks for."""

from collections.abc import Sequence
from typing import Any

from mteja.errors import BadSignature, NotFound
from mteja.http.limits import Limit
from mteja.http.problems import answer
from mteja.http.request import Request
from mteja.identity.identifiers import Trust
from mteja.segment.door import Sender, sender, site_of
from mteja.segment.intake import Call, Intake, Service, Taken
from mteja.segment.people import PEOPLE
from mteja.segment.reading import Sent, key_of, read
from mteja.segment.settings import settings
from mteja.tracking.visitors import Sender as Browser


def respond(
    request: Request, service: Service, now: int, limit: Limit
) -> tuple[dict[str, Any], Taken | None]:
    """Answer one request; return what was taken, if it held calls.

    What comes from servers with a secret key is not limited by address; of what anybody may send,
    what it makes us write counts, and not the request. Raises errors of the
    domain: MalformedBody, OverSegmentsLimit, BadSignature where no key is right, ForeignOrigin,
    RateLimited, NotFound, Conflict, and errors of AWS as they are.
    """
    if request.method == "GET":
        limit.take(request.address)
        return _settings(request, service), None
    sent = read(request)
    origin = request.headers.get("origin")
    try:
        calls = _calls(sent, service, origin)
    except BadSignature:
        limit.take(request.address)
        raise
    if any(one.sender.trust is Trust.CLAIMED for one in calls):
        limit.take(request.address, number=_worth(calls))
    taken = Intake(service, Browser.of(request), now).take(calls, sent.sent_at, dict(sent.context))
    return answer(200, {"success": True}), taken


def _worth(calls: Sequence[Call]) -> int:
    """Return what claims make us write: an item for each visitor, a transaction for each call that
    says who somebody is."""
    claims = [one.raw for one in calls
              if one.sender.trust is Trust.CLAIMED and isinstance(one.raw, dict)]  # fmt: skip
    visitors = {(str(one.get("userId")), str(one.get("anonymousId"))) for one in claims}
    return len(visitors) + sum(one.get("type") in PEOPLE for one in claims)


def _calls(sent: Sent, service: Service, origin: str | None) -> list[Call]:
    """Return the calls with who sends each: by the request's own key, or else by each call's."""
    known: dict[tuple[str, ...], Sender] = {}

    def by(keys: tuple[str, ...]) -> Sender:
        if keys not in known:
            known[keys] = sender(keys, service.sites, service.secrets, origin)
        return known[keys]

    if sent.keys or not sent.calls:
        whole = by(sent.keys)
        return [Call(one, whole) for one in sent.calls]
    return [Call(one, by(tuple(filter(None, [key_of(one)])))) for one in sent.calls]


def _settings(request: Request, service: Service) -> dict[str, Any]:
    key = request.path_parameters.get("key", "")
    if site_of(key, service.sites) is None:
        raise NotFound("write key")
    host = request.headers.get("host", "")
    protocol = request.headers.get("x-forwarded-proto", "https").partition(",")[0].strip()
    return answer(200, settings(key, host, "http" if protocol == "http" else "https"))
