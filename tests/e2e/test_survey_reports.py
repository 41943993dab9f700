"""Reports on surveys in a real browser: the score and whom to ask, sources, reasons and themes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from mteja.store.apart import TableApart
from mteja.times import business_day, now_ms
from mteja_local import themes
from mteja_local.clients import Clients
from tests.answers import answered
from tests.e2e.filling import HOSTILE, new_email
from tests.e2e.marked import Staff
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window
from tests.visits import ZONE

REPORTS = ("nps", "sources", "reasons", "answers")
PATHS = {
    **{name: f"/staff/reports/{name}" for name in REPORTS},
    "by-channel": "/staff/reports/nps?by=channel",
    "by-product": "/staff/reports/nps?by=product",
    "by-day": "/staff/reports/nps?by=day",
    "reasons-by-channel": "/staff/reports/reasons?by=channel",
    "answers-by-customer": "/staff/reports/answers?by=customer",
    "anonymous": "/staff/reports/answers?survey=anonymous-profile",
    "wrong": "/staff/reports/nps?by=colour",
}
CUSTOMER = "Neema Detractor"


@pytest.fixture(scope="module")
def surveyed(stack: dict[str, Any], staff_token: str, clients: Clients) -> None:
    """Enough people have answered to be told of: with words, an order's product, and a source that
    was measured. Last night has told the themes."""
    staff = Staff(stack, staff_token)
    for number in range(24):
        likes = number % 2
        name = HOSTILE if number == 2 else f"{CUSTOMER} {number}"
        told = staff.post("/v1/customers", {"email": new_email(), "name": name})
        said = {"recommend": 10, "why": "Friendly staff"} if likes else _dislikes(number)
        where = f"/v1/staff/surveys/satisfaction?customer={told.json()['id']}&channel=phone"
        assert staff.post(where, {"answers": said}).status == 201
    customers = TableApart(clients("dynamodb"), stack["tables"]["customers"])
    for item in _of_the_web():
        customers.put(item)
    themes.make(clients, stack)


def _dislikes(number: int) -> dict[str, Any]:
    return {
        "recommend": 2,
        "why": f"Lamp broken {HOSTILE}",
        "heard_from": "friend",
        "reasons": ["price", "quality"] if number % 4 else ["quality", "price"],
    }


def _of_the_web() -> Iterator[dict[str, Any]]:
    today = business_day(now_ms(), ZONE)
    for number in range(40):
        said = {
            "recommend": 8 + number % 3,
            "heard_from": "search" if number % 4 else "friend",
            "reasons": ["quality", "selection", "price"],
        }
        product = HOSTILE if number % 2 else "demo-lamp"
        known = {"source": "search", "product": product, "country": "TZ", "customer": "new"}
        shown = {"reasons": ["price", "quality", "selection", "convenience"]}
        item = answered(9_000 + number, said, day=today, segments=known, shown=shown)
        yield item.model_dump()


def test_a_score_is_drawn_with_its_interval_and_told_apart(desk: Window, surveyed: None) -> None:
    page = desk.page
    desk.go("/staff/reports/nps")
    expect(page.locator("canvas")).to_have_count(1)
    expect(page.get_by_role("table", name="Score over time")).to_be_visible()
    page.get_by_label("Apart by").select_option("product")
    page.get_by_role("button", name="Show").click()
    table = page.get_by_role("table", name="Product of the last order")
    expect(table.get_by_role("rowheader", name=HOSTILE)).to_be_visible()
    expect(table.get_by_role("rowheader", name="Unknown")).to_be_visible()
    expect(page.locator("canvas")).to_have_count(2)
    page.get_by_label("Whose answers").select_option("verified")
    page.get_by_role("button", name="Show").click()
    expect(table.get_by_role("rowheader", name=HOSTILE)).to_have_count(0)
    page.get_by_role("link", name="Reasons").click()
    expect(page.get_by_role("table").first).to_be_visible()


def test_staff_go_from_the_score_to_whom_to_ask(desk: Window, surveyed: None) -> None:
    page = desk.page
    desk.go("/staff/reports/nps")
    listed = page.get_by_role("region", name="Whom to ask what went wrong")
    expect(listed.get_by_role("link", name=HOSTILE)).to_be_visible()
    listed.get_by_role("link", name=CUSTOMER).first.click()
    assert desk.path.startswith("/staff/customers/cus_")
    expect(page.get_by_text("Lamp broken").first).to_be_visible()


def test_what_people_say_stands_beside_what_was_seen(desk: Window, surveyed: None) -> None:
    desk.go("/staff/reports/sources")
    page = desk.page
    expect(page.get_by_role("table", name="Where people say that they heard of us")).to_be_visible()
    both = page.get_by_role("table", name="What they say beside how they were seen to come")
    expect(both.get_by_role("row", name="A friend 10")).to_be_visible()
    expect(page.get_by_text("both are the same of 75%")).to_be_visible()


def test_reasons_are_drawn_and_put_in_order(desk: Window, surveyed: None) -> None:
    desk.go("/staff/reports/reasons")
    expect(desk.page.locator("canvas")).to_have_count(1)
    first = desk.page.get_by_role("table").first.get_by_role("rowheader").nth(0)
    expect(first).to_have_text("Quality")


def test_themes_are_words_that_set_them_apart(desk: Window, surveyed: None) -> None:
    desk.go("/staff/reports/answers")
    page = desk.page
    told = page.get_by_role("region", name="What they write: Why?").first
    expect(told.get_by_role("rowheader", name="lamp").first).to_be_visible()
    expect(told.get_by_role("rowheader", name="staff").first).to_be_visible()
    page.get_by_role("link", name="Who are our customers?").click()
    expect(page.get_by_text("This survey is anonymous")).to_be_visible()


def test_a_report_is_saved_as_csv(desk: Window, surveyed: None) -> None:
    desk.go("/staff/reports/nps?by=product")
    with desk.page.expect_download() as saved:
        desk.page.get_by_role("link", name="As CSV").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert text.startswith("part,segment,from,to,n,")
    assert "\nsegment,demo-lamp," in text


@pytest.mark.parametrize("name", REPORTS)
def test_without_scripts_the_table_is_all(
    browser: Browser, stack: dict[str, Any], signed_in: Any, surveyed: None, name: str
) -> None:
    how = {"storage_state": signed_in, "java_script_enabled": False}
    with window(browser, stack["api"]["url"], **how) as tab:
        tab.go(f"/staff/reports/{name}")
        expect(tab.page.get_by_role("table").first).to_be_visible()
        expect(tab.page.locator("figure:visible")).to_have_count(0)
        if name == "nps":
            tab.page.get_by_label("Apart by").select_option("channel")
            tab.page.get_by_role("button", name="Show").click()
            expect(tab.page.get_by_role("rowheader", name="By telephone")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_reports_on_surveys_fit_and_can_be_touched(
    width: int,
    scheme: Any,
    browser: Browser,
    stack: dict[str, Any],
    signed_in: Any,
    surveyed: None,
    tmp_path: Path,
) -> None:
    how = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    with window(browser, stack["api"]["url"], storage_state=signed_in, **how) as tab:
        for name, path in PATHS.items():
            tab.go(path)
            screenshot(tab.page, tmp_path, f"{name}-{width}-{scheme}")
            assert not overflows(tab.page), name
            assert narrow_targets(tab.page) == [], name


def test_the_smallest_window_is_wide_enough(desk: Window, surveyed: None) -> None:
    desk.page.set_viewport_size({"width": 320, "height": 568})
    for language in ("ca", "sw", "en"):
        for path in PATHS.values():
            desk.go(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert not overflows(desk.page), path
