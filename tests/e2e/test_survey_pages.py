"""Customers answer surveys in a real browser: with scripts and without, by keyboard, on a phone,
over an invitation, and without a name.
"""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from mteja_local.calls import call
from tests.e2e.filling import HOSTILE
from tests.e2e.marked import Staff
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window


def following(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()


def invited(staff: Staff) -> tuple[str, str]:
    """Return a new customer and the path of its invitation."""
    email = f"survey-{uuid4().hex[:12]}@example.com"
    customer = staff.post("/v1/customers", {"email": email}).json()["id"]
    made = staff.post(f"/v1/customers/{customer}/survey-links", {"survey": "satisfaction"})
    return customer, made.json()["path"]


def entry(staff: Staff, customer: str) -> dict[str, Any]:
    found = staff.get(f"/v1/customers/{customer}/timeline?kind=survey").json()["items"]
    (one,) = found
    answers: dict[str, Any] = one["data"]["answers"]
    return answers


def test_an_invitation_is_answered_left_and_gone_on_with(tab: Window, staff: Staff) -> None:
    customer, path = invited(staff)
    tab.go(path)
    page = tab.page
    page.get_by_role("radio", name="9", exact=True).check()
    following(page)
    page.get_by_role("textbox", name="Why?").fill(HOSTILE)
    following(page)
    expect(page.get_by_role("group", name="How did you hear of us?")).to_be_visible()
    tab.go(path)  # closed and opened again
    expect(page.get_by_text("Question 3 of 4")).to_be_visible()
    page.get_by_label("Friends or family").check()
    following(page)
    page.get_by_label("Quality").select_option("1")
    page.get_by_label("Price").select_option("2")
    following(page)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert entry(staff, customer) == {
        "recommend": 9,
        "why": HOSTILE,
        "heard_from": "friend",
        "reasons": ["quality", "price"],
    }
    tab.go(path)
    expect(page.get_by_text("You have answered already")).to_be_visible()
    expect(page.get_by_role("radio", name="9", exact=True)).to_be_checked()


def test_two_places_that_are_the_same_are_told_and_can_be_mended(tab: Window) -> None:
    tab.go("/surveys/satisfaction?lang=ca")
    page = tab.page
    for _ in range(3):
        following(page)
    page.get_by_label("Qualitat").select_option("1")
    page.get_by_label("Preu").select_option("1")
    following(page)
    expect(page.get_by_role("alert")).to_contain_text("al mateix lloc")
    assert page.get_by_label("Preu").input_value() == "1"
    page.get_by_label("Preu").select_option("2")
    following(page)
    expect(page.get_by_role("heading", name="Gràcies")).to_be_visible()


def test_a_survey_is_answered_by_keyboard_alone(browser: Browser, stack: dict[str, Any]) -> None:
    with window(browser, stack["api"]["url"]) as tab:
        tab.go("/surveys/satisfaction")
        page = tab.page
        page.locator("#f-recommend").focus()
        page.keyboard.press("Space")
        for _ in range(6):
            page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="7", exact=True)).to_be_checked()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "submit"
        page.keyboard.press("Enter")
        page.locator("#f-why").focus()
        page.keyboard.type("Near")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        following(page)
        first = page.locator("main form select").first
        first.focus()
        page.keyboard.press("ArrowDown")
        assert first.input_value() == "1"
        for _ in range(4):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "submit"
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_screen_reader_hears_what_each_control_is_for(
    browser: Browser, stack: dict[str, Any]
) -> None:
    with window(browser, stack["api"]["url"]) as tab:
        tab.go("/surveys/satisfaction")
        page = tab.page
        scale = page.get_by_role("group", name="Would you recommend us to a friend?")
        assert scale.get_by_role("radio").count() == 10
        assert scale.get_attribute("aria-describedby") == "h-recommend"
        for _ in range(3):
            following(page)
        ranking = page.get_by_role("group", name="Why do you buy from us?")
        for name in ("Convenience", "Price", "Quality", "Selection"):
            expect(ranking.get_by_role("combobox", name=name)).to_be_visible()
        assert page.get_by_role("textbox").count() == 0  # the field for robots is not heard


def test_anonymous_links_open_once_and_say_so_then(tab: Window, staff: Staff) -> None:
    made = staff.post("/v1/surveys/anonymous-profile/links", {"count": 10}).json()
    path = made["items"][0]["path"]
    tab.go(path)
    page = tab.page
    expect(page.get_by_text("Nobody can tell that these answers are yours")).to_be_visible()
    page.get_by_label("I would rather not say").check()
    following(page)
    page.get_by_label("Children at home").fill("2")
    following(page)
    page.get_by_label("University").check()
    following(page)
    page.get_by_label("Profession").fill("Baker")
    following(page)
    expect(page.get_by_text("Nobody can tell that they are yours.")).to_be_visible()
    tab.go(path)
    expect(page.get_by_role("heading", name="This link has been used")).to_be_visible()
    tab.go(path[:-4] + "AAAA")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


def test_a_program_is_answered(stack: dict[str, Any]) -> None:
    body = json.dumps({"answers": {"recommend": 8}}).encode()
    where, headers = "/v1/surveys/satisfaction/responses", {"Content-Type": "application/json"}
    told = call(stack, "POST", where, body=body, headers=headers)
    assert (told.status, set(told.json())) == (202, {"response_id"})


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_question_fits_its_window(
    browser: Browser, stack: dict[str, Any], tmp_path: Path, width: int, scheme: Any
) -> None:
    size: Any = {"width": width, "height": 780}
    with window(browser, stack["api"]["url"], viewport=size, color_scheme=scheme) as tab:
        for survey, count in (("satisfaction", 4), ("anonymous-profile", 4)):
            tab.go(f"/surveys/{survey}")
            for number in range(1, count + 1):
                assert not overflows(tab.page), number
                assert narrow_targets(tab.page) == [], number
                if survey == "satisfaction" and number == 1:
                    tab.page.get_by_role("radio", name="9", exact=True).check()
                screenshot(tab.page, tmp_path, f"{survey}-{number}-{width}-{scheme}")
                following(tab.page)
            expect(tab.page.get_by_role("heading", name="Thank you")).to_be_visible()
            screenshot(tab.page, tmp_path, f"{survey}-thanks-{width}-{scheme}")
