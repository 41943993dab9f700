"""Every field of hosted forms in a real browser: by keyboard alone, and with hostile text in it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Dialog, expect

from tests import blanks
from tests.e2e.filling import (
    HOSTILE,
    READING_MS,
    focused,
    link_of,
    new_email,
    new_serial,
    send,
    sent_instead,
    tab_to,
)
from tests.e2e.marked import Staff
from tests.e2e.windows import Window, window

FORMS = [one.id for one in blanks.ASKING.forms]
ADDRESS = ("line1", "line2", "city", "region", "postal_code", "country")


@pytest.fixture
def keys(browser: Browser, stack: dict[str, Any]) -> Iterator[Window]:
    """A tab of somebody without a mouse."""
    with window(browser, stack["api"]["url"], locale="en-US") as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def careful(
    request: pytest.FixtureRequest, browser: Browser, stack: dict[str, Any]
) -> Iterator[Window]:
    """A tab that notices what a hostile text does where it is not text."""
    how = {"java_script_enabled": request.param}
    with window(browser, stack["api"]["url"], **how) as opened:

        def asked(dialog: Dialog) -> None:
            opened.wrong.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        opened.page.on("dialog", asked)
        yield opened
        # What Chromium says where it shows no text in a field for numbers or days.
        opened.wrong[:] = [one for one in opened.wrong if "The specified value" not in one]


def type_into(tab: Window, name: str, text: str) -> None:
    tab_to(tab.page, name)
    tab.page.keyboard.type(text)


def press_send(tab: Window) -> None:
    tab_to(tab.page, "submit")
    tab.page.wait_for_timeout(READING_MS)
    tab.page.keyboard.press("Enter")


def answers(staff: Staff, customer: str) -> dict[str, Any]:
    """Return what the customer's latest form said."""
    (entry, *_) = staff.get(f"/v1/customers/{customer}/timeline?kind=form").json()["items"]
    said: dict[str, Any] = entry["data"]["answers"]
    return said


def test_an_address_and_one_of_several_are_given_by_keyboard(keys: Window, staff: Staff) -> None:
    email = new_email()
    keys.go("/forms/in-store")
    type_into(keys, "email", email)
    type_into(keys, "name", "Asha Juma")
    type_into(keys, "phone", "+14155550132")
    for part in ADDRESS:
        type_into(
            keys, f"address.{part}", "United States" if part == "country" else f"My {part}"[:9]
        )
    tab_to(keys.page, "heard_from")
    keys.page.keyboard.press("Space")
    keys.page.keyboard.press("ArrowDown")
    keys.page.keyboard.press("ArrowDown")
    assert keys.page.locator("[name=heard_from]:checked").input_value() == "friend"
    press_send(keys)
    keys.page.wait_for_url("**/forms/in-store/thanks*")
    (found,) = staff.find(email=email)
    said = answers(staff, found["id"])
    assert (said["name"]["full"], said["phone"], said["heard_from"]) == (
        *("Asha Juma", "+14155550132"),
        "friend",
    )
    assert set(said["address"]) == set(ADDRESS)


def test_several_choices_and_a_day_are_given_by_keyboard(keys: Window, staff: Staff) -> None:
    known = {"name": "Asha", "phone": "+14155550132", "address": {"city": "Oslo"}}
    customer, token = link_of(staff, **known)
    keys.go(f"/forms/profile?t={token}")
    type_into(keys, "birthday", "02281990")
    assert keys.page.locator("[name=birthday]").input_value() == "1990-02-28"
    tab_to(keys.page, "interests")
    keys.page.keyboard.press("Space")
    keys.page.keyboard.press("Tab")
    keys.page.keyboard.press("Tab")
    assert focused(keys.page) == "interests"
    keys.page.keyboard.press("Space")
    tab_to(keys.page, "heard_from")
    keys.page.keyboard.press("Space")
    press_send(keys)
    keys.page.wait_for_url("**/forms/profile/thanks*")
    said = answers(staff, customer)
    assert said["birthday"] == "1990-02-28"
    assert (said["interests"], said["heard_from"]) == (["lamps", "kitchen"], "search")


