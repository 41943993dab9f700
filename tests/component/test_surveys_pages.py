"""Hosted pages of surveys: a question at a time, kept after each, resumed, without a script."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest

from mteja.surveys import invitations
from mteja.surveys.items import AnsweredItem
from mteja.surveys.reading import read_answers
from mteja.times import DAY_MS, business_day
from tests import facts, questions
from tests.component.asked import BROWSER, Surveys
from tests.component.conftest import Answer

from mteja.recording.record import record  # isort: skip

NPS = {"id": "recommend", "kind": "nps"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def own(page: Answer) -> list[tuple[str, str]]:
    """Return what a page sends along."""
    return [(name, unescape(value)) for name, value in HIDDEN.findall(page.text)]


def question(page: Answer) -> str:
    return dict(own(page))["_question"]


def begun(surveys: Surveys, survey: str = "satisfaction", **query: str) -> Answer:
    page = surveys.ask(f"/surveys/{survey}", BROWSER, **query)
    assert page.status == 200, page
    return page


def send(
    surveys: Surveys, page: Answer, *values: tuple[str, str], survey: str = "satisfaction"
) -> Answer:
    """Fill in a page and go where it leads; what is refused comes back as it is."""
    answer = surveys.browse([*values, *own(page)], survey)
    return surveys.follow(answer, survey) if answer.status == 303 else answer


def scales(surveys: Surveys) -> list[str]:
    told = [json.loads(str(one["data"])) for one in surveys.stored("ANSWERS#")]
    return [one["segments"]["scale"] for one in told]


def answers(surveys: Surveys, survey: str = "satisfaction") -> list[dict[str, Any]]:
    today = business_day(surveys.now_ms, surveys.recorder.business.time_zone)
    found = read_answers(surveys.recorder.table, survey, today.replace(day=1), today)
    return [dict(one.answers) for one in found]


def test_the_whole_survey_question_by_question(surveys: Surveys) -> None:
    page = begun(surveys)
    assert (question(page), "Question 1 of 4" in page.text) == ("recommend", True)
    page = send(surveys, page, ("recommend", "9"))
    assert answers(surveys) == [{"recommend": 9}]
    assert question(page) == "why"
    page = send(surveys, page, ("why", "You mended\nmy lamp"))
    assert question(page) == "heard_from"
    page = send(surveys, page, ("heard_from", "friend"))
    assert (question(page), ">Send<" in page.text) == ("reasons", True)
    places = [("reasons.price", "2"), ("reasons.quality", "1"), ("reasons.selection", "")]
    page = send(surveys, page, *places)
    assert "Thank you" in page.text
    assert answers(surveys) == [
        {"recommend": 9, "heard_from": "friend", "reasons": ("quality", "price")}
    ]
    (said,) = surveys.stored("SAID#")
    assert set(said["texts"]) == {"why"}  # type: ignore[arg-type]
    (stands,) = surveys.stored("RESPONSE#")
    assert stands["finished"] is True


def test_the_order_in_which_options_were_shown_is_kept(surveys: Surveys) -> None:
    page = begun(surveys)
    for _ in range(3):
        page = send(surveys, page)
    shown = re.findall(r'<select id="f-reasons\.([a-z]+)"', page.text)
    send(surveys, page, ("reasons.price", "1"))
    (item,) = surveys.stored("ANSWERS#")
    assert AnsweredItem.model_validate(item).shown["reasons"] == shown


def test_the_order_stands_still_while_somebody_answers(surveys: Surveys) -> None:
    page = send(surveys, begun(surveys), ("recommend", "9"))
    page = send(surveys, page)
    again = surveys.ask("/surveys/satisfaction", BROWSER, r=dict(own(page))["_response"],
                        q="heard_from")  # fmt: skip
    order = re.findall(r'name="heard_from" value="([a-z-]+)"', page.text)
    assert order == re.findall(r'name="heard_from" value="([a-z-]+)"', again.text)
    assert order[-2:] == ["other", "dont-remember"]


def test_what_is_wrong_is_told_in_the_page_and_what_was_typed_stays(surveys: Surveys) -> None:
    page = begun(surveys)
    for _ in range(3):
        page = send(surveys, page)
    page = send(surveys, page, ("reasons.price", "1"), ("reasons.quality", "1"))
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert "two of them have the same place" in page.text.lower()
    assert page.text.count('<option value="1" selected>') == 2
    page = send(surveys, page, ("reasons.price", "1"), ("reasons.quality", "2"))
    assert "Thank you" in page.text


def test_a_page_goes_back_and_shows_what_was_answered(surveys: Surveys) -> None:
    page = send(surveys, begun(surveys), ("recommend", "9"))
    back = unescape(re.findall(r'<a class="button quiet" href="([^"]+)"', page.text)[0])
    query = dict(pair.split("=") for pair in urlsplit(back).query.split("&"))
    page = begun(surveys, **query)
    assert question(page) == "recommend"
    assert re.search(r'value="9"\s+checked', page.text)
    page = send(surveys, page, ("recommend", "4"))
    assert answers(surveys) == [{"recommend": 4}]


def test_texts_are_not_shown_again_and_stay_where_nothing_new_is_written(surveys: Surveys) -> None:
    page = send(surveys, begun(surveys), ("recommend", "9"))
    page = send(surveys, page, ("why", "a secret reason"))
    going_on = dict(own(page))["_response"]
    page = begun(surveys, r=going_on, q="why")
    assert "a secret reason" not in page.text
    assert "You have written something here before" in page.text
    (before,) = surveys.stored("SAID#")
    send(surveys, page, ("why", ""))
    assert surveys.stored("SAID#") == [before]
    send(surveys, page, ("why", "another"))
    assert surveys.stored("SAID#") != [before]


def test_an_invitation_goes_on_where_it_was_left(surveys: Surveys) -> None:
    recorded = record(facts.fact(facts.email("asha@example.com")), surveys.recorder)
    index = surveys.recorder.vault.index
    token = invitations.invite(questions.survey(), str(recorded.customer), surveys.now_ms, index)[0]
    page = begun(surveys, t=token)
    assert "_response" not in dict(own(page))
    send(surveys, page, ("recommend", "9"))
    surveys.now_ms += DAY_MS
    page = begun(surveys, t=token)
    assert question(page) == "why"
    for values in ([("why", "good")], [("heard_from", "friend")], [("reasons.price", "1")]):
        page = send(surveys, page, *values)
    assert "Thank you" in page.text
    assert "You have answered already" in begun(surveys, t=token).text
    (entry,) = surveys.entries()
    assert entry.data["answers"] == {
        "recommend": 9, "heard_from": "friend", "reasons": ["price"],
    }  # fmt: skip
    assert set(entry.apart or {}) == {"why"}


def branching() -> tuple[dict[str, Any], ...]:
    return (
        {"id": "recommend", "kind": "nps"},
        {"id": "bad", "kind": "text", "when": {"question": "recommend", "at_most": 6}},
        {"id": "good", "kind": "text", "when": {"question": "recommend", "at_least": 9}},
        {"id": "stars", "kind": "rating"},
    )


@pytest.mark.parametrize(
    ("score", "following"), [("3", "bad"), ("8", "stars"), ("10", "good"), ("", "stars")]
)
def test_the_answer_decides_what_is_asked_next(
    surveys: Surveys, score: str, following: str
) -> None:
    surveys.declare(*branching())
    page = send(surveys, begun(surveys, "made-up"), ("recommend", score), survey="made-up")
    assert question(page) == following


def test_a_changed_answer_takes_back_what_hung_on_it(surveys: Surveys) -> None:
    surveys.declare(*branching())
    page = send(surveys, begun(surveys, "made-up"), ("recommend", "3"), survey="made-up")
    going_on = dict(own(page))["_response"]
    send(surveys, page, ("bad", "all of it"), survey="made-up")
    assert len(surveys.stored("SAID#")) == 1
    page = begun(surveys, "made-up", r=going_on, q="recommend")
    page = send(surveys, page, ("recommend", "10"), survey="made-up")
    assert question(page) == "good"
    assert surveys.stored("SAID#") == []


def test_what_is_required_is_asked_until_it_is_answered(surveys: Surveys) -> None:
    surveys.declare({"id": "recommend", "kind": "nps", "required": True})
    page = send(surveys, begun(surveys, "made-up"), survey="made-up")
    assert (page.status, "Needed" in page.text) == (422, True)


def test_a_required_text_that_was_written_may_be_left_empty(surveys: Surveys) -> None:
    surveys.declare({"id": "why", "kind": "text", "required": True}, NPS)
    page = send(surveys, begun(surveys, "made-up"), ("why", "Good"), survey="made-up")
    (said,) = surveys.stored("SAID#")
    back = surveys.ask("/surveys/made-up", BROWSER, r=dict(own(page))["_response"], q="why")
    assert "Leave it empty to keep that" in back.text
    assert question(send(surveys, back, ("why", ""), survey="made-up")) == "recommend"
    (kept,) = surveys.stored("SAID#")
    assert kept["texts"] == said["texts"]


def test_an_answer_is_known_for_as_long_as_its_page_goes_on(surveys: Surveys) -> None:
    """Else a page that was left open would begin another."""
    surveys.declare(NPS, change_days=0)
    page = begun(surveys, "made-up")
    send(surveys, page, ("recommend", "9"), survey="made-up")
    (known,) = surveys.stored("RESPONSE#")
    while surveys.ask("/surveys/made-up", BROWSER, r=dict(own(page))["_response"]).status != 401:
        assert int(str(known["expires_at"])) * 1000 > surveys.now_ms
        surveys.now_ms += DAY_MS // 4
    assert len(surveys.stored("ANSWERS#")) == 1


def test_a_score_is_on_the_scale_on_which_it_was_given(surveys: Surveys) -> None:
    """Though the owner changes the scale while somebody answers."""
    service = {"id": "service", "kind": "rating"}
    surveys.declare(service, NPS)
    page = send(surveys, begun(surveys, "made-up"), ("service", "5"), survey="made-up")
    surveys.declare(service, NPS | {"from_zero": True})
    again = surveys.ask("/surveys/made-up", BROWSER, r=dict(own(page))["_response"], q="recommend")
    thanks = send(surveys, again, ("recommend", "0"), survey="made-up")
    assert scales(surveys) == ["0-10"]
    surveys.declare(service, NPS)
    back = surveys.ask("/surveys/made-up", BROWSER, r=dict(own(page))["_response"], q="service")
    send(surveys, back, ("service", "4"), survey="made-up")
    assert thanks.status == 200
    assert scales(surveys) == ["0-10"]


def test_an_identity_told_late_takes_the_answers_along(surveys: Surveys) -> None:
    surveys.declare(
        {"id": "recommend", "kind": "nps"}, {"id": "email", "kind": "field"},
        {"id": "why", "kind": "text"},
    )  # fmt: skip
    page = send(surveys, begun(surveys, "made-up"), ("recommend", "9"), survey="made-up")
    assert surveys.entries() == []
    page = send(surveys, page, ("email", "asha@example.com"), survey="made-up")
    (entry,) = surveys.entries()
    assert (entry.data["answers"], entry.trust) == ({"recommend": 9}, "claimed")
    page = send(surveys, page, ("why", "fair"), survey="made-up")
    (entry,) = surveys.entries()
    assert set(entry.apart or {}) == {"why"}
    assert "Thank you" in page.text
    assert len(answers(surveys, "made-up")) == 1


def test_a_robot_that_fills_in_everything_is_told(surveys: Surveys) -> None:
    page = begun(surveys)
    answer = surveys.browse([("recommend", "9"), ("_website", "x"), *own(page)])
    assert answer.status == 422
    assert "leave the field for robots empty" in answer.text
    assert re.search(r'value="9"\s+checked', answer.text)
    assert surveys.items == []


@pytest.mark.parametrize("going_on", ["x" * 60, "AAAA", "%00"])
def test_a_forged_page_token_is_refused(surveys: Surveys, going_on: str) -> None:
    page = surveys.ask("/surveys/satisfaction", BROWSER, r=going_on)
    assert (page.status, "not work" in page.text) == (401, True)
    sent = surveys.browse([("recommend", "9"), ("_response", going_on)])
    assert sent.status == 401
    assert surveys.items == []


def test_a_form_of_the_owners_site_is_led_to_thanks(surveys: Surveys) -> None:
    answer = surveys.browse([("recommend", "9"), ("reasons.price", "1"), ("_channel", "sms")])
    assert answer.status == 303
    assert answer.headers["location"].startswith("../../../surveys/satisfaction/thanks")
    assert "Thank you" in surveys.follow(answer).text
    (item,) = surveys.stored("ANSWERS#")
    assert AnsweredItem.model_validate(item).channel == "sms"


@pytest.mark.parametrize(("language", "said"), [("sw", "Asante"), ("ca", "Gràcies")])
def test_pages_speak_the_languages_of_the_business(
    surveys: Surveys, language: str, said: str
) -> None:
    page = begun(surveys, lang=language)
    assert f'<html lang="{language}">' in page.text
    assert "Question 1" not in page.text
    for _ in range(4):
        page = send(surveys, page)
    assert said in page.text


def test_pages_let_in_no_script_and_are_kept_by_no_cache(surveys: Surveys) -> None:
    page = begun(surveys)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert "<script" not in page.text
    assert "style=" not in page.text


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "{{ 7 * 123457 }}",
        "\u202egnp.exe",
        "=cmd()",
        "\0",
    ],
    ids=["script", "sql", "template", "right-to-left", "formula", "nul"],
)
def test_hostile_texts_break_no_page(surveys: Surveys, typed: str) -> None:
    for name in ("recommend", "why", "heard_from", "reasons.price", "reasons", "_question", "x"):
        page = begun(surveys)
        answer = surveys.browse([(name, typed), *[one for one in own(page) if one[0] != name]])
        assert answer.status in {303, 401, 422}, (name, answer)
        assert "<script>alert" not in answer.text
        assert "864199" not in answer.headers.get("location", "") + answer.text
