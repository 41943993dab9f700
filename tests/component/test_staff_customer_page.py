"""What the page of a customer says of what was answered, agreed to and not opened."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mteja.business import asking
from mteja.staff.pages.words import answered, called
from tests.component.browser import Browser, Shown
from tests.component.counter import tamper
from tests.component.front import Front
from tests.component.signed_in import office
from tests.component.web import Web

ASHA = {"email": "asha@example.com", "name": "Asha Example"}


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def web(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Web:
    return Web(monkeypatch)


@pytest.fixture
def browser(front: Front, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return office(monkeypatch).signed_in("staff")


def page_of(front: Front) -> str:
    return f"/staff/customers/{front.find_one(email=ASHA['email'])}"


@pytest.mark.parametrize(("by_staff", "mark"), [(False, "claimed"), (True, "verified")])
def test_a_consent_shows_whether_it_was_anybodys_claim(
    by_staff: bool, mark: str, front: Front, web: Web, browser: Browser
) -> None:
    if by_staff:
        told = ASHA | {"newsletter": True}
        assert front.post("/v1/staff/forms/newsletter?mode=staff", told).status == 201
    else:
        assert web.post("newsletter", **ASHA, newsletter=True)[0] == 202
    html = browser.get(page_of(front)).html
    consents = html[html.index("<h2>Consents</h2>") :].partition("</section>")[0]
    assert "Agreed" in consents
    assert consents.count(f'class="mark {mark}"') == 1
    assert consents.count('class="mark ') == 1


def test_each_field_shows_its_source_and_date(front: Front, browser: Browser) -> None:
    assert front.post("/v1/staff/forms/in-store?mode=staff", ASHA).status == 201
    person = front.person(front.find_one(email=ASHA["email"]))
    page = browser.get(page_of(front)).html
    details = page[page.index('<dl class="traits">') :].partition("</dl>")[0]
    assert details.count("<dt>") == len(person["traits"])
    assert details.count("staff ·") == len(person["traits"])


@pytest.mark.parametrize("language", ["en", "sw", "ca"])
def test_answers_are_in_words_of_the_language(
    language: str, front: Front, web: Web, browser: Browser
) -> None:
    assert web.post("contact", **ASHA, message="Hello", heard_from="friend")[0] == 202
    declared = asking()
    label = called(language, declared)("heard_from")
    answer = answered(language, declared)("heard_from", "friend")
    assert (label, answer) != ("heard_from", "friend")
    browser.get(f"/staff/find?lang={language}")
    shown = browser.get(page_of(front)).text
    assert label in shown
    assert answer in shown
    assert "heard_from" not in shown


def test_options_of_the_owners_file_are_in_its_words() -> None:
    declared = asking()
    said = answered("en", declared)
    for field in declared.fields:
        for option in field.options:
            label = (
                option.label if isinstance(option.label, str) else (option.label or {}).get("en")
            )
            if label is not None:
                assert said(field.name, option.value) == label
                assert said(field.name, [option.value]) == [label]
    assert said("message", "friend") == "friend"
    assert said("nothing of ours", {"a": 1}) == {"a": 1}


def test_what_does_not_open_on_a_page_is_counted(
    front: Front, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    assert front.post("/v1/staff/forms/in-store?mode=staff", ASHA).status == 201
    customer = front.find_one(email=ASHA["email"])
    tamper(customer, "email")
    looks: list[Callable[[], Shown]] = [
        partial(browser.get, f"/staff/customers/{customer}"),
        partial(browser.get, f"/staff/call?customer={customer}"),
        partial(browser.get, f"/staff/forms/in-store?customer={customer}"),
        partial(
            browser.fill_in, browser.get("/staff/call"), "/staff/call/look-up", q=ASHA["email"]
        ),
    ]
    for look in looks:
        capsys.readouterr()
        assert look().status == 200
        assert len([line for line in _lines(capsys) if "Unreadable" in line]) == 1


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    out = capsys.readouterr().out.splitlines()
    return [json.loads(line) for line in out if line.startswith("{")]


TYPED: dict[str, dict[str, str]] = {
    "newsletter": {"newsletter": "true"},
    "in-store": {"phone": "+255754000111", "_location": "main-shop"},
    "preorder": {"product": "demo-lamp", "quantity": "2"},
    "warranty": {"product": "demo-lamp", "serial": "SN-42", "bought_on": "2026-03-01"},
    "rewards": {"phone": "+255754000111"},
    "contact": {"message": "Do you mend lamps?", "heard_from": "friend"},
    "profile": {"birthday": "1990-02-28"},
    "creators": {"instagram": "@asha"},
}


def test_typed_values_cover_every_form() -> None:
    assert set(TYPED) == {one.id for one in asking().forms if "staff" in one.modes}


@pytest.mark.parametrize("form", TYPED)
def test_any_form_is_filled_in_at_the_counter_and_leads_to_the_customer(
    form: str, front: Front, browser: Browser
) -> None:
    path = f"/staff/forms/{form}"
    shown = browser.fill_in(browser.get(path), path, **ASHA, **TYPED[form])
    assert (shown.status, shown.path) == (200, page_of(front))
    assert "The form is in" in shown.text
    customer = front.find_one(email=ASHA["email"])
    entry = next(one for one in front.timeline(customer)["items"] if one["kind"] == "form")
    assert (entry["data"]["form"], entry["data"]["mode"], entry["trust"]) == (
        form, "staff", "verified",
    )  # fmt: skip
    person = front.person(customer)
    assert [one["serial"] for one in person["owns"]] == (["SN-42"] if form == "warranty" else [])
    quantities = [one["quantity"] for one in person["preorders"]]
    assert quantities == ([2] if form == "preorder" else [])
