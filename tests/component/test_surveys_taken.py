"""Answers as JSON: what is stored of them, and what is told."""

import json
import time
from typing import Any

import pytest

from mteja.identity.identifiers import Trust
from mteja.store import survey_keys
from mteja.surveys.reading import opened, read_answers, read_texts
from mteja.times import business_day
from tests import kit, questions
from tests.component.asked import Surveys
from tests.fakes.memory import table_of


def _day(surveys: Surveys) -> Any:
    return business_day(surveys.now_ms, surveys.recorder.business.time_zone)


def _answered(surveys: Surveys, survey: str = "satisfaction") -> list[Any]:
    day = _day(surveys)
    return list(read_answers(surveys.recorder.table, survey, day, day))


def test_an_answer_is_what_reports_count(surveys: Surveys) -> None:
    response = surveys.answer(questions.ANSWERS, channel="web")
    (answered,) = _answered(surveys)
    assert answered.response == response
    assert (answered.trust, answered.channel, answered.invited) == (Trust.CLAIMED, "web", False)
    assert answered.answers == {
        "recommend": 9, "heard_from": "friend", "reasons": ("quality", "price"),
    }  # fmt: skip
    assert answered.segments == {"scale": "1-10"}


def test_a_text_is_sealed_to_the_surveys_month_alone(surveys: Surveys) -> None:
    surveys.answer(questions.ANSWERS)
    assert "mended" not in json.dumps(surveys.items, default=str)
    day = _day(surveys)
    (said,) = read_texts(surveys.recorder.table, "satisfaction", day, day)
    assert said.scope == survey_keys.texts_scope("satisfaction", day)
    (key,) = table_of(surveys.recorder).items("keys")
    private = surveys.recorder.vault.keyring.open(said.scope, key)
    assert opened(said, private) == {"why": "You mended my lamp"}


def test_two_who_think_the_same_are_two(surveys: Surveys) -> None:
    first = surveys.answer({"recommend": 9})
    surveys.address = "198.51.100.7"
    assert surveys.answer({"recommend": 9}) != first
    assert surveys.answer({"recommend": 9}) != first
    assert len(_answered(surveys)) == 2
    assert "198.51.100.7" not in str(surveys.items)


def test_the_same_content_within_ten_minutes_counts_once(surveys: Surveys) -> None:
    first = surveys.answer(questions.ANSWERS)
    assert surveys.answer(questions.ANSWERS) == first
    assert len(_answered(surveys)) == 1
    surveys.now_ms += 600_000
    assert surveys.answer(questions.ANSWERS) != first
    assert len(_answered(surveys)) == 2


def test_skips_are_told_from_what_was_not_reached(surveys: Surveys) -> None:
    surveys.declare(
        {"id": "recommend", "kind": "nps"},
        {"id": "why_not", "kind": "choice", "options": [{"value": "price"}, {"value": "time"}],
         "when": {"question": "recommend", "at_most": 6}},
        {"id": "again", "kind": "rating"},
    )  # fmt: skip
    surveys.answer({"recommend": 9}, "made-up")
    (answered,) = _answered(surveys, "made-up")
    assert answered.answers == {"recommend": 9, "again": None}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"recommend": 11}, "recommend"),
        ({"recommend": 0}, "recommend"),
        ({"recommend": "nine"}, "recommend"),
        ({"recommend": True}, "recommend"),
        ({"heard_from": "elsewhere"}, "heard_from"),
        ({"reasons": ["price", "price"]}, "reasons"),
        ({"reasons": ["price", "love"]}, "reasons"),
        ({"reasons": {"price": "1", "quality": "1"}}, "reasons"),
        ({"reasons": {"price": "5"}}, "reasons"),
        ({"reasons": 3}, "reasons"),
        ({"why": 3}, "why"),
        ({"why": "x" * 2_001}, "why"),
        ({"why": "a\u0007bell"}, "why"),
        ({"colour": "red"}, "colour"),
        ({}, "answers"),
        ({"recommend": None}, "answers"),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else "",
)
def test_what_is_wrong_names_its_question_and_stores_nothing(
    surveys: Surveys, answers: dict[str, Any], field: str
) -> None:
    answer = surveys.send({"answers": answers})
    assert (answer.status, answer.problem) == (422, "invalid-field")
    assert list(answer.faults) == [field]
    assert surveys.items == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answers": {"recommend": 9}, "more": 1}, "body"),
        ({"answers": [9]}, "answers"),
        ({"answers": {"recommend": 9}, "channel": "pigeon"}, "channel"),
        ({"answers": {"recommend": 9}, "channel": 9}, "channel"),
        ({"answers": {"recommend": 9}, "invitation": 9}, "invitation"),
        ({"answers": {"recommend": 9}, "shown": {"reasons": ["price"]}}, "reasons"),
        ({"answers": {"recommend": 9}, "shown": {"recommend": ["1"]}}, "recommend"),
    ],
    ids=[
        "more",
        "list",
        "pigeon",
        "number-channel",
        "number-invitation",
        "short-order",
        "no-order",
    ],
)
def test_a_body_of_another_shape_is_refused(surveys: Surveys, body: Any, field: str) -> None:
    answer = surveys.send(body)
    assert (answer.status, list(answer.faults)) == (422, [field])
    assert surveys.items == []


