"""Is this still right? The page in a real browser, the night's function on the stack, and what
staff see of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from mteja_local.clients import Clients
from tests.e2e.filling import new_email
from tests.e2e.marked import Staff, post, standard_order
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window

REPORT = "/staff/reports/freshness"
PAGE = "/still-right"


@pytest.fixture
def stale(stack: dict[str, Any], staff: Staff) -> str:
    """A customer of whom a shop tells only now how it was more than a year ago."""
    email = new_email()
    at = f"{datetime.now(UTC) - timedelta(days=400):%Y-%m-%dT%H:%M:%SZ}"
    body = standard_order()
    told = body["data"] | {"id": email, "number": email, "placed_at": at, "updated_at": at}
    told["customer"] = {
        "email": email,
        "first_name": "Asha",
        "address": {"line1": "Boma Road 7", "city": "Moshi", "country": "TZ"},
    }
    assert post(stack, "standard", body | {"data": told}).status == 200
    (found,) = staff.find(email=email)
    return str(found["id"])


def link_of(staff: Staff, customer: str) -> str:
    token = staff.post(f"/v1/customers/{customer}/links").json()["token"]
    return f"{PAGE}?t={token}"


def test_all_is_right_in_one_press(tab: Window, staff: Staff, stale: str) -> None:
    tab.go(link_of(staff, stale))
    page = tab.page
    expect(page.get_by_role("heading", name="Is this still right?")).to_be_visible()
    expect(page.get_by_role("group", name="Address").first).to_be_visible()
    assert "Boma" not in page.content()
    page.get_by_role("button", name="Yes, all of it is still right").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_text("Everything is up to date")).to_be_visible()
    person = staff.get(f"/v1/customers/{stale}").json()
    assert person["traits"]["address"]["state"] == "fresh"


def test_what_has_changed_is_written_beside_it(tab: Window, staff: Staff, stale: str) -> None:
    tab.go(link_of(staff, stale))
    page = tab.page
    page.get_by_text("It has changed").first.click()
    page.get_by_label("Street and number").fill("Sokoine Road 9")
    page.get_by_label("Town or city").fill("Arusha")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Everything is up to date")).to_be_visible()
    person = staff.get(f"/v1/customers/{stale}").json()
    assert person["traits"]["address"]["value"]["city"] == "Arusha"


def test_nothing_said_is_told_where_it_is_seen(tab: Window, staff: Staff, stale: str) -> None:
    tab.go(link_of(staff, stale))
    tab.page.get_by_role("button", name="Send", exact=True).click()
    expect(tab.page.get_by_role("alert")).to_contain_text("Tick what is still right")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_good_to_look_at(
    browser: Browser,
    stack: dict[str, Any],
    staff: Staff,
    stale: str,
    width: int,
    scheme: Any,
    tmp_path: Path,
) -> None:
    size: Any = {"width": width, "height": 900}
    address = link_of(staff, stale)
    with window(browser, stack["api"]["url"], viewport=size, color_scheme=scheme) as tab:
        for language in ("en", "sw", "ca"):
            tab.go(f"{address}&lang={language}")
            tab.page.locator("details summary").first.click()
            assert not overflows(tab.page), language
            assert narrow_targets(tab.page) == [], language
            screenshot(tab.page, tmp_path, f"still-right-{language}-{width}-{scheme}")


def test_staff_see_how_fresh_it_is_and_ask_at_the_next_call(
    desk: Window, clients: Clients, stack: dict[str, Any], staff: Staff, stale: str, tmp_path: Path
) -> None:
    answer = clients("lambda").invoke(FunctionName=stack["functions"]["freshness"], Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    desk.go("/staff/")
    assert desk.path == "/staff/find"
    page = desk.page
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        desk.go(REPORT)
        table = page.get_by_role("table", name="What is known, and how fresh it is")
        expect(table.get_by_role("rowheader", name="Address")).to_be_visible()
        assert not overflows(page)
        screenshot(page, tmp_path, f"freshness-{width}")
    told = staff.get("/v1/reports/freshness").json()
    (address,) = [one for one in told["items"] if one["field"] == "address"]
    assert address["stale"] >= 1
    desk.go(f"/staff/call?customer={stale}")
    page.get_by_label("Address: Boma Road 7").check()
    screenshot(page, tmp_path, "call")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Still right:")).to_be_visible()
    screenshot(page, tmp_path, "customer")
    person = staff.get(f"/v1/customers/{stale}").json()
    assert person["traits"]["address"]["state"] == "fresh"
