"""Customers fill in forms at the shop's tablet in a real browser, with scripts and a network, and
without.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.filling import HOSTILE
from tests.e2e.marked import Staff
from tests.e2e.tablets import (
    NONE_HELD,
    hand_over,
    press,
    reconnect,
    thanked,
    until,
    without_network,
)
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window

FULL = "/staff/kiosk/in-store"
WRONG_EMAIL = {
    "en": "Not an e-mail address that can be used",
    "sw": "Si barua pepe inayoweza kutumika",
    "ca": "No és una adreça electrònica que es pugui fer servir",
}
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
WIDTHS = pytest.mark.parametrize("width", [390, 1280])


@pytest.fixture
def tablet(browser: Browser, stack: dict[str, Any], signed_in: Any) -> Iterator[Window]:
    with window(browser, stack["api"]["url"], storage_state=signed_in) as tab:
        hand_over(tab)
        yield tab


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def either(
    request: pytest.FixtureRequest, browser: Browser, stack: dict[str, Any], signed_in: Any
) -> Iterator[Window]:
    how = {"java_script_enabled": request.param, "storage_state": signed_in}
    with window(browser, stack["api"]["url"], **how) as tab:
        hand_over(tab)
        yield tab


def new_email() -> str:
    return f"tablet-{uuid4().hex[:12]}@example.com"


def value(page: Page, name: str) -> str:
    return page.locator(f"[name={name}]").input_value()


@pytest.fixture
def apart(tablet: Window) -> Iterator[Window]:
    """A tablet that lost its network after its page was kept."""
    with without_network(tablet):
        yield tablet


def entries(staff: Staff, email: str) -> list[dict[str, Any]]:
    (found,) = staff.find(email=email)
    items: list[dict[str, Any]] = staff.get(f"/v1/customers/{found['id']}/timeline").json()["items"]
    return items


def test_it_fills_the_screen_and_leads_to_no_customer(either: Window) -> None:
    page = either.page
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    assert cookies == {"__Host-kiosk", "__Host-form"}
    expect(page.locator(".menu")).to_have_count(0)
    expect(page.locator("main h1:visible")).to_have_count(1)
    links = page.locator("a").evaluate_all("all => all.map((one) => one.href)")
    here = page.url.partition("#")[0]
    led = {link.partition("?")[0].partition("#")[0] for link in links}
    assert led == {here, f"{either.url}/staff/sign-in"}
    box = page.locator("body").bounding_box()
    assert box is not None
    assert box["width"] >= page.viewport_size["width"]  # type: ignore[index]
    assert box["height"] >= page.viewport_size["height"]  # type: ignore[index]
    for path in ("/staff", "/staff/find", "/staff/tasks", "/staff/forms", "/staff/call"):
        either.go(path)
        assert either.path == "/staff/sign-in"


def test_it_forgets_who_has_sent_by_itself_and_by_next(tablet: Window, staff: Staff) -> None:
    page = tablet.page
    page.clock.install()
    page.reload()
    first, second = new_email(), new_email()
    page.locator("[name=email]").fill(first)
    press(page)
    thanked(page)
    assert value(page, "email") == ""
    page.clock.fast_forward(7_000)
    thanked(page)
    page.clock.fast_forward(1_100)
    expect(page.locator("[name=email]")).to_be_visible()

    page.locator("[name=email]").fill(second)
    press(page)
    thanked(page)
    press(page, "Next")
    assert value(page, "email") == ""
    # Who comes next loses nothing to the seconds of who was before.
    page.locator("[name=name]").fill("Juma")
    page.clock.fast_forward(8_100)
    assert value(page, "name") == "Juma"
    for email in (first, second):
        assert len(entries(staff, email)) == 1


def test_who_presses_twice_sends_once(tablet: Window, staff: Staff) -> None:
    page, email, asked = tablet.page, new_email(), []
    page.on("request", lambda request: asked.append(request.method))
    page.locator("[name=email]").fill(email)
    page.locator("main form button[type=submit]").evaluate("it => { it.click(); it.click(); }")
    thanked(page)
    assert asked.count("POST") == 1
    assert len(entries(staff, email)) == 1


def test_what_can_be_neither_sent_nor_kept_is_not_thanked_for(apart: Window) -> None:
    page = apart.page
    page.locator("[name=email]").fill(new_email())
    full = "IDBObjectStore.prototype.put = () => { throw new Error('full'); };"
    page.evaluate(f"() => {{ {full} }}")
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("give the tablet back")
    assert value(page, "email") != ""


def test_it_forgets_whoever_went_away(tablet: Window) -> None:
    page = tablet.page
    page.clock.install()
    page.reload()
    page.locator("[name=name]").fill("Asha")
    page.clock.fast_forward(60_000)
    page.locator("[name=email]").fill("asha")
    page.clock.fast_forward(60_000)
    assert (value(page, "name"), value(page, "email")) == ("Asha", "asha")
    page.clock.fast_forward(31_000)
    assert (value(page, "name"), value(page, "email")) == ("", "")


def test_it_shows_nobody_by_going_back(either: Window) -> None:
    page = either.page
    page.locator("[name=name]").fill("Asha")
    either.go("/staff/sign-in")
    page.go_back()
    assert value(page, "name") == ""
    page.locator("[name=name]").fill("Asha")
    page.locator("[name=email]").fill(new_email())
    press(page)
    thanked(page)
    page.go_back()
    assert "Asha" not in page.content()
    assert page.locator("[name=name]").count() == 0 or value(page, "name") == ""


def test_a_page_that_is_taken_out_again_has_forgotten(tablet: Window) -> None:
    page = tablet.page
    page.locator("[name=name]").fill("Asha")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert value(page, "name") == ""


@pytest.mark.parametrize("language", ["en", "sw", "ca"])
def test_what_is_wrong_stands_beside_its_field_in_the_pages_language(
    either: Window, language: str
) -> None:
    page = either.page
    either.go(f"{FULL}?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("[name=email]").fill("no address")
    page.locator("[name=name]").fill(HOSTILE)
    nowhere = "it => it.add(new Option('Nowhere', 'Nowhere', true, true))"
    page.locator("[name='address.country']").evaluate(nowhere)
    page.locator("main form button[type=submit]").click()
    fault = page.locator("#e-email")
    expect(fault).to_contain_text(WRONG_EMAIL[language])
    field = page.locator("[name=email]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", "e-email")
    assert fault.locator("xpath=..").evaluate("it => it.classList.contains('faulty')")
    expect(page.get_by_role("alert")).to_be_visible()
    country = page.locator("[name='address.country']")
    expect(country).to_have_attribute("aria-describedby", "e-address.country")
    assert value(page, "name") == HOSTILE
    field.fill(new_email())
    country.select_option("US")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#e-email")).to_have_count(0)
    expect(page.locator("main h1:visible")).not_to_have_text("")
    expect(page.locator("[name=email]:visible")).to_have_count(0)


def test_without_a_network_it_keeps_when_and_where_and_counts_once(
    apart: Window, staff: Staff, stack: dict[str, Any]
) -> None:
    page, email = apart.page, new_email()
    page.reload()
    page.locator("[name=email]").fill(email)
    before = datetime.now(UTC) - timedelta(seconds=2)
    press(page)
    thanked(page)
    after = datetime.now(UTC)
    for _ in range(2):
        expect(page.locator("#kiosk-queue")).to_contain_text("1")
        page.reload()
    assert staff.find(email=email) == []
    page.wait_for_timeout(2_000)
    page.context.clear_cookies(name="__Host-kiosk")  # as when the pass has ended
    reconnect(apart)
    apart.sign_in_as_staff(stack)
    apart.go("/staff/forms")
    expect(page.locator("#kiosk-held li")).to_contain_text("Waits")
    expect(page.locator("#kiosk-held li")).to_contain_text(email)
    hand_over(apart, "newsletter", "main-shop")
    expect(page.locator("#kiosk-queue")).to_be_hidden()
    until(page, NONE_HELD)
    (entry,) = entries(staff, email)
    assert (entry["data"]["mode"], entry["data"]["location"]) == ("kiosk", "market-stall")
    assert entry["data"]["captured_by"]
    assert before <= datetime.fromisoformat(entry["at"]) <= after


def test_without_a_network_what_is_wrong_is_said_by_the_tablet(apart: Window) -> None:
    page = apart.page
    page.reload()
    page.locator("[name=email]").fill("no address")
    press(page)
    expect(page.locator("#e-email")).to_contain_text(WRONG_EMAIL["en"])
    expect(page.locator("#kiosk-queue")).to_be_hidden()
    page.locator("[name=email]").fill(new_email())
    press(page)
    thanked(page)
    expect(page.locator("#kiosk-queue")).to_contain_text("1")


def test_without_a_network_another_language_shows_the_page_that_is_there(apart: Window) -> None:
    apart.go(f"{FULL}?lang=sw")
    expect(apart.page.locator("[name=email]")).to_be_visible()


def test_what_was_refused_later_is_mended_by_staff_or_let_go(
    apart: Window, staff: Staff, stack: dict[str, Any], tmp_path: Path
) -> None:
    page, name = apart.page, f"Asha {uuid4().hex[:6]}"
    for typed in (name, HOSTILE):
        page.locator("[name=name]").fill(typed)  # and no way to reach them
        press(page)
        thanked(page)
        press(page, "Next")
    expect(page.locator("#kiosk-queue")).to_contain_text("2")
    reconnect(apart)
    expect(page.locator("#kiosk-queue")).to_be_hidden()
    apart.sign_in_as_staff(stack)
    apart.go("/staff/forms")
    held = page.locator("#kiosk-held li")
    expect(held).to_have_count(2)
    expect(held.first).to_contain_text("Not taken")
    expect(held.first).to_contain_text(f"Name: {name}")
    expect(held.first).not_to_contain_text("country")  # which stood there before
    expect(held.last).to_contain_text(HOSTILE)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        screenshot(page, tmp_path, f"held-{width}")
        assert not overflows(page)
        assert narrow_targets(page) == []
    page.once("dialog", lambda dialog: dialog.dismiss())
    held.last.get_by_role("button", name="Remove").click()
    expect(held).to_have_count(2)
    page.once("dialog", lambda dialog: dialog.accept())
    held.last.get_by_role("button", name="Remove").click()
    expect(held).to_have_count(1)
    held.get_by_role("button", name="Mend").click()
    assert apart.path == "/staff/held/in-store"
    expect(page.get_by_role("alert")).to_be_visible()
    assert value(page, "name") == name
    email = new_email()
    page.locator("[name=email]").fill(email)
    press(page)
    assert apart.path == "/staff/forms"
    expect(page.get_by_role("status")).to_have_text("The form is in.")
    expect(page.locator("#kiosk-held")).to_be_hidden()
    (entry,) = entries(staff, email)
    assert (entry["data"]["mode"], entry["data"]["location"]) == ("kiosk", "market-stall")


def test_it_is_filled_in_by_keyboard_alone(tablet: Window, staff: Staff) -> None:
    page, email = tablet.page, new_email()
    page.locator("#f-email").focus()
    page.keyboard.type("no address")
    page.keyboard.press("Enter")
    expect(page.locator("#e-email")).to_be_visible()
    expect(page.locator("#f-email")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(email)
    visited = []
    for _ in range(40):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("document.activeElement.name || document.activeElement.type"))
        if visited[-1] == "submit":
            break
    assert visited[:2] == ["name", "phone"]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    thanked(page)
    expect(page.locator("#kiosk-thanks")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#kiosk-next")).to_be_focused()
    page.keyboard.press("Enter")
    assert value(page, "email") == ""
    assert len(entries(staff, email)) == 1


def test_start_without_a_form_says_so_beside_the_field(
    browser: Browser, stack: dict[str, Any], signed_in: Any
) -> None:
    how = {"storage_state": signed_in, "java_script_enabled": False}
    with window(browser, stack["api"]["url"], **how) as tab:
        tab.go("/staff/forms")
        tab.page.locator("form[action$=kiosk]").evaluate("it => { it.noValidate = true; }")
        press(tab.page, "Start")
        expect(tab.page.locator("#e-form")).to_be_visible()
        hand_over(tab)


def test_the_smallest_tablet_is_wide_enough(tablet: Window) -> None:
    tablet.page.set_viewport_size({"width": 320, "height": 568})
    for language in ("ca", "sw", "en"):
        tablet.go(f"{FULL}?lang={language}")
        assert not overflows(tablet.page)


@SCHEMES
@WIDTHS
def test_every_page_of_forms_fits_and_can_be_touched(
    width: int,
    scheme: Any,
    browser: Browser,
    stack: dict[str, Any],
    signed_in: Any,
    tmp_path: Path,
) -> None:
    def looked_at(name: str) -> None:
        screenshot(tab.page, tmp_path, f"{name}-{width}-{scheme}")
        assert not overflows(tab.page), name
        assert narrow_targets(tab.page) == [], name

    size: Any = {"width": width, "height": 844}
    how = {"viewport": size, "color_scheme": scheme, "storage_state": signed_in}
    with window(browser, stack["api"]["url"], **how) as tab:
        page = tab.page
        for form in ("in-store", "preorder", "warranty", "rewards"):
            tab.go(f"/staff/forms/{form}")
            looked_at(f"staff-{form}")
        page.locator("[name=email]").fill("no address")
        press(page)
        expect(page.locator("#e-email")).to_be_visible()
        looked_at("staff-form-faults")
        hand_over(tab)
        looked_at("kiosk")
        page.locator("[name=email]").fill("no address")
        press(page)
        expect(page.locator("#e-email")).to_be_visible()
        looked_at("kiosk-faults")
        page.locator("[name=email]").fill(new_email())
        press(page)
        thanked(page)
        looked_at("kiosk-thanks")
        press(page, "Next")
        page.context.set_offline(True)
        for typed in ("Asha", "Juma"):
            page.locator("[name=name]").fill(typed)
            press(page)
            thanked(page)
            press(page, "Next")
        looked_at("kiosk-waiting")
        reconnect(tab)
        expect(page.locator("#kiosk-queue")).to_be_hidden()
        tab.sign_in_as_staff(stack)
        tab.go("/staff/forms")
        expect(page.locator("#kiosk-held li")).to_have_count(2)
        looked_at("forms")
        page.get_by_role("button", name="Mend").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        looked_at("held")
        tab.wrong[:] = [one for one in tab.wrong if "ERR_INTERNET_DISCONNECTED" not in one]
