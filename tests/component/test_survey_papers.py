"""Surveys on one page: put by staff over the telephone, and at the tablet."""

import json
from datetime import timedelta
from typing import Any

import pytest

from mteja.business.surveys import Surveying
from mteja.recording.record import Recorder
from mteja.store import keys
from mteja.surveys.answers import Answered
from mteja.surveys.reading import read_answers
from mteja.times import DAY_MS, business_day, now_ms
from tests import kit, questions
from tests.component.browser import Browser, Shown
from tests.component.counter import stored
from tests.component.front import Front
from tests.component.signed_in import Office
from tests.component.tablet import FORMS, ROOT, Tablet, fields_of

PAGE, TABLET = "/staff/surveys/satisfaction", "surveys/satisfaction"
HOSTILE = "<script>alert(1)</script>'\"{{7*7}}"
ASHA = "asha@shop.example"
PLACES = {"reasons.quality": "1", "reasons.price": "2"}


@pytest.fixture
def tablet(desk: Office, monkeypatch: pytest.MonkeyPatch) -> Tablet:
    return Tablet(desk, monkeypatch)


@pytest.fixture
def customer(front: Front) -> str:
    return str(front.told("/v1/customers", {"email": "amina@example.com", "name": "Amina"})["id"])


def answered(
    recorder: Recorder, survey: str = "satisfaction", about: int | None = None
) -> list[Answered]:
    """Return the answers of the weeks about a moment, by default of the real now."""
    today = business_day(about or now_ms(), "Africa/Dar_es_Salaam")
    weeks = timedelta(weeks=3)
    return list(read_answers(recorder.table, survey, today - weeks, today + weeks))


def declare(patch: pytest.MonkeyPatch, *asked: dict[str, Any], **of_survey: Any) -> None:
    surveying: Surveying = questions.declared(*asked, **of_survey)
    patch.setattr("mteja.staff.pages.survey_paper.surveying", lambda: surveying)


def fill(browser: Browser, shown: Shown, to: str, **typed: str) -> Shown:
    (form,) = [one for one in shown.forms() if "_key" in one["fields"]]
    return browser.post(to, form["fields"] | typed)


def test_it_is_opened_from_the_customer_and_is_of_the_telephone(
    front: Front, browser: Browser, recorder: Recorder, customer: str
) -> None:
    page = browser.get(f"/staff/customers/{customer}")
    (way,) = [one["href"] for one in page.tags("a") if one["href"].endswith("#surveys")]
    chosen = browser.get(f"{FORMS}?{way.partition('?')[2].partition('#')[0]}")
    link = next(one["href"] for one in chosen.tags("a") if "surveys/satisfaction" in one["href"])
    assert customer in link
    page = browser.get(f"{PAGE}?customer={customer}")
    assert "For Amina" in page.text
    typed = {"recommend": "9", "why": HOSTILE, "heard_from": "friend"} | PLACES
    for _ in range(2):  # what is sent twice counts once
        shown = fill(browser, page, PAGE, **typed)
        assert (shown.status, shown.path) == (200, f"/staff/customers/{customer}")
    assert "The answers are in." in shown.text
    assert HOSTILE in shown.text
    assert "<script>alert" not in shown.html
    (one,) = answered(recorder)
    assert (one.trust, one.channel, one.invited) == ("verified", "phone", False)
    assert one.answers == {"recommend": 9, "heard_from": "friend", "reasons": ("quality", "price")}
    assert set(one.shown) == {"heard_from", "reasons"}
    (entry,) = front.timeline(customer, kind="survey")["items"]
    assert (entry["trust"], entry["data"]["mode"]) == ("verified", "staff")
    assert entry["data"]["captured_by"]
    notes = [one["what"] for one in stored(keys.AUDIT_PREFIX)]
    assert "POST /v1/staff/surveys/{survey}" in notes


