"""The `segment` function as Segment's libraries see it, and what it stored."""

import base64
import gzip
import json
from collections import Counter
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from mteja.store.wire import item_from_wire
from mteja.times import rfc3339
from mteja.tracking.packed import Batch, Event, from_item
from tests import kit, openapi

PUBLIC = "demo-shop-public-key"
SECRET = kit.SECRET
SOURCE = "segment-shop"
BROWSER = "0190f3c2-7b1e-7c44-9d1a-5f0e2b6c8d11"
ORDER = {
    "order_id": "50314b8e9bcf000000000000",
    "affiliation": "Shop",
    "total": 27.50,
    "subtotal": 22.50,
    "revenue": 25.00,
    "shipping": 3,
    "tax": 2,
    "discount": 2.5,
    "coupon": "hasbros",
    "currency": "USD",
    "products": [
        {"product_id": "507f", "sku": "45790-32", "name": "Game", "price": 19, "quantity": 1},
        {"product_id": "505b", "sku": "46493-32", "name": "Cards", "price": 3, "quantity": 2},
    ],
}


def call(kind: str, **members: Any) -> dict[str, Any]:
    """Return a call of user `u1` at the tests' time, with an id that its members give."""
    at = members.pop("at", kit.NOW_MS)
    told = {"type": kind, "userId": "u1", "timestamp": rfc3339(at), **members}
    told.setdefault("messageId", f"m-{kit.digest([told])[:24]}")
    return {name: value for name, value in told.items() if value is not None}


def track(event: str, properties: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    return call("track", event=event, properties=properties or {}, **members)


def identify(traits: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    return call("identify", traits=traits or {}, **members)


def order(event: str = "Order Completed", **members: Any) -> dict[str, Any]:
    """Return a call about the specification's own order; `total=…` is another property."""
    outer = {name: members.pop(name) for name in ("at", "userId", "messageId") if name in members}
    return track(event, ORDER | members, **outer)


def request(
    path: str, body: Any, *, key: str | None = SECRET, zipped: bool = False, **headers: Any
) -> dict[str, Any]:
    """Return the event of a body for `/v1/<path>`."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    if key is not None:
        told["Authorization"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    if zipped:
        told["Content-Encoding"] = "gzip"
        raw = gzip.compress(raw)
    return kit.http_event("POST", f"/v1/{path}", body=raw, headers=told, base64_body=True)


def stores_nothing() -> bool:
    return not kit.all_items("events") and not kit.all_items() and not kit.all_items("keys")


@dataclass
class Segment:
    app: ModuleType
    now_ms: int = kit.NOW_MS

    def post(self, path: str, body: Any, **how: Any) -> tuple[int, dict[str, Any]]:
        """Send a body, as `request` makes it; return status and answer."""
        return self.invoke(request(path, body, **how))

    def invoke(self, event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Hand an event to the function. Its answer fits docs/openapi.json."""
        self.app.now_ms = lambda: self.now_ms  # type: ignore[attr-defined]
        response = self.app.lambda_handler(event, None)
        status, body = response["statusCode"], json.loads(response["body"])
        method, path = event["requestContext"]["http"]["method"], event["rawPath"]
        assert openapi.misfits(method, path, status, response["headers"], body) == []
        return status, body

    def take(self, *calls: Any, key: str = SECRET, **headers: Any) -> None:
        """Send a batch, which is taken."""
        assert self.post("batch", {"batch": list(calls)}, key=key, **headers) == (
            200,
            {"success": True},
        )

    @property
    def batches(self) -> list[Batch]:
        items = [item_from_wire(item) for item in kit.all_items("events")]
        return [from_item(item) for item in items if "events" in item]

    @property
    def events(self) -> list[Event]:
        return [event for batch in self.batches for event in batch.events]

    @property
    def refused(self) -> dict[str, int]:
        counted: Counter[str] = Counter()
        for batch in self.batches:
            counted.update(batch.refused)
        return dict(counted)

    @property
    def visitors(self) -> dict[str, tuple[str, str]]:
        """Whose each visitor is, and who says so."""
        items = [item_from_wire(item) for item in kit.all_items("events")]
        return {
            str(item["pk"]).removeprefix("VISITOR#"): (str(item["customer"]), str(item["trust"]))
            for item in items
            if item["sk"] == "VISITOR"
        }

    @property
    def customers(self) -> list[dict[str, Any]]:
        items = [item_from_wire(item) for item in kit.all_items()]
        return [dict(item) for item in items if item["sk"] == "PROFILE"]

    @property
    def receipts(self) -> int:
        return sum(one.startswith(f"RECEIPT#{SOURCE}#") for one in kit.all_keys())
