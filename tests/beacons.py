"""The function of beacons on a table of its own, and builders of what browsers send it."""

import importlib
import json
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from mteja.aws import clients
from mteja.store.wire import Item, item_from_wire
from mteja.times import rfc3339
from mteja.tracking.packed import Batch, from_item
from tests import kit

KEY = "demo-shop-public-key"
ORIGIN = "https://shop.example"
PAGE = f"{ORIGIN}/lamps"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
NOON = 1_795_334_400_000  # 2026-11-22T08:00:00Z, 11 o'clock in the demonstration's business


def page(url: str = PAGE, **more: Any) -> dict[str, Any]:
    """Return a page view as the tracker tells it."""
    return {"type": "page", "at": rfc3339(NOON - 2_000), "url": url, **more}


def body(*events: Any, **more: Any) -> dict[str, Any]:
    """Return the body of a beacon."""
    told = {"key": KEY, "id": "batch-1", "sent_at": rfc3339(NOON), "consent": "none"}
    return {**told, "visitor": None, "events": list(events), **more}


def fresh_app() -> ModuleType:
    """Return `functions/beacons/app.py` as a new process has it."""
    return importlib.reload(importlib.import_module("functions.beacons.app"))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str
    cookies: list[str]

    @property
    def slug(self) -> str:
        return str(json.loads(self.body)["type"]).removeprefix("/problems/")


@dataclass
class Beacons:
    """The function as browsers see it, and what it stored."""

    app: ModuleType
    now_ms: int = NOON

    def invoke(self, event: dict[str, Any]) -> Answer:
        vars(self.app)["now_ms"] = lambda: self.now_ms
        made = self.app.lambda_handler(event, None)
        return Answer(
            made["statusCode"], made["headers"], made.get("body", ""), made.get("cookies", [])
        )

    def send(
        self, sent: dict[str, Any] | bytes, *, address: str = "192.0.2.1", **headers: str
    ) -> Answer:
        """Send a body as `sendBeacon` does; `user_agent=…` is a header."""
        raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        given = {"content-type": "text/plain;charset=UTF-8", "user-agent": CHROME, "origin": ORIGIN}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        given = {name: value for name, value in given.items() if value != "-"}
        event = kit.http_event("POST", "/v1/collect", body=raw, headers=given, base64_body=True)
        event["requestContext"]["http"]["sourceIp"] = address
        return self.invoke(event)

    def get(self, path: str, query: dict[str, str] | None = None, **headers: str) -> Answer:
        given = {"user-agent": CHROME} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.invoke(kit.http_event("GET", path, query=query, headers=given))

    @property
    def items(self) -> list[Item]:
        return [
            item_from_wire(item) for item in clients.dynamodb().scan(TableName="events")["Items"]
        ]

    @property
    def batches(self) -> list[Batch]:
        return [from_item(item) for item in self.items if "events" in item]

    @property
    def only(self) -> Batch:
        (batch,) = self.batches
        return batch