def test_it_is_put_at_the_counter_to_somebody_without_a_name(
    browser: Browser, recorder: Recorder
) -> None:
    shown = fill(browser, browser.get(PAGE), PAGE, recommend="4", _channel="staff")
    assert (shown.path, "The answers are in." in shown.text) == (FORMS, True)
    (one,) = answered(recorder)
    assert (one.channel, one.answers["recommend"]) == ("staff", 4)


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({}, "e-recommend"),
        ({"recommend": "99"}, "e-recommend"),
        ({"recommend": "9", "reasons.quality": "1", "reasons.price": "1"}, "e-reasons"),
    ],
    ids=["nothing", "no such number", "the same place"],
)
def test_what_is_wrong_stands_beside_its_question(
    browser: Browser, recorder: Recorder, typed: dict[str, str], beside: str
) -> None:
    page = browser.get(PAGE)
    shown = fill(browser, page, PAGE, **typed | {"why": HOSTILE if typed else ""})
    assert shown.status == 422
    assert beside in {one.get("id") for one in shown.tags("p")}
    assert HOSTILE not in shown.html
    (before,) = [one for one in page.forms() if "_key" in one["fields"]]
    (after,) = [one for one in shown.forms() if "_key" in one["fields"]]
    for name in ("_key", "_order"):  # options stand where they stood
        assert after["fields"][name] == before["fields"][name]
    assert answered(recorder) == []


