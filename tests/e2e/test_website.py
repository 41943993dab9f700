"""The README's four ways to connect a website, each run as it stands there, in a real browser."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from mteja_local.place import ROOT
from tests.e2e.marked import Staff

SITE, OTHER_SITE = "https://shop.example", "https://other.example"
# Pages that are filled in faster are taken for robots (mteja.forms.guard).
_READING_MS = 2_100


def examples(language: str, root: str) -> list[str]:
    """Return the README's examples in a language, with the address of the running API."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## Connect a website\n(.*?)^## ", text, re.DOTALL | re.MULTILINE)
    found = re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    return [one.replace("https://API", root) for one in found]


@pytest.fixture
def root(stack: dict[str, Any]) -> str:
    url: str = stack["api"]["url"]
    return url


@pytest.fixture
def staff(stack: dict[str, Any], staff_token: str) -> Staff:
    return Staff(stack, staff_token)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US")
    try:
        yield context.new_page()
    finally:
        context.close()


def open_site(page: Page, body: str, site: str = SITE) -> None:
    """Show the owner's site, with a body of its own."""

    def answer(route: Route) -> None:
        html = f"<!DOCTYPE html><title>Shop</title><body>{body}</body>"
        route.fulfill(status=200, content_type="text/html; charset=utf-8", body=html)

    page.route(f"{site}/**", answer)
    page.goto(f"{site}/")


def new_email() -> str:
    return f"site-{uuid4().hex[:12]}@example.com"


def known(staff: Staff, email: str) -> dict[str, Any]:
    (found,) = staff.find(email=email)
    return found


def test_a_link_leads_to_the_form_in_the_language_asked_for(page: Page, root: str) -> None:
    link, _, _ = examples("html", root)
    open_site(page, link)
    page.get_by_role("link", name="Jarida").click()
    expect(page.get_by_role("heading", name="Jarida")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "sw"


def test_a_form_is_filled_in_within_a_frame(page: Page, root: str, staff: Staff) -> None:
    _, frame, _ = examples("html", root)
    open_site(page, frame)
    inside = page.frame_locator("iframe")
    email = new_email()
    inside.get_by_label("E-mail address").fill(email)
    page.wait_for_timeout(_READING_MS)
    inside.get_by_role("button", name="Send").click()
    expect(inside.get_by_role("heading", name="Thank you")).to_be_visible()
    assert known(staff, email)


def test_another_site_can_not_show_the_form_in_a_frame(page: Page, root: str) -> None:
    _, frame, _ = examples("html", root)
    open_site(page, frame, OTHER_SITE)
    expect(page.frame_locator("iframe").get_by_label("E-mail address")).to_have_count(0)


def test_the_sites_own_form_is_taken_and_thanked_for(page: Page, root: str, staff: Staff) -> None:
    _, _, own = examples("html", root)
    open_site(page, own)
    email = new_email()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Name").fill("Asha Zoë")
    page.get_by_label("Town").fill("Mwanza")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    customer = staff.get(f"/v1/customers/{known(staff, email)['id']}").json()
    assert customer["traits"]["name"]["value"]["full"] == "Asha Zoë"
    assert customer["traits"]["address"]["value"]["city"] == "Mwanza"


def test_the_sites_own_script_sends_a_form(page: Page, root: str, staff: Staff) -> None:
    (script,) = examples("js", root)
    email = new_email()
    script = script.replace("asha@example.com", email)
    open_site(page, "")
    told = page.evaluate(
        f"async () => {{ {script.replace('await answer', 'return await answer')} }}"
    )
    assert set(told) >= {"interaction_id", "status"}
    assert told["status"] in {"reserved", "waiting"}
    assert known(staff, email)["name"] == "Asha"


def test_another_sites_script_reads_no_answer(page: Page, root: str) -> None:
    open_site(page, "", OTHER_SITE)
    address = json.dumps(f"{root}/v1/forms/newsletter")
    read = page.evaluate(f"async () => fetch({address}).then(() => true, () => false)")
    assert read is False
