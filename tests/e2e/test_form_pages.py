"""Customers fill in forms in a real browser, with scripts and without."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.marked import Staff
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window

HOSTILE = """<script>alert(1)</script><img src=x onerror=alert(2)>'"{{ 7 * 7 }}"""
# Pages that are filled in faster are taken for robots (mteja.forms.guard).
_READING_MS = 2_100


@pytest.fixture
def staff(stack: dict[str, Any], staff_token: str) -> Staff:
    return Staff(stack, staff_token)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def tab(
    request: pytest.FixtureRequest, browser: Browser, stack: dict[str, Any]
) -> Iterator[Window]:
    how = {"java_script_enabled": request.param}
    with window(browser, stack["api"]["url"], **how) as opened:
        yield opened


def new_email() -> str:
    return f"page-{uuid4().hex[:12]}@example.com"


def send(page: Page) -> None:
    page.wait_for_timeout(_READING_MS)
    page.locator("main form button[type=submit]").click()


def test_a_form_is_filled_in_and_thanked_for(tab: Window, staff: Staff) -> None:
    email = new_email()
    tab.go("/forms/newsletter")
    tab.page.get_by_label("E-mail address").fill(email)
    tab.page.get_by_label("Name").fill(HOSTILE)
    tab.page.get_by_role("checkbox").check()
    send(tab.page)
    expect(tab.page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert tab.path == "/forms/newsletter/thanks"
    assert email not in tab.page.url
    (found,) = staff.find(email=email)
    assert (found["name"], found["trust"]) == (HOSTILE, "claimed")


def test_what_is_wrong_is_said_beside_its_field_and_can_be_mended(
    tab: Window, staff: Staff
) -> None:
    tab.go("/forms/warranty?lang=ca")
    page = tab.page
    page.locator("[name=email]").fill("no address")
    page.locator("[name=name]").fill(HOSTILE)
    send(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_visible()
    faulty = page.locator("[name=email]")
    expect(faulty).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#e-email")).to_be_visible()
    expect(faulty).to_have_attribute("aria-describedby", "e-email")
    assert page.locator("[name=name]").input_value() == HOSTILE
    email, serial = new_email(), f"SN-{uuid4().hex[:8]}"
    faulty.fill(email)
    page.locator("[name=serial]").fill(serial)
    page.get_by_label("Cadira de mostra").check()
    send(page)
    assert tab.path == "/forms/warranty/thanks"
    (found,) = staff.find(email=email)
    (owned,) = staff.get(f"/v1/customers/{found['id']}").json()["owns"]
    assert (owned["serial"], owned["product"]) == (serial.upper(), "demo-chair")


def test_who_is_too_fast_loses_nothing(tab: Window) -> None:
    tab.go("/forms/newsletter")
    email = new_email()
    tab.page.get_by_label("E-mail address").fill(email)
    tab.page.locator("main form button[type=submit]").click()
    expect(tab.page.get_by_role("alert")).to_contain_text("very quick")
    assert tab.page.locator("[name=email]").input_value() == email
    send(tab.page)
    assert tab.path == "/forms/newsletter/thanks"


def test_a_form_is_filled_in_by_keyboard_alone(browser: Browser, stack: dict[str, Any]) -> None:
    with window(browser, stack["api"]["url"]) as tab:
        tab.go("/forms/newsletter")
        page = tab.page
        page.locator("#f-email").focus()
        page.keyboard.type(new_email())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "name"
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.locator("[name=newsletter]").is_checked()
        page.keyboard.press("Tab")  # past the field that is for robots only
        assert page.evaluate("document.activeElement.type") == "submit"
        page.wait_for_timeout(_READING_MS)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_form_is_good_to_look_at(
    browser: Browser, stack: dict[str, Any], width: int, scheme: Any, tmp_path: Path
) -> None:
    size: Any = {"width": width, "height": 900}
    with window(browser, stack["api"]["url"], viewport=size, color_scheme=scheme) as tab:
        for form in ("newsletter", "in-store", "preorder", "warranty", "rewards", "contact"):
            tab.go(f"/forms/{form}")
            assert not overflows(tab.page), form
            assert narrow_targets(tab.page) == [], form
            screenshot(tab.page, tmp_path, f"{form}-{width}-{scheme}")
        for language, title in (("sw", "Jarida"), ("ca", "Butlletí")):
            tab.go(f"/forms/newsletter?lang={language}")
            expect(tab.page.get_by_role("heading", name=title)).to_be_visible()
            assert tab.page.locator("html").get_attribute("lang") == language
