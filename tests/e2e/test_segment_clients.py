"""Segment's own libraries, as they are published, against the stack: N calls are N stored, none
twice, also where the first two answers are 503.
"""

import json
import os
import shutil
import subprocess
import sysconfig
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from mteja.store.wire import item_from_wire
from mteja.tracking.packed import Event, from_item
from mteja_local.calls import call
from mteja_local.clients import Clients
from tests.e2e.faulty import Proxy, failing_first
from tests.e2e.marked import Staff

HERE = Path(__file__).parent / "segment"
NEXT = "node_modules/@segment/analytics-next/dist/umd"
TRACKS = 5


@dataclass
class Stored:
    """What the tables got of Segment's calls since the test began."""

    clients: Clients
    tables: dict[str, str]
    before: frozenset[str] = frozenset()

    def begin(self) -> None:
        self.before = frozenset(item["sk"] for item in self._items("events"))
        self.before |= frozenset(item["pk"] for item in self._items("customers"))

    @property
    def batches(self) -> list[Any]:
        fresh = (item for item in self._items("events") if item["sk"] not in self.before)
        return [from_item(item) for item in fresh if "events" in item]

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
    def receipts(self) -> int:
        """How many calls about persons were taken: each leaves one receipt."""
        fresh = (item["pk"] for item in self._items("customers") if item["pk"] not in self.before)
        return sum(pk.startswith("RECEIPT#segment-shop#") for pk in fresh)

    def _items(self, table: str) -> list[dict[str, Any]]:
        pages = (
            self.clients("dynamodb").get_paginator("scan").paginate(TableName=self.tables[table])
        )
        return [item_from_wire(item) for page in pages for item in page["Items"]]


@pytest.fixture
def stored(clients: Clients, stack: dict[str, Any]) -> Stored:
    made = Stored(clients, stack["tables"])
    made.begin()
    return made


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked npm packages, installed by the environment's own Node."""
    folder = tmp_path_factory.mktemp("segment")
    for path in HERE.iterdir():
        shutil.copy(path, folder)
    _node("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
    return folder


@pytest.fixture(params=["steady", "failing"])
def proxy(request: pytest.FixtureRequest, stack: dict[str, Any]) -> Any:
    """A way to the stack; one that fails twice first."""
    failures = 2 if request.param == "failing" else 0
    with failing_first(stack["api"]["path_url"], failures) as made:
        yield made
        assert made.refused == failures


def test_python(stack: dict[str, Any], proxy: Proxy, stored: Stored, staff_token: str) -> None:
    from segment.analytics.client import Client

    mark, failed = uuid4().hex[:12], []
    user = f"python-{mark}"
    client = Client(
        stack["write_keys"]["secret"],
        host=proxy.url,
        upload_size=3,
        upload_interval=0.2,
        on_error=lambda error, _: failed.append(repr(error)),
    )
    email = f"python-{mark}@example.com"
    client.identify(user, {"email": email, "firstName": "Asha", "lastName": "Mushi"})
    client.page(user, name="Lamps", properties={"url": "https://shop.example/lamps"})
    client.screen(user, name="Basket")
    for number in range(TRACKS):
        client.track(user, "Product Viewed", {"product_id": f"p{number}", "price": 19.99})
    client.track(user, "Order Completed", _order(mark))
    client.group(user, "initech", {"name": "Initech"})
    client.alias(f"older-browser-{mark}-1", user)
    client.flush()
    client.join()
    _wait_for(lambda: len(stored.events) >= TRACKS + 3)

    assert failed == []
    _hold(stored, receipts=3, events=TRACKS + 3)
    _one_order(stack, staff_token, email)


def test_node(
    stack: dict[str, Any], proxy: Proxy, stored: Stored, libraries: Path, staff_token: str
) -> None:
    mark = uuid4().hex[:12]
    told = _node("node", "calls.mjs", proxy.url, stack["write_keys"]["secret"], mark, cwd=libraries)

    assert json.loads(told) == {"failed": []}
    _hold(stored, receipts=3, events=TRACKS + 3)
    _one_order(stack, staff_token, f"node-{mark}@example.com")


def test_browser(
    stack: dict[str, Any],
    proxy: Proxy,
    stored: Stored,
    libraries: Path,
    browser: Browser,
    staff_token: str,
) -> None:
    mark = uuid4().hex[:12]
    context = browser.new_context(permissions=["local-network-access"])
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("https://shop.example/", lambda it: it.fulfill(path=libraries / "page.html"))
    page.route(
        "https://shop.example/segment.js", lambda it: it.fulfill(path=libraries / NEXT / "index.js")
    )
    try:
        page.goto("https://shop.example/")
        page.evaluate(
            "(told) => window.run(...told)", [proxy.url, stack["write_keys"]["public"], mark]
        )
        _wait_for(lambda: len(stored.events) >= TRACKS + 2 and stored.receipts >= 3)
        page.wait_for_timeout(1_500)  # a call that was sent twice would come by now
        failed = page.evaluate("window.failed")
    finally:
        context.close()

    assert (said, failed) == ([], [])
    _hold(stored, receipts=3, events=TRACKS + 2)
    (found,) = Staff(stack, staff_token).find(email=f"next-{mark}@example.com")
    assert found["trust"] == "claimed"
    assert {batch.visitor for batch in stored.batches} == {f"next-browser-{mark}"}


def _hold(stored: Stored, *, receipts: int, events: int) -> None:
    """Every call is stored, none is twice, and nothing was refused."""
    ids = [event.id for event in stored.events]
    assert (len(ids), len(set(ids))) == (events, events)
    assert stored.receipts == receipts
    assert stored.refused == {}
    viewed = [event.properties for event in stored.events if event.name == "Product Viewed"]
    assert len({properties["product_id"] for properties in viewed if properties}) == TRACKS


def _one_order(stack: dict[str, Any], token: str, email: str) -> None:
    staff = Staff(stack, token)
    (found,) = staff.find(email=email)
    person = staff.get(f"/v1/customers/{found['id']}").json()
    assert person["orders"]["count"] == 1
    assert person["orders"]["net"] == {"USD": 2750}
    assert found["trust"] == "verified"


def _order(mark: str) -> dict[str, Any]:
    line = {"product_id": "lamp", "name": "Lamp", "price": 11.25, "quantity": 2}
    return {
        "order_id": f"order-{mark}",
        "total": 27.5,
        "shipping": 3,
        "tax": 2,
        "currency": "USD",
        "products": [line],
    }


def _node(program: str, *arguments: str, cwd: Path) -> str:
    scripts = sysconfig.get_path("scripts")
    done = subprocess.run(  # noqa: S603 - the environment's own Node
        [f"{scripts}/{program}", *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _wait_for(holds: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.3)


def test_the_stack_tells_the_browsers_library_where_to_send(stack: dict[str, Any]) -> None:
    key = stack["write_keys"]["public"]
    told = call(stack, "GET", f"/v1/projects/{key}/settings").json()

    assert told["integrations"]["Segment.io"]["apiKey"] == key
    assert told["integrations"]["Segment.io"]["apiHost"].endswith("/v1")
    assert call(stack, "GET", "/v1/projects/another-key/settings").status == 404
