"""What Segment's libraries send from a page: a batch of calls with the site's public key."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from mteja_bench.bodies.beacons import CHROME

WRITE_KEY = "demo-shop-public-key"
_CALLS = 10


def event(number: int) -> dict[str, Any]:
    """Return the event with which the HTTP API hands a batch of ten tracks over. Each number is
    another browser's."""
    now = datetime.now(UTC)
    calls = [_track(number, place, now) for place in range(_CALLS)]
    body = {"writeKey": WRITE_KEY, "sentAt": now.isoformat(), "batch": calls}
    return {
        "version": "2.0",
        "routeKey": "POST /v1/batch",
        "rawPath": "/v1/batch",
        "rawQueryString": "",
        "headers": {
            "content-type": "application/json",
            "origin": "https://shop.example",
            "user-agent": CHROME,
        },
        "requestContext": {
            "http": {"method": "POST", "path": "/v1/batch", "sourceIp": "192.0.2.1"},
            "requestId": "bench",
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def _track(number: int, place: int, now: datetime) -> dict[str, Any]:
    return {
        "type": "track",
        "anonymousId": f"0190f3c2-7b1e-7c44-9d1a-{number:012x}",
        "messageId": f"ajs-next-{number}-{place}",
        "timestamp": (now - timedelta(seconds=30 - 2 * place)).isoformat(),
        "event": "Product Viewed",
        "properties": {"product_id": f"lamp-{1000 + place}", "category": "lamps"},
        "context": {"page": {"url": "https://shop.example/lamps/brass-desk-lamp"}},
    }