def test_what_is_not_asked_after_the_other_answers_is_left_out(
    browser: Browser, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(
        monkeypatch,
        {"id": "recommend", "kind": "nps"},
        {"id": "missed", "kind": "rating", "when": {"question": "recommend", "at_most": 6}},
        {"id": "found", "kind": "choice", "options": [{"value": "yes"}, {"value": "no"}]},
        {"id": "what", "kind": "rating", "when": {"question": "found", "any_of": ["yes"]}},
    )
    page = "/staff/surveys/made-up"
    shown = browser.get(page)
    assert "Only after this answer to “Recommend”: at most 6" in shown.text
    assert "Only after this answer to “Found”: yes" in shown.text
    hanging = [one for one in shown.tags("div") if "data-when" in one]
    assert [(one["data-when"], one["data-any"]) for one in hanging] == [
        ("recommend", ""), ("found", "yes"),
    ]  # fmt: skip
    typed = {"recommend": "9", "missed": "77", "found": "yes", "what": "2"}
    assert fill(browser, shown, page, **typed).status == 200
    (one,) = answered(recorder, "made-up")
    assert one.answers == {"recommend": 9, "found": "yes", "what": 2}


@pytest.mark.parametrize("language", ["en", "sw", "ca"])
def test_it_speaks_the_languages_of_the_business(browser: Browser, language: str) -> None:
    shown = browser.get(f"{PAGE}?lang={language}")
    titles = {"en": "How are we doing?", "sw": "Tunafanyaje?", "ca": "Com ho fem?"}
    assert titles[language] in shown.text
    assert "%(" not in shown.html


def test_what_is_sensitive_is_put_to_whom_we_trust(
    browser: Browser, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(monkeypatch, {"id": "recommend", "kind": "nps"}, {"id": "income", "kind": "field"})
    page = f"/staff/surveys/made-up?customer={customer}"
    assert 'name="income"' not in browser.get(page).html
    monkeypatch.setattr("mteja.staff.surveys.known_of", _trusted)
    assert 'name="income"' in browser.get(page).html


def test_what_is_known_is_not_asked_again(
    browser: Browser, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(monkeypatch, {"id": "email", "kind": "field"}, {"id": "name", "kind": "field"})
    known = browser.get(f"/staff/surveys/made-up?customer={customer}")
    assert "We know all that we need for now" in known.text
    assert 'name="email"' not in known.html
    assert 'name="email"' in browser.get("/staff/surveys/made-up").html


def test_a_tablet_asks_nothing_sensitive(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, {"id": "income", "kind": "field"})
    assert 'name="income"' not in tablet.hand_over(ASHA, "surveys/made-up").html


def _trusted(*_: object) -> Any:
    from mteja.forms.progressive import KnownOf

    return KnownOf({}, {}, trusted=True)


def test_only_what_the_owner_lets_staff_ask_is_asked(browser: Browser, desk: Office) -> None:
    assert browser.get("/staff/surveys/anonymous-profile").status == 404
    assert browser.get("/staff/surveys/none").status == 404
    assert browser.get(f"{PAGE}?customer=cus_x").status == 404
    assert "anonymous-profile" not in _links(browser.get(FORMS))
    analyst = desk.browser()
    desk.pool.add("analyst@shop.example", "analyst")
    desk.sign_in(analyst, email="analyst@shop.example")
    assert analyst.get(PAGE).status == 403


def _links(shown: Shown) -> str:
    return " ".join(one["href"] for one in shown.tags("a"))


def test_the_tablet_asks_forgets_and_opens_nothing_else(tablet: Tablet, recorder: Recorder) -> None:
    shown = tablet.hand_over(ASHA, TABLET)
    browser = tablet.browser
    assert set(browser.cookies) == {"__Host-kiosk", "__Host-form"}
    done = fill(browser, shown, f"{ROOT}{TABLET}", recommend="3", why="Too far")
    assert (done.status, done.path) == (200, f"{ROOT}{TABLET}/thanks")
    assert "Too far" not in done.html + browser.get(f"{ROOT}{TABLET}").html
    (one,) = answered(recorder, about=kit.NOW_MS)
    assert (one.trust, one.channel) == ("verified", "kiosk")
    for path in (PAGE, "/staff", f"{ROOT}in-store", f"{ROOT}surveys/anonymous-profile"):
        assert browser.get(path).path == "/staff/sign-in"


@pytest.mark.parametrize("survey", ["satisfaction", "anonymous-profile"])
def test_what_waited_counts_once_and_when_it_was_answered(
    tablet: Tablet, recorder: Recorder, survey: str
) -> None:
    typed = {"satisfaction": {"recommend": "9"}, "anonymous-profile": {"education": "university"}}
    at = kit.NOW_MS + 3_600_000
    shown = tablet.hand_over(ASHA, f"surveys/{survey}")
    fields = fields_of(shown) | typed[survey] | {"_key": "waited-1", "_at": str(at)}
    tablet.at(kit.NOW_MS + 2 * DAY_MS)
    tablet.hand_over(ASHA)
    for _ in range(3):
        sent = tablet.send(f"surveys/{survey}", fields)
        assert (sent.status, json.loads(sent.html)["status"]) == (201, "answered")
    (one,) = answered(recorder, survey, at)
    assert (one.at == at) == (survey == "satisfaction")
    other = tablet.send(f"surveys/{survey}", fields, _key="waited-2")
    assert other.status == 201
    assert len(answered(recorder, survey, at)) == 2


def test_of_an_anonymous_survey_nothing_says_whose_it_is_or_when(
    tablet: Tablet, recorder: Recorder
) -> None:
    shown = tablet.hand_over(ASHA, "surveys/anonymous-profile")
    assert [one for one in shown.tags("form") if "data-anonymous" in one]
    before = {json.dumps(one, default=str) for one in kit.all_items()}
    fill(tablet.browser, shown, f"{ROOT}surveys/anonymous-profile", education="university")
    new = [one for one in kit.all_items() if json.dumps(one, default=str) not in before]
    assert tablet.subs[ASHA] not in json.dumps(new, default=str)
    (one,) = answered(recorder, "anonymous-profile", kit.NOW_MS)
    assert one.at != kit.NOW_MS


def test_what_the_tablet_is_told_is_in_the_pages_language(tablet: Tablet) -> None:
    fields = fields_of(tablet.hand_over(ASHA, TABLET))
    sent = tablet.send(TABLET, fields, _lang="ca")
    assert sent.status == 422
    (fault,) = json.loads(sent.html)["errors"]
    assert fault["field"] == "recommend"
    assert fault["message"] != "answer at least one question"


def test_what_was_refused_is_mended_by_staff(tablet: Tablet, recorder: Recorder) -> None:
    fields = fields_of(tablet.hand_over(ASHA, TABLET)) | {"_at": str(kit.NOW_MS + 1_000)}
    tablet.at(kit.NOW_MS + DAY_MS)
    tablet.sign_in("juma@shop.example")
    held = f"/staff/held/{TABLET}"
    token = {"_token": tablet.browser.cookies["__Host-form"]}
    shown = tablet.browser.post(held, fields | {"recommend": "77"} | token)
    assert (shown.status, "market stall" in shown.text) == (422, True)
    done = fill(tablet.browser, shown, held, recommend="7")
    assert (done.path, done.query["done"]) == (FORMS, "answered")
    (one,) = answered(recorder, about=kit.NOW_MS)
    assert (one.answers["recommend"], one.at) == (7, kit.NOW_MS + 1_000)


def test_a_form_and_a_survey_of_one_name_are_two(tablet: Tablet) -> None:
    tablet.hand_over(ASHA, TABLET)
    assert tablet.send("satisfaction", {"recommend": "9"}).status == 404
