"""What `beacons` answers: the tracker, batches of events, and the pixel where no script runs."""

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mteja.errors import NotFound, UnsupportedMediaType
from mteja.http.limits import Limit
from mteja.http.request import Request
from mteja.tracking.collect import Beacon, Collector, Taken, read
from mteja.tracking.cookies import cookie
from mteja.tracking.packed import NO_CONSENT
from mteja.tracking.script import script
from mteja.tracking.sites import Website, website
from mteja.tracking.visitors import Sender

MAX_BEACON_BYTES = 512 * 1024
_TAKEN_TYPES = frozenset({"", "text/plain", "application/json"})
# The smallest GIF: one transparent pixel.
_PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@dataclass(frozen=True)
class Service:
    """What the function holds between invocations."""

    collector: Collector
    limit: Limit


def respond(
    request: Request, service: Service, now_ms: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the response, and what may be logged of it. Raises errors for http.problems."""
    match request.method, request.path:
        case "GET", "/mteja.js":
            return script(request), {}
        case "POST", "/v1/collect":
            return _collect(request, service, now_ms)
        case "GET", "/v1/pixel.gif":
            return _pixel(request, service, now_ms)
    raise NotFound("page")


def _collect(
    request: Request, service: Service, now_ms: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent_as not in _TAKEN_TYPES:
        raise UnsupportedMediaType
    beacon = read(request.body)
    site = website(beacon.key)
    site.expect(request.headers.get("origin"))
    taken, told = _take(beacon, site, request, service, now_ms)
    response: dict[str, Any] = {"statusCode": 204, "headers": {"cache-control": "no-store"}}
    made = cookie(request, taken.visitor)
    if made is not None:
        response["cookies"] = [made]
    return response, told


def _pixel(
    request: Request, service: Service, now_ms: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A page view without a script: what page it was stands in `path`, else in the Referer, which
    browsers shorten to the site for other sites."""
    site = website(request.query.get("key"))
    page = request.headers.get("referer")
    if page is not None:
        site.expect(_origin(page))
    address = request.query.get("path") or page
    view = {"type": "page", "url": address, "language": _language(request)}
    # An id of its own: whoever loads it again has opened the page again, and so has another behind
    # the same address in the same moment.
    beacon = Beacon(
        site.id, f"pixel.{os.urandom(10).hex()}", None, None, NO_CONSENT, False, False, [view]
    )
    _, told = _take(beacon, site, request, service, now_ms)
    headers = {"content-type": "image/gif", "cache-control": "no-store"}
    return {"statusCode": 200, "headers": headers, "body": _PIXEL, "isBase64Encoded": True}, told


def _take(
    beacon: Beacon, site: Website, request: Request, service: Service, now_ms: int
) -> tuple[Taken, dict[str, Any]]:
    service.limit.take(request.address, within=site.id)
    taken = service.collector.take(beacon, Sender.of(request), site, now_ms)
    told: dict[str, Any] = {"site": site.id, "new": taken.new}
    if taken.batch is not None:
        told |= {"events": len(taken.batch.events), "bot": taken.batch.bot}
        told["refused"] = dict(taken.batch.refused)
    return taken, told


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address[:2000])
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _language(request: Request) -> str:
    return request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()