def test_broken_json_and_other_types_are_refused(surveys: Surveys) -> None:
    assert surveys.send(b"{").status == 400
    assert surveys.send(b"[]").status == 400
    assert surveys.send(b"<a/>", content_type="text/xml").status == 415


def test_an_unknown_survey_is_told(surveys: Surveys) -> None:
    for answer in (surveys.ask("/v1/surveys/gone"), surveys.send({"answers": {}}, "gone")):
        assert (answer.status, answer.problem) == (404, "unknown-survey")


def test_questions_are_told_in_three_languages(surveys: Surveys) -> None:
    told = surveys.ask("/v1/surveys/satisfaction", lang="sw").body
    assert [one["id"] for one in told["questions"]] == ["recommend", "why", "heard_from", "reasons"]
    assert (told["language"], told["questions"][1]["label"]) == ("sw", "Kwa nini?")
    nps = told["questions"][0]
    assert (nps["kind"], nps["least"], nps["most"]) == ("nps", 1, 10)
    channels = told["questions"][2]["options"]
    assert channels[0]["label"] != channels[0]["value"]
    assert [one["value"] for one in channels][-2:] == ["other", "dont-remember"]


def test_options_are_told_in_an_order_of_chance(surveys: Surveys) -> None:
    orders = {
        tuple(
            one["value"]
            for one in surveys.ask("/v1/surveys/satisfaction").body["questions"][3]["options"]
        )
        for _ in range(40)
    }
    assert len(orders) > 3


def test_the_order_that_was_shown_is_kept(surveys: Surveys) -> None:
    shown = ["selection", "price", "quality", "convenience"]
    surveys.answer(questions.ANSWERS, shown={"reasons": shown})
    (answered,) = _answered(surveys)
    assert answered.shown == {"reasons": tuple(shown)}


def test_who_says_who_they_are_has_it_in_the_timeline_as_a_claim(surveys: Surveys) -> None:
    surveys.declare(
        {"id": "email", "kind": "field"}, {"id": "recommend", "kind": "nps"},
        {"id": "why", "kind": "text"},
    )  # fmt: skip
    response = surveys.answer(
        {"email": "asha@example.com", "recommend": 7, "why": "too dear"}, "made-up"
    )
    (entry,) = surveys.entries()
    assert (entry.id, entry.trust, entry.source) == (response, "claimed", "surveys")
    assert entry.data["answers"] == {"recommend": 7}
    assert set(entry.apart or {}) == {"why"}
    assert "asha@example.com" not in json.dumps(surveys.items, default=str)


@pytest.mark.parametrize(
    ("asked", "held"), [("email", True), ("birthday", False)], ids=["who", "not who"]
)
def test_the_time_of_an_answer_tells_nobody_whether_one_is_known(
    surveys: Surveys, monkeypatch: pytest.MonkeyPatch, asked: str, held: bool
) -> None:
    surveys.declare({"id": asked, "kind": "field"}, {"id": "recommend", "kind": "nps"})
    monkeypatch.setattr(surveys.app, "FLOOR_S", 0.2)
    began = time.monotonic()
    surveys.answer({"recommend": 9}, "made-up")
    assert (time.monotonic() - began >= 0.2) == held


def test_a_form_of_the_owners_site_is_answered_with_json_where_it_asks_for_it(
    surveys: Surveys,
) -> None:
    values = [("recommend", "10"), ("reasons.price", "2"), ("reasons.quality", "1")]
    answer = surveys.browse(values, accept="application/json")
    assert answer.status == 202
    (answered,) = _answered(surveys)
    assert answered.answers["reasons"] == ("quality", "price")


def test_a_score_from_zero_says_so(surveys: Surveys) -> None:
    surveys.declare({"id": "recommend", "kind": "nps", "from_zero": True})
    surveys.answer({"recommend": 0}, "made-up")
    (answered,) = _answered(surveys, "made-up")
    assert (answered.answers, answered.segments) == ({"recommend": 0}, {"scale": "0-10"})


def test_the_time_of_a_day_is_of_the_business(surveys: Surveys) -> None:
    surveys.now_ms = kit.NOW_MS
    surveys.answer({"recommend": 3})
    (item,) = surveys.stored("ANSWERS#")
    assert str(item["sk"]).startswith(_day(surveys).isoformat())
