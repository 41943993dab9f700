"""Whatever is typed into any field of any page of staff is shown as text, or not at all."""

from urllib.parse import quote

import pytest

from tests.component.browser import Browser, Shown
from tests.component.counter import order
from tests.component.front import Front
from tests.component.signed_in import SIGN_IN, Office

HOSTILE = (
    """<script>alert(1)</script>'"><img src=x onerror=alert(1)></textarea>{{ 7 * 7 }}%(num)s%s"""
)
FORMS, KIOSK = "/staff/forms", "/staff/kiosk"
OTHER = "</select><svg onload=alert(1)>&lt;b&gt;\u202e"
TOKEN = "_token"
FILLED = ("newsletter", "in-store", "preorder", "warranty", "rewards", "contact")


@pytest.fixture
def customer(front: Front) -> str:
    front.deliver(order(id=1, email="a@example.com", phone="+255754000111", minute=1))
    front.deliver(order(id=2, email="b@example.com", phone="+255754000111", minute=2))
    return min(front.find_one(email=f"{one}@example.com") for one in "ab")


def harmless(shown: Shown) -> None:
    """Nothing that was typed became an element, an attribute or an expression."""
    assert shown.status < 500
    assert shown.tags("img") == shown.tags("svg") == []
    assert [one for one in shown.tags("script") if "/assets/" not in one.get("src", "")] == []
    for tag in ("input", "textarea", "select", "option", "a", "p", "form", "body"):
        assert not [one for one in shown.tags(tag) if any(name[:2] == "on" for name in one)]
    assert "49%" not in shown.html
    for text in (HOSTILE, OTHER):
        assert text not in shown.html


def names(page: Shown) -> list[str]:
    """Return the fields of a page, but the browser's token."""
    tags = (one for tag in ("input", "select", "textarea") for one in page.tags(tag))
    return sorted({one["name"] for one in tags if "name" in one} - {TOKEN})


def typed_everywhere(browser: Browser, page: Shown, action: str) -> None:
    """Type into all fields of a page at once, then into each alone."""
    found, cookies = names(page), dict(browser.cookies)
    for text in (HOSTILE, OTHER):
        for typed in (found, *([one] for one in found)):
            harmless(browser.fill_in(page, action, **dict.fromkeys(typed, text)))
            browser.cookies = dict(cookies)  # to start a tablet signs out
    assert found


PAGES = {
    "find": ("/staff/find", "/staff/find"),
    "look up": ("/staff/call", "/staff/call/look-up"),
    "call of somebody known": ("/staff/call?customer={}", "/staff/call"),
    "note": ("/staff/customers/{}", "/staff/customers/{}/notes"),
    "link": ("/staff/customers/{}", "/staff/customers/{}/link"),
    "hand over": (FORMS, KIOSK),
    "in staff mode": (f"{FORMS}/in-store?customer={{}}", f"{FORMS}/in-store"),
} | {f"staff mode, {one}": (f"{FORMS}/{one}", f"{FORMS}/{one}") for one in FILLED}


@pytest.mark.parametrize("name", PAGES)
def test_in_every_field_of_a_page(name: str, browser: Browser, customer: str) -> None:
    path, action = (one.format(customer) for one in PAGES[name])
    typed_everywhere(browser, browser.get(path), action)
    for address in (f"/staff/customers/{customer}", "/staff/tasks", FORMS):
        harmless(browser.get(address))


def test_in_every_field_of_the_call_of_somebody_unknown(browser: Browser) -> None:
    asked = browser.fill_in(browser.get("/staff/call"), "/staff/call/look-up", q="+14155550123")
    typed_everywhere(browser, asked, "/staff/call")
    harmless(browser.get("/staff/tasks"))


def test_in_every_field_of_the_door(desk: Office, customer: str) -> None:
    browser = desk.browser()
    typed_everywhere(browser, browser.get(SIGN_IN), SIGN_IN)


@pytest.mark.parametrize("form", FILLED)
def test_in_every_field_of_the_tablet(form: str, browser: Browser, customer: str) -> None:
    tablet = browser.fill_in(browser.get(FORMS), KIOSK, form=form, location="market-stall")
    typed_everywhere(browser, tablet, f"{KIOSK}/{form}")


def test_in_what_a_page_reads_from_its_address(browser: Browser, customer: str) -> None:
    for path in (
        "/staff/tasks?cursor={}",
        "/staff/forms?done={0}&taken={0}&customer={0}",
        "/staff/call?customer={}",
        "/staff/forms/in-store?customer={}",
        f"/staff/customers/{customer}?kind={{0}}&cursor={{0}}&done={{0}}",
        "/staff/customers/{}",
        "/staff/{}",
    ):
        for text in (HOSTILE, OTHER):
            harmless(browser.get(path.format(quote(text, safe=""))))


def test_of_a_task_each_text_is_shown_as_it_was_said(front: Front, browser: Browser) -> None:
    said = {"name": HOSTILE, "who": HOSTILE, "why": OTHER.strip(), "outcome": HOSTILE}
    front.told("/v1/calls", said | {"phone": "+14155550123", "follow_up_on": "2026-12-01"})
    shown = browser.get("/staff/tasks")
    harmless(shown)
    assert shown.text.count(HOSTILE) >= 1
    assert OTHER.strip() in shown.text
