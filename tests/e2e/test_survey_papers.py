"""Surveys on one page in a real browser: staff put them by telephone, customers answer at the
tablet.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.filling import HOSTILE, new_email
from tests.e2e.marked import Staff
from tests.e2e.tablets import hand_over, press, reconnect, thanked, without_network
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window

SURVEY, PROFILE = "surveys/satisfaction", "surveys/anonymous-profile"
WIDTHS = pytest.mark.parametrize("width", [390, 1280])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def either(
    request: pytest.FixtureRequest, browser: Browser, stack: dict[str, Any], signed_in: Any
) -> Iterator[Window]:
    """A tab of somebody who has signed in, with scripts and without."""
    how = {"java_script_enabled": request.param, "storage_state": signed_in}
    with window(browser, stack["api"]["url"], **how) as tab:
        yield tab


def score(page: Page, number: int) -> Locator:
    return page.get_by_role("radio", name=str(number), exact=True)


def answers(staff: Staff, customer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = staff.get(f"/v1/customers/{customer}/timeline?kind=survey").json()
    return [one["data"] for one in found["items"]]  # type: ignore[call-overload]


def test_staff_put_the_questions_by_telephone(either: Window, staff: Staff) -> None:
    told = staff.post("/v1/customers", {"email": new_email(), "name": "Amina Juma"})
    customer = told.json()["id"]
    page = either.page
    either.go(f"/staff/customers/{customer}")
    page.get_by_role("link", name="Ask a survey").click()
    page.get_by_role("link", name="How are we doing?").click()
    expect(page.get_by_text("For Amina Juma")).to_be_visible()
    expect(page.get_by_role("radio", name="By telephone")).to_be_checked()

    press(page)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#e-recommend")).to_contain_text("at least one question")

    score(page, 3).check()
    page.get_by_role("textbox", name="Why?").fill(HOSTILE)
    page.get_by_label("Friends or family").check()
    page.get_by_label("Quality").select_option("1")
    page.get_by_label("Price").select_option("1")
    press(page)
    expect(page.locator("#e-reasons")).to_be_visible()
    assert page.get_by_role("textbox", name="Why?").input_value() == HOSTILE
    page.get_by_label("Price").select_option("2")
    press(page)
    assert either.path == f"/staff/customers/{customer}"
    expect(page.get_by_role("status")).to_have_text("The answers are in.")
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    (told_of,) = answers(staff, customer)
    assert (told_of["mode"], told_of["channel"]) == ("staff", "phone")
    assert told_of["answers"] == {
        "recommend": 3,
        "why": HOSTILE,
        "heard_from": "friend",
        "reasons": ["quality", "price"],
    }


def test_it_is_put_by_keyboard_alone(desk: Window) -> None:
    desk.go("/staff/surveys/satisfaction")
    page = desk.page
    page.locator("#f-recommend").focus()
    page.keyboard.press("Space")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(score(page, 9)).to_be_checked()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "why"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Send":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The answers are in.")


@pytest.mark.parametrize("survey", [SURVEY, PROFILE])
def test_the_tablet_asks_thanks_and_forgets(either: Window, survey: str) -> None:
    hand_over(either, survey)
    page = either.page
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    assert cookies == {"__Host-kiosk", "__Host-form"}
    expect(page.locator(".menu")).to_have_count(0)
    if survey == SURVEY:
        score(page, 9).check()
        page.get_by_role("textbox", name="Why?").fill(HOSTILE)
    else:
        page.get_by_label("University").check()
    press(page)
    thanked(page)
    page.go_back()
    assert HOSTILE not in page.content()
    either.go(f"/staff/kiosk/{survey}")
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    for path in ("/staff", "/staff/surveys/satisfaction", "/staff/kiosk/in-store"):
        either.go(path)
        assert either.path == "/staff/sign-in"


def test_it_forgets_whoever_went_away(desk: Window) -> None:
    hand_over(desk, SURVEY)
    page = desk.page
    page.clock.install()
    page.reload()
    score(page, 9).check()
    page.clock.fast_forward(89_000)
    expect(score(page, 9)).to_be_checked()
    page.clock.fast_forward(2_000)
    expect(score(page, 9)).not_to_be_checked()


def test_whoever_comes_next_sees_options_in_another_order(desk: Window) -> None:
    hand_over(desk, SURVEY)
    page = desk.page
    seen = set()
    for _ in range(12):
        press(page, "Clear")
        shown = page.locator(".place label").all_text_contents()
        assert sorted(shown) == ["Convenience", "Price", "Quality", "Selection"]
        told = page.locator("[name=_order]").input_value().split(" ")
        (reasons,) = [one.partition(":")[2] for one in told if one.startswith("reasons:")]
        assert reasons == ",".join(shown).lower()
        seen.add(reasons)
        channels = page.locator("[name=heard_from]").evaluate_all(
            "all => all.map((it) => it.value)"
        )
        assert channels[-2:] == ["other", "dont-remember"]
    assert len(seen) > 1


def test_without_a_network_it_waits_and_counts_once(desk: Window, staff: Staff) -> None:
    hand_over(desk, SURVEY)
    page = desk.page
    before = _score(staff)
    with without_network(desk):
        score(page, 10).check()
        press(page)
        thanked(page)
        expect(page.locator("#kiosk-queue")).to_contain_text("1")
        page.reload()
        expect(page.locator("#kiosk-queue")).to_contain_text("1")
        reconnect(desk)
        expect(page.locator("#kiosk-queue")).to_be_hidden()
    assert _score(staff) == before + 1


def _score(staff: Staff) -> int:
    return int(staff.get("/v1/reports/nps").json()["promoters"])


def test_what_is_anonymous_does_not_wait_where_staff_would_see_it(desk: Window) -> None:
    hand_over(desk, PROFILE)
    page = desk.page
    with without_network(desk):
        page.get_by_label("University").check()
        press(page)
        expect(page.get_by_role("alert")).to_contain_text("give the tablet back")
        expect(page.locator("#kiosk-queue")).to_be_hidden()
        reconnect(desk)
    press(page)
    thanked(page)


def test_nothing_said_is_told_beside_the_first_question(desk: Window) -> None:
    hand_over(desk, SURVEY)
    page = desk.page
    press(page)
    expect(page.locator("#e-recommend")).to_contain_text("at least one question")
    with without_network(desk):
        press(page)
        expect(page.locator("#e-recommend")).to_be_visible()
        expect(page.locator("#kiosk-queue")).to_be_hidden()


@SCHEMES
@WIDTHS
def test_every_survey_fits_its_window_and_can_be_touched(
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
        tab.go("/staff/forms")
        looked_at("forms")
        for language in ("sw", "ca", "en"):
            tab.go(f"/staff/surveys/satisfaction?lang={language}")
            looked_at(f"staff-{language}")
        press(tab.page)
        expect(tab.page.locator("#e-recommend")).to_be_visible()
        looked_at("staff-faults")
        for survey in (SURVEY, PROFILE):
            hand_over(tab, survey)
            looked_at(survey.replace("/", "-"))
            tab.page.locator("main input[type=radio]").first.check()
            press(tab.page)
            thanked(tab.page)
            looked_at(f"{survey.replace('/', '-')}-thanks")
            tab.sign_in_as_staff(stack)
