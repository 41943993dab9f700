"""Forms at the pages of staff, and the tablet that customers hold: what it may, what it forgets."""

import json

import pytest

from tests import kit
from tests.component.browser import Browser, Shown
from tests.component.front import Front
from tests.component.signed_in import Office

FORMS, START, TABLET = "/staff/forms", "/staff/kiosk", "/staff/kiosk/in-store"
EMAIL = "asha@example.com"


def tablet(browser: Browser, location: str = "market-stall") -> Shown:
    """Hand the browser over to customers."""
    return browser.fill_in(browser.get(FORMS), START, form="in-store", location=location)


def test_staff_fill_in_a_form_and_see_the_customer(front: Front, browser: Browser) -> None:
    page = browser.get(f"{FORMS}/in-store")
    shown = browser.fill_in(
        page, f"{FORMS}/in-store", email=EMAIL, name="Asha", _location="main-shop"
    )
    customer = front.find_one(email=EMAIL)
    assert (shown.status, shown.path) == (200, f"/staff/customers/{customer}")
    assert "The form is in." in shown.text
    (entry,) = front.timeline(customer)["items"]
    assert (entry["data"]["mode"], entry["data"]["location"]) == ("staff", "main-shop")
    # The same page sent once more is the same form.
    browser.fill_in(page, f"{FORMS}/in-store", email=EMAIL, name="Asha", _location="main-shop")
    assert len(front.timeline(customer)["items"]) == 1


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    front: Front, browser: Browser
) -> None:
    hostile = "<script>alert(1)</script>"
    before = kit.all_items()
    shown = browser.fill_in(
        browser.get(f"{FORMS}/in-store"), f"{FORMS}/in-store", email="no address", name=hostile
    )
    assert shown.status == 422
    assert "Not an e-mail address that can be used" in shown.text
    assert shown.forms()[0]["fields"]["name"] == hostile
    assert hostile not in shown.html
    assert kit.all_items() == before


def test_a_form_for_a_customer_names_whom_it_is_for(front: Front, browser: Browser) -> None:
    page = browser.get(f"{FORMS}/in-store")
    browser.fill_in(page, f"{FORMS}/in-store", email=EMAIL, name="Asha Mushi")
    customer = front.find_one(email=EMAIL)
    page = browser.get(f"{FORMS}/in-store?customer={customer}")
    assert "For Asha Mushi" in page.text
    shown = browser.fill_in(page, f"{FORMS}/in-store", heard_from="friend")
    assert shown.path == f"/staff/customers/{customer}"
    assert front.person(customer)["traits"]["heard_from"]["value"] == "friend"


def test_the_tablet_opens_nothing_but_its_form(front: Front, browser: Browser) -> None:
    shown = tablet(browser)
    assert (shown.status, shown.path) == (200, TABLET)
    assert set(browser.cookies) == {"__Host-kiosk", "__Host-form"}
    for path in (
        "/staff",
        "/staff/find",
        FORMS,
        "/staff/tasks",
        "/staff/kiosk/newsletter",
        "/staff/customers/cus_01JZZZZZZZZZZZZZZZZZZZZZZZ",
    ):
        assert browser.get(path).path == "/staff/sign-in"
    links = [one.get("href", "") for one in shown.tags("a")]
    assert not any("customers" in link or "find" in link for link in links)


def test_the_tablet_takes_a_form_thanks_and_forgets(front: Front, browser: Browser) -> None:
    shown = browser.fill_in(tablet(browser), TABLET, email=EMAIL, name="Asha")
    assert shown.path == f"{TABLET}/thanks"
    assert EMAIL not in shown.html
    assert EMAIL not in browser.get(TABLET).html
    customer = front.find_one(email=EMAIL)
    person = front.person(customer)
    assert person["trust"] == "verified"
    (entry,) = front.timeline(customer)["items"]
    data = entry["data"]
    assert (data["mode"], data["location"]) == ("kiosk", "market-stall")
    assert data["captured_by"]


