"""Staff see what customers are written, in their own language."""

import pytest

from mteja.mail.messages import TEMPLATES
from tests.component.browser import Browser
from tests.component.signed_in import office

_PREVIEW = "/staff/messages/preview"


@pytest.fixture
def browser(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Browser:
    return office(monkeypatch).signed_in("staff")


def test_every_template_is_listed_and_shown(browser: Browser) -> None:
    listed = browser.get(_PREVIEW)
    links = [one["href"] for one in listed.tags("a") if "/preview/" in one.get("href", "")]
    assert len(links) == len(TEMPLATES)
    for link in links:
        shown = browser.get("/" + link.lstrip("./"))
        assert shown.status == 200
        assert "hello@shop.example" in shown.text


def test_a_template_is_shown_in_the_language_of_the_page(browser: Browser) -> None:
    browser.headers["accept-language"] = "ca"
    assert "Confirmeu la vostra adreça" in browser.get(f"{_PREVIEW}/confirm").text


def test_the_mail_itself_is_shown_as_it_is_and_may_do_nothing(browser: Browser) -> None:
    shown = browser.get(f"{_PREVIEW}/confirm/html")
    assert shown.html.startswith("<!DOCTYPE html>")
    policy = shown.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy


def test_there_are_no_others(browser: Browser) -> None:
    assert browser.get(f"{_PREVIEW}/nothing").status == 404
