"""Customers fill in forms in a real browser, with scripts and without."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from mteja_local.calls import call
from tests.e2e.filling import HOSTILE, READING_MS, link_of, new_email, new_serial, send
from tests.e2e.marked import Staff, fill_in
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window


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
    email, serial = new_email(), new_serial()
    faulty.fill(email)
    page.locator("[name=serial]").fill(serial)
    page.get_by_label("Cadira de mostra").check()
    send(page)
    assert tab.path == "/forms/warranty/thanks"
    (found,) = staff.find(email=email)
    (owned,) = staff.get(f"/v1/customers/{found['id']}").json()["owns"]
    assert (owned["serial"], owned["product"]) == (serial, "demo-chair")


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
        page.wait_for_timeout(READING_MS)
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


def order_what_is_left(stack: dict[str, Any]) -> None:
    """Pre-order what can still be promised, so that whoever comes next waits."""
    left = call(stack, "GET", "/v1/forms/preorder").json()["remaining"]
    if left:
        told = {"email": new_email(), "product": "demo-lamp", "quantity": left}
        assert fill_in(stack, "preorder", **told).status == 202


def fill_in_faultily(tab: Window, staff: Staff, stack: dict[str, Any]) -> None:
    tab.go("/forms/in-store")
    tab.page.locator("[name=email]").fill("nobody")
    tab.page.locator("[name=phone]").fill("1")
    tab.page.locator("[name='address.postal_code']").fill("Only this")
    tab.page.locator("[name=heard_from]").first.check()
    send(tab.page)
    expect(tab.page.get_by_role("alert")).to_contain_text("3 fields")


def be_thanked(tab: Window, staff: Staff, stack: dict[str, Any]) -> None:
    tab.go("/forms/contact")
    tab.page.locator("[name=email]").fill(new_email())
    tab.page.locator("[name=message]").fill("Do you open on Sundays?")
    send(tab.page)
    expect(tab.page.get_by_role("heading", name="Thank you")).to_be_visible()


def open_a_link(tab: Window, staff: Staff, stack: dict[str, Any]) -> None:
    _, token = link_of(staff, name="Asha", phone="+14155550132")
    tab.go(f"/forms/profile?t={token}")
    assert tab.page.locator("[name=email]").count() == 0
    expect(tab.page.locator("[name=birthday]")).to_be_visible()


def claim_what_is_registered(tab: Window, staff: Staff, stack: dict[str, Any]) -> None:
    card = {"serial": new_serial(), "product": "demo-chair"}
    assert fill_in(stack, "warranty", email=new_email(), **card).status == 202
    tab.go(f"/forms/warranty?serial={card['serial']}&product=demo-chair")
    tab.page.locator("[name=email]").fill(new_email())
    tab.page.locator("[name=name]").fill("Somebody else")
    send(tab.page)
    expect(tab.page.get_by_role("alert")).to_be_visible()
    expect(tab.page.locator("#e-serial")).to_be_visible()


def wait_in_line(tab: Window, staff: Staff, stack: dict[str, Any]) -> None:
    order_what_is_left(stack)
    tab.go("/forms/preorder")
    expect(tab.page.locator("main")).to_contain_text("all are promised")
    tab.page.locator("[name=email]").fill(new_email())
    tab.page.locator("[name=name]").fill("Asha")
    send(tab.page)
    expect(tab.page.locator("main")).to_contain_text("Your place in line")


def find_no_form(tab: Window, staff: Staff, stack: dict[str, Any]) -> None:
    tab.go("/forms/nothing")
    expect(tab.page.get_by_role("heading", level=1)).to_be_visible()


STORIES = {
    "faults": fill_in_faultily,
    "thanks": be_thanked,
    "profile over a link": open_a_link,
    "warranty conflict": claim_what_is_registered,
    "pre-order waiting": wait_in_line,
    "no such form": find_no_form,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("story", STORIES)
def test_what_becomes_of_a_form_is_good_to_look_at(
    browser: Browser,
    stack: dict[str, Any],
    staff: Staff,
    story: str,
    width: int,
    scheme: Any,
    tmp_path: Path,
) -> None:
    size: Any = {"width": width, "height": 900}
    with window(browser, stack["api"]["url"], viewport=size, color_scheme=scheme) as tab:
        STORIES[story](tab, staff, stack)
        assert not overflows(tab.page)
        assert narrow_targets(tab.page) == []
        screenshot(tab.page, tmp_path, f"{story}-{width}-{scheme}")