def test_what_waited_in_the_tablet_counts_once_however_often_it_is_sent(
    front: Front, browser: Browser
) -> None:
    page = tablet(browser)
    (form,) = [one for one in page.forms() if one["action"].endswith("in-store")]
    fields = form["fields"] | {"email": EMAIL, "name": "Asha", "_key": "waited-1"}
    for _ in range(3):
        shown = browser.post(TABLET, fields, accept="application/json")
        assert shown.status == 201
    assert len(front.timeline(front.find_one(email=EMAIL))["items"]) == 1


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"accept": "application/json", "origin": "https://elsewhere.example",
          "sec_fetch_site": "same-site"}, 403),
    ],
)  # fmt: skip
def test_the_tablet_takes_nothing_from_other_sites(
    front: Front, browser: Browser, how: dict[str, str], status: int
) -> None:
    (form,) = [one for one in tablet(browser).forms() if one["action"].endswith("in-store")]
    before = kit.all_items()
    assert browser.post(TABLET, form["fields"] | {"email": EMAIL}, **how).status == status
    assert kit.all_items() == before


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_field_that_is_there_twice_is_refused_and_not_a_fault_of_ours(
    front: Front, browser: Browser, accept: str
) -> None:
    (form,) = [one for one in tablet(browser).forms() if one["action"].endswith("in-store")]
    before = kit.all_items()
    fields = form["fields"] | {"email": EMAIL, "address": "Street 1", "address.city": "Moshi"}
    assert browser.post(TABLET, fields, accept=accept).status == 422
    assert kit.all_items() == before


def test_a_pass_that_is_made_up_or_too_old_opens_nothing(
    front: Front, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet(browser)
    held = browser.cookies["__Host-kiosk"]
    browser.cookies["__Host-kiosk"] = held[:-4] + "AAAA"
    assert browser.get(TABLET).path == "/staff/sign-in"
    browser.cookies["__Host-kiosk"] = held
    assert browser.get(TABLET).status == 200
    in_two_days = kit.NOW_MS * 2
    monkeypatch.setattr("mteja.staff.pages.kiosk.now_ms", lambda: in_two_days)
    assert browser.get(TABLET).path == "/staff/sign-in"


def test_no_tablet_shows_what_is_not_for_it(front: Front, browser: Browser) -> None:
    page = browser.get(FORMS)
    assert browser.fill_in(page, START, form="nothing", location="").status == 404
    assert browser.fill_in(page, START, form="in-store", location="the-moon").status == 404


def test_without_scripts_what_is_shown_again_can_be_cleared_and_is_forgotten(
    browser: Browser,
) -> None:
    page = tablet(browser)
    assert [one for one in page.tags("meta") if "http-equiv" in one] == []
    assert [one["type"] for one in page.tags("button")].count("reset") == 1
    shown = browser.fill_in(page, TABLET, email="no address", name="Asha")
    (refresh,) = [one for one in shown.tags("meta") if one.get("http-equiv") == "refresh"]
    assert refresh["content"] == "300; url=../../staff/kiosk/in-store"
    # A reset would bring back what was typed, which is what the page came with.
    assert [one for one in shown.tags("button") if one["type"] == "reset"] == []
    (clear,) = [one["href"] for one in shown.tags("a") if one.get("class") == "button quiet"]
    assert "Asha" not in browser.get(f"/staff/kiosk/{clear.rpartition('/')[2]}").html


def test_a_tablet_without_a_form_is_not_started_and_says_beside_the_field_why(
    browser: Browser,
) -> None:
    page = browser.get(FORMS)
    shown = browser.fill_in(page, START, form="", location="market-stall")
    assert (shown.status, shown.path) == (422, START)
    (select,) = [one for one in shown.tags("select") if one["name"] == "form"]
    assert select["aria-invalid"] == "true"
    assert select["aria-describedby"] == "e-form"
    assert [one["class"] for one in shown.tags("p") if one.get("id") == "e-form"] == ["error"]
    chosen = [one["value"] for one in shown.tags("option") if "selected" in one]
    assert chosen == ["market-stall"]
    assert browser.fill_in(shown, START, form="in-store", location="").path == TABLET


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Not an e-mail address that can be used"),
        ("sw", "Si barua pepe"),
        ("ca", "No és una"),
    ],
)
def test_the_tablets_script_is_told_what_is_wrong_in_the_language_of_its_page(
    browser: Browser, language: str, said: str
) -> None:
    tablet(browser)
    page = browser.get(f"{TABLET}?lang={language}")
    (form,) = [one for one in page.forms() if one["action"].endswith("in-store")]
    wrong = form["fields"] | {"email": "no address", "phone": "1", "name": "Asha"}
    shown = browser.post(TABLET, wrong, accept="application/json")
    assert shown.status == 422
    faults = {one["field"]: one["message"] for one in json.loads(shown.html)["errors"]}
    assert set(faults) == {"email", "phone"}
    assert faults["email"].startswith(said)


def test_analysts_fill_in_nothing(desk: Office) -> None:
    browser = desk.signed_in("analyst")
    for path in (FORMS, f"{FORMS}/in-store"):
        assert browser.get(path).status == 403
