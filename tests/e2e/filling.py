"""Filling in hosted forms in a browser, as people do and as nobody should."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from playwright.sync_api import Page, Route

from tests import blanks
from tests.e2e.marked import Staff

HOSTILE = """<script>alert(1)</script><img src=x onerror=alert(2)>'"{{ 7919 * 7 }}"""
# Pages that are filled in faster are taken for robots (mteja.forms.guard).
READING_MS = 2_100
_MOST_TABS = 20
_SENT = "**/v1/forms/*"


def new_email() -> str:
    return f"page-{uuid4().hex[:12]}@example.com"


def new_serial() -> str:
    return f"SN-{uuid4().hex[:8]}".upper()


def send(page: Page) -> None:
    page.wait_for_timeout(READING_MS)
    page.locator("main form button[type=submit]").click()


def focused(page: Page) -> str:
    """Return the name of what has the focus: of a field, or of its kind where it has none."""
    name: str = page.evaluate(
        "document.activeElement.name || document.activeElement.type"
        " || document.activeElement.className || document.activeElement.tagName"
    )
    return name


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab until a field has the focus. Raises where the keyboard does not lead there."""
    passed = []
    for _ in range(_MOST_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        passed.append(focused(page))
        if passed[-1] == name:
            return
    raise AssertionError(f"Tab leads to {passed} and not to {name}")


def link_of(staff: Staff, **traits: Any) -> tuple[str, str]:
    """Make a customer; return its id and the token of its own link."""
    told = staff.post("/v1/customers", {"email": new_email()} | traits)
    assert told.status == 201, told
    customer = str(told.json()["id"])
    return customer, str(staff.post(f"/v1/customers/{customer}/links").json()["token"])


@contextmanager
def sent_instead(page: Page, names: list[str], value: str) -> Iterator[None]:
    """Let the page send a value in every field of these names, whatever the page lets one type."""

    def replaced(route: Route) -> None:
        own = [
            pair
            for pair in parse_qsl(route.request.post_data or "", keep_blank_values=True)
            if pair[0].startswith("_")
        ]
        body = blanks.urlencoded([*own, *((name, value) for name in names)])
        route.continue_(post_data=body)

    page.route(_SENT, replaced)
    try:
        yield
    finally:
        page.unroute(_SENT)
