"""From the newsletter's form to a verified consent: a mail is captured, its link opened in a real
browser, its button pressed; and the same for unsubscribing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from mteja_local import mail
from mteja_local.clients import Clients
from tests.e2e.marked import Staff
from tests.e2e.windows import Window, overflows, screenshot, window

_READING_MS = 2_100


@pytest.fixture
def tab(browser: Browser, stack: dict[str, Any]) -> Iterator[Window]:
    with window(browser, stack["api"]["url"], viewport={"width": 360, "height": 740}) as opened:
        yield opened


def _link(stack: dict[str, Any], clients: Clients, email: str, to: str) -> str:
    """Let the mailer look; return the link of the last mail to an address."""
    mail.send(clients, stack)
    sent = [one for one in mail.captured(stack["aws"]["endpoint"]) if one["To"] == [email]]
    lines = sent[-1]["BodyText"].splitlines()
    (link,) = (line for line in lines if line.startswith(f"{stack['api']['url']}{to}"))
    assert link in sent[-1]["BodyHtml"].replace("&amp;", "&")
    return str(link)


def _consent(staff: Staff, email: str) -> tuple[str, bool]:
    """Return status, and whether it is verified, of the only consent of whom an address finds."""
    (found,) = staff.find(email=email)
    (consent,) = staff.get(f"/v1/customers/{found['id']}").json()["consents"]
    return consent["status"], consent["verified"]


def test_a_sign_up_is_confirmed_over_its_mail(
    tab: Window,
    stack: dict[str, Any],
    clients: Clients,
    staff: Staff,
    tmp_path: Path,
) -> None:
    email = f"mail-{uuid4().hex[:12]}@example.com"
    tab.go("/forms/newsletter?lang=en")
    tab.page.get_by_label("E-mail address").fill(email)
    tab.page.get_by_role("checkbox").check()
    tab.page.wait_for_timeout(_READING_MS)
    tab.page.locator("main form button[type=submit]").click()
    expect(tab.page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert _consent(staff, email) == ("granted", False)
    link = _link(stack, clients, email, "/confirm/")
    tab.page.goto(link)
    expect(tab.page.get_by_role("heading", name="Please confirm")).to_be_visible()
    assert not overflows(tab.page)
    screenshot(tab.page, tmp_path, "confirm")
    tab.page.get_by_role("button", name="Confirm").click()
    expect(tab.page.get_by_text("is confirmed")).to_be_visible()
    screenshot(tab.page, tmp_path, "confirmed")
    assert _consent(staff, email) == ("granted", True)


def test_staff_send_a_customer_their_own_link_in_the_language_they_read(
    desk: Window, tab: Window, stack: dict[str, Any], clients: Clients, staff: Staff
) -> None:
    email = f"link-{uuid4().hex[:12]}@example.com"
    made = staff.post("/v1/customers", {"email": email, "name": "Asha", "language": "sw-TZ"}).json()
    desk.go(f"/staff/customers/{made['id']}")
    expect(desk.page.get_by_text("Swahili (Tanzania)")).to_be_visible()
    desk.page.get_by_role("button", name="Send them a link to their details").click()
    expect(desk.page.get_by_role("status")).to_contain_text("The link is on its way")
    tab.page.goto(_link(stack, clients, email, "/forms/profile?t="))
    assert tab.page.locator("html").get_attribute("lang") == "sw"
    expect(tab.page.locator("main form button[type=submit]")).to_be_visible()
