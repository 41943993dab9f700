"""Reports and settings in a real browser: charts are drawn, and nothing is lost without them."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.times import DAY_MS, business_day, now_ms
from mteja.tracking.packed import EVENT_SHARDS, Batch, shard_of, to_item
from mteja_local.clients import Clients
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window
from tests.visits import ZONE, batch, event, leave, page

REPORTS = ("pages", "sessions", "sources", "products")
HOSTILE = "/<img src=x onerror=alert(1)>'\""
# How many points of a canvas are not empty, and how many colours they have.
INK = """(canvas) => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  let points = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 200) {
      points += 1;
      colours.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
    }
  }
  return [points, colours.size];
}"""


@pytest.fixture(scope="module")
def visited(stack: dict[str, Any], clients: Clients) -> None:
    """Three days of visits are there, of which no night has made a summary yet."""
    table = TableApart(clients("dynamodb"), stack["tables"]["events"])
    now = now_ms()
    for back in range(3):
        for number in range(4 + back):
            one = _visit(now - back * DAY_MS - 600_000 - number * 1000, f"reports-{number}")
            day = business_day(one.received_at, ZONE)
            key = keys.events(day, shard_of(one.visitor), EVENT_SHARDS, f"{one.id}-{back}")
            table.put(to_item(one, key.pk, key.sk, now // 1000 + 86_400))


def _visit(at: int, visitor: str) -> Batch:
    return batch(
        [
            page(at, "/", load={"load": 700}, referrer="www.google.com"),
            leave(at + 9_000, "/", 8_000),
            page(at + 10_000, "/lamps", load={"load": 450}),
            event(at + 11_000, "Product Viewed", "/lamps", properties={"product_id": "demo-lamp"}),
            page(at + 20_000, HOSTILE, load={"load": 300}),
        ],
        visitor,
    )


def inks(tab: Page) -> list[tuple[int, int]]:
    expect(tab.locator("canvas").first).to_be_visible()
    return [tuple(one.evaluate(INK)) for one in tab.locator("canvas").all()]


def until(holds: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for what a script does later. (The page's policy lets no text become a script, which is
    how Playwright's own waiting works.)"""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.parametrize(("name", "drawn"), [*zip(REPORTS, (2, 1, 1, 1), strict=True)])
def test_charts_are_drawn(desk: Window, visited: None, name: str, drawn: int) -> None:
    desk.go(f"/staff/reports/{name}")
    found = inks(desk.page)
    assert len(found) == drawn
    for points, colours in found:
        assert points > 500
        assert colours > 1
    for told in desk.page.get_by_role("img").all():
        assert "The table has the same numbers" in (told.get_attribute("aria-label") or "")


def test_a_chart_says_the_numbers_under_the_pointer(desk: Window, visited: None) -> None:
    desk.go("/staff/reports/pages")
    chart = desk.page.locator(".chart").first
    chart.locator(".u-over").hover(position={"x": 5, "y": 20})
    expect(chart.locator(".readout")).to_contain_text("Entries")


def test_a_chart_is_drawn_anew_in_the_other_scheme_and_width(desk: Window, visited: None) -> None:
    desk.go("/staff/reports/sources")
    picture = "(canvas) => canvas.toDataURL()"
    canvas = desk.page.locator("canvas")
    day = canvas.evaluate(picture)
    desk.page.emulate_media(color_scheme="dark")
    until(lambda: canvas.evaluate(picture) != day)
    desk.page.set_viewport_size({"width": 400, "height": 800})
    until(lambda: desk.page.locator(".uplot").evaluate("(it) => it.clientWidth") < 400)
    assert not overflows(desk.page)


@pytest.mark.parametrize("name", REPORTS)
def test_without_scripts_the_table_is_all(
    browser: Browser, stack: dict[str, Any], signed_in: Any, visited: None, name: str
) -> None:
    how = {"storage_state": signed_in, "java_script_enabled": False}
    with window(browser, stack["api"]["url"], **how) as tab:
        tab.go(f"/staff/reports/{name}")
        expect(tab.page.locator("table").first).to_be_visible()
        expect(tab.page.locator("figure").first).to_be_hidden()
        if name == "pages":
            expect(tab.page.get_by_role("rowheader", name="/lamps")).to_be_visible()
            expect(tab.page.get_by_role("rowheader", name=HOSTILE)).to_be_visible()
        tab.page.get_by_role("link", name="Last 7 days").click()
        tab.page.get_by_label("Last day").fill("2026-01-01")
        tab.page.get_by_role("button", name="Show").click()
        expect(tab.page.get_by_text("Not after the last day").first).to_be_visible()


def test_a_report_is_saved_as_csv(desk: Window, visited: None) -> None:
    desk.go("/staff/reports/pages")
    with desk.page.expect_download() as saved:
        desk.page.get_by_role("link", name="As CSV").click()
    assert saved.value.suggested_filename.startswith("pages-")
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert text.startswith("path,views,visitors,")
    assert "\n/lamps," in text


def test_the_line_is_copied(
    browser: Browser, stack: dict[str, Any], signed_in: Any, visited: None
) -> None:
    url = stack["api"]["url"]
    with window(browser, url, storage_state=signed_in) as tab:
        tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
        tab.go("/staff/settings")
        expect(tab.page.get_by_text("Heard from today")).to_be_visible()
        tab.page.locator("button[data-copies]").first.click()
        expect(tab.page.get_by_role("status").first).to_have_text("Copied")
        copied = tab.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f'<script defer src="{url}/mteja.js" data-key=')
        assert copied.endswith("></script>")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_reports_and_settings_fit_and_can_be_touched(
    width: int,
    scheme: Any,
    browser: Browser,
    stack: dict[str, Any],
    signed_in: Any,
    visited: None,
    tmp_path: Path,
) -> None:
    how = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    with window(browser, stack["api"]["url"], storage_state=signed_in, **how) as tab:
        paths = {name: f"/staff/reports/{name}" for name in REPORTS}
        paths |= {"wrong": "/staff/reports/pages?from=yesterday", "settings": "/staff/settings"}
        for name, path in paths.items():
            tab.go(path)
            screenshot(tab.page, tmp_path, f"{name}-{width}-{scheme}")
            assert not overflows(tab.page), name
            assert narrow_targets(tab.page) == [], name


def test_the_smallest_window_is_wide_enough(desk: Window, visited: None) -> None:
    desk.page.set_viewport_size({"width": 320, "height": 568})
    for language in ("ca", "sw", "en"):
        for path in (*(f"/staff/reports/{name}" for name in REPORTS), "/staff/settings"):
            desk.go(f"{path}?lang={language}")
            assert not overflows(desk.page)
