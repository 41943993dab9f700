"""What the tracker sends: a page view with its end, and a full batch."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

KEY = "demo-shop-public-key"
VISITOR = "13zv1d037yuw01ik8ihg14r1g0v"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
_PAGE = "https://shop.example/collections/lamps/products/brass-desk-lamp"


def body(number: int, events: int, *, consent: str = "full") -> bytes:
    """Return a beacon of so many events; its `number` makes it another one."""
    now = datetime.now(UTC)
    told = {
        "key": KEY,
        "id": f"1m0cazl1xk0qzl{number:012d}",
        "sent_at": _time(now),
        "visitor": VISITOR if consent == "full" else None,
        "consent": consent,
        "known": False,
        "robot": False,
        "events": [_event(place, now) for place in range(events)],
    }
    return json.dumps(told).encode()


def event(raw: bytes) -> dict[str, Any]:
    """Return the event with which the HTTP API hands a beacon over."""
    return {
        "version": "2.0",
        "routeKey": "POST /v1/collect",
        "rawPath": "/v1/collect",
        "rawQueryString": "",
        "headers": {
            "content-type": "text/plain;charset=UTF-8",
            "origin": "https://shop.example",
            "user-agent": CHROME,
            "accept-language": "en-US,en;q=0.9",
        },
        "requestContext": {
            "http": {"method": "POST", "path": "/v1/collect", "sourceIp": "192.0.2.1"},
            "requestId": "bench",
        },
        "body": raw.decode(),
        "isBase64Encoded": False,
    }


def _event(place: int, now: datetime) -> dict[str, Any]:
    at = _time(now - timedelta(seconds=30 - 2 * place))
    if place == 0:
        return {
            "type": "page",
            "at": at,
            "url": f"{_PAGE}?utm_source=newsletter&utm_medium=email&utm_campaign=november",
            "referrer": "mail.google.com",
            "language": "en-US",
            "screen": "l",
            "title": "Brass desk lamp | The shop of the example",
            "load": {"ttfb": 182, "dom": 640, "load": 1204, "lcp": 980},
        }
    if place == 1:
        return {"type": "leave", "at": at, "url": _PAGE, "active_ms": 21_430}
    return {
        "type": "event",
        "at": at,
        "url": _PAGE,
        "name": "Product Added to Wishlist" if place % 2 else "Product Viewed",
        "properties": {"product_id": f"lamp-{1000 + place}", "position": place},
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