def test_a_warranty_card_is_mended_by_keyboard(keys: Window, staff: Staff) -> None:
    email, serial = new_email(), new_serial()
    keys.go("/forms/warranty")
    type_into(keys, "email", "nobody")
    type_into(keys, "name", "Asha")
    type_into(keys, "serial", serial)
    tab_to(keys.page, "product")
    keys.page.keyboard.press("Space")
    keys.page.keyboard.press("ArrowDown")
    assert keys.page.locator("[name=product]:checked").input_value() == "demo-chair"
    press_send(keys)
    # Whoever sees nothing hears what is wrong.
    keys.page.wait_for_function("document.activeElement.className === 'summary'")
    keys.page.keyboard.press("Tab")
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_function("document.activeElement.name === 'email'")
    keys.page.keyboard.press("Control+A")
    keys.page.keyboard.type(email)
    type_into(keys, "bought_on", "03012026")
    press_send(keys)
    keys.page.wait_for_url("**/forms/warranty/thanks*")
    (found,) = staff.find(email=email)
    (owned,) = staff.get(f"/v1/customers/{found['id']}").json()["owns"]
    assert (owned["serial"], owned["product"]) == (serial, "demo-chair")
    assert owned["bought_on"] == "2026-03-01"


def is_text(tab: Window) -> None:
    """Assert that nothing of a hostile text became a part of the page."""
    page = tab.page
    assert page.locator("img").count() == 0
    assert page.locator("script:not([src])").count() == 0
    assert "55433" not in page.locator("main").inner_text()


def names_of(form: str) -> list[str]:
    """Return the names under which a form may be sent something, and one more."""
    names = ["colour"]
    for one in blanks.form(form).fields:
        parts = ADDRESS if one.field.type == "address" else ()
        names += [f"{one.name}.{part}" for part in parts] or [one.name]
    return names


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_in_every_field_is_text(careful: Window, form: str) -> None:
    careful.go(f"/forms/{form}")
    page = careful.page
    with sent_instead(page, names_of(form), HOSTILE):
        send(page)
    assert careful.path == f"/v1/forms/{form}"
    expect(page.get_by_role("alert")).to_be_visible()
    is_text(careful)
    kinds = ":is([type=text], [type=email], [type=tel]):not([name=_website])"
    typed = page.locator(f"main input{kinds}, main textarea")
    shown = [one.input_value() for one in typed.all()]
    assert shown
    # A browser cuts no value that a page gives, and of an e-mail address only white space.
    assert set(shown) == {HOSTILE}
    for hidden in page.locator("main input[name=campaign]").all():
        assert hidden.input_value() == HOSTILE


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_in_the_address_of_a_page_is_text(careful: Window, form: str) -> None:
    asked = ("serial", "product", "campaign", "email", "lang", "status", "position", HOSTILE)
    query = "&".join(f"{quote(name)}={quote(HOSTILE)}" for name in asked)
    for path in (
        f"/forms/{form}",
        f"/forms/{form}/thanks",
        f"/forms/{quote(HOSTILE.replace('/', ''))}",
    ):
        careful.go(f"{path}?{query}")
        expect(careful.page.get_by_role("heading", level=1)).to_be_visible()
        is_text(careful)
    for serial in careful.page.locator("[name=serial]").all():
        assert serial.input_value() == HOSTILE
    careful.go(f"/forms/{form}?t={quote(HOSTILE)}")
    expect(careful.page.get_by_role("heading", level=1)).to_be_visible()
    is_text(careful)


def test_hostile_text_in_a_form_over_a_link_is_text(careful: Window, staff: Staff) -> None:
    address = {part: HOSTILE for part in ADDRESS if part != "country"}
    _, token = link_of(staff, name=HOSTILE, address=address)
    page = careful.page
    careful.go(f"/forms/profile?t={token}")
    is_text(careful)
    assert HOSTILE not in page.content()
    with sent_instead(page, names_of("profile"), HOSTILE):
        send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    is_text(careful)
    assert page.locator("[name=phone]").input_value() == HOSTILE
    careful.go(f"/forms/profile?t={token}")
    page.locator("[name=phone]").fill("+14155550132")
    send(page)
    assert careful.path == "/forms/profile/thanks"
    is_text(careful)
