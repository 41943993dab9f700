"""Surveys by staff: at the counter, by telephone, links; what they see; and erasure of it."""

import json
from datetime import date
from typing import Any

import pytest

from mteja.audit import Viewer
from mteja.customers import tasks
from mteja.privacy.erasure import erase
from mteja.recording.record import Recorder
from mteja.staff.surveys import Surveys as Desk
from mteja.store import keys
from mteja.surveys.answers import Answered
from mteja.surveys.intake import SurveyTaken
from mteja.surveys.reading import read_answers
from mteja.times import now_ms
from tests import blanks, kit, operator, questions
from tests.component.counter import SUB, stored
from tests.component.front import ANALYST, Front
from tests.component.signed_in import office
from tests.fakes.memory import no_tracks
from tests.operator import Mteja

NPS = {"id": "recommend", "kind": "nps"}


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def surveys_handler(aws: dict[str, str]) -> Any:
    return kit.handler("surveys")


@pytest.fixture
def mteja(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Mteja:
    return operator.stand_in(monkeypatch, {"ApiUrl": "https://api.example/"})


@pytest.fixture
def asha(front: Front) -> str:
    return str(front.told("/v1/customers", {"email": "asha@example.com", "name": "Asha"})["id"])


def answered(recorder: Recorder, survey: str = "satisfaction") -> list[Answered]:
    return list(read_answers(recorder.table, survey, date(2026, 1, 1), date(2027, 12, 31)))


def erase_all(recorder: Recorder, customer: str) -> dict[str, Any]:
    table, vault = recorder.table, recorder.vault
    receipt = erase([customer], table=table, vault=vault, tracks=no_tracks(), now_ms=now_ms())
    return receipt.as_json()


def answer(handler: Any, answers: dict[str, Any], token: str) -> dict[str, Any]:
    """Answer over an invitation, on the real function."""
    event = kit.http_event(
        "POST",
        "/v1/surveys/satisfaction/responses",
        body=kit.raw({"answers": answers, "invitation": token}),
        headers={"content-type": "application/json"},
        path_parameters={"survey": "satisfaction"},
    )
    response: dict[str, Any] = handler.lambda_handler(event, None)
    return response


def test_what_is_told_by_telephone_is_verified_and_in_the_timeline(
    front: Front, recorder: Recorder, asha: str
) -> None:
    told = front.told(
        f"/v1/staff/surveys/satisfaction?customer={asha}&channel=phone",
        {"answers": questions.ANSWERS},
    )
    assert told["customer"] == asha
    (one,) = answered(recorder)
    assert (one.response, one.trust, one.channel, one.invited) == (
        told["response_id"], "verified", "phone", False,
    )  # fmt: skip
    (entry,) = front.timeline(asha, kind="survey")["items"]
    assert entry["data"]["answers"] == questions.ANSWERS
    assert (entry["data"]["captured_by"], entry["trust"]) == (SUB, "verified")
    notes = [one["what"] for one in stored(keys.AUDIT_PREFIX)]
    assert "POST /v1/staff/surveys/{survey}" in notes


def test_at_the_till_somebody_answers_without_a_name(front: Front, recorder: Recorder) -> None:
    told = front.told(
        "/v1/staff/surveys/satisfaction?mode=kiosk&location=main-shop",
        {"answers": {"recommend": 4}},
    )
    assert told["customer"] is None
    (one,) = answered(recorder)
    assert (one.trust, one.channel) == ("verified", "kiosk")
    again = front.told(
        "/v1/staff/surveys/satisfaction?mode=kiosk&location=main-shop",
        {"answers": {"recommend": 4}},
    )
    assert again["response_id"] == told["response_id"]


def test_staff_who_press_again_answer_once(front: Front, recorder: Recorder, asha: str) -> None:
    """The first time made known what the survey asks of the profile; the page that comes back does
    not ask that any more."""
    surveying = questions.declared(NPS, {"id": "name", "kind": "field"})
    desk = Desk(Viewer(SUB, None), recorder, kit.NOW_MS, surveying, blanks.ASKING)

    def press(**answers: str) -> SurveyTaken:
        return desk.fill_in(
            "made-up", answers, {}, mode="staff", language="en", channel="phone", customer=asha,
            key="one-attempt", at_once=True,
        )  # fmt: skip

    taken = [
        press(recommend="9", name="Asha Omari"),
        press(recommend="9", name="Asha Omari"),
        press(recommend="9"),
    ]
    assert len({one.response for one in taken}) == 1
    assert [one.result for one in taken] == ["recorded", "duplicate", "duplicate"]
    assert len(front.timeline(asha, kind="survey")["items"]) == 1


def test_what_staffs_page_did_not_put_is_not_needed(recorder: Recorder, front: Front) -> None:
    told = {"email": "binti@example.com", "name": "Binti"}
    binti = str(front.told("/v1/customers", told)["id"])
    surveying = questions.declared(NPS, {"id": "name", "kind": "field", "required": True})
    desk = Desk(Viewer(SUB, None), recorder, kit.NOW_MS, surveying, blanks.ASKING)
    taken = desk.fill_in(
        "made-up", {"recommend": "9"}, {}, mode="staff", language="en", customer=binti,
        at_once=True,
    )  # fmt: skip
    assert taken.result == "recorded"


def test_a_detractor_is_a_task_among_those_of_staff(front: Front, asha: str) -> None:
    told = front.told(
        f"/v1/staff/surveys/satisfaction?customer={asha}",
        {"answers": {"recommend": 2, "why": "It broke"}},
    )
    (task,) = front.ask("/v1/tasks").body["items"]
    assert (task["customer"], task["data"]["survey"]) == (asha, told["response_id"])
    assert task["data"]["why"] == "It broke"
    assert front.timeline(asha, kind="task")["items"][0]["kind"] == tasks.KIND


def test_a_later_better_score_is_shown_as_recovered(front: Front, asha: str) -> None:
    path = f"/v1/staff/surveys/satisfaction?customer={asha}"
    front.told(path, {"answers": {"recommend": 2}})
    (task,) = front.ask("/v1/tasks").body["items"]
    assert task["recovered"] is False
    front.told(path, {"answers": {"recommend": 8, "why": "It was mended"}})
    (task,) = front.ask("/v1/tasks").body["items"]
    assert task["recovered"] is True
    front.told(path, {"answers": {"recommend": 5}})
    assert {one["recovered"] for one in front.ask("/v1/tasks").body["items"]} == {False}


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("mode=web", {"answers": {"recommend": 9}}, 422),
        ("location=moon", {"answers": {"recommend": 9}}, 422),
        ("channel=pigeon", {"answers": {"recommend": 9}}, 422),
        ("colour=red", {"answers": {"recommend": 9}}, 422),
        ("customer=cus_x", {"answers": {"recommend": 9}}, 404),
        ("", {"answers": {"recommend": 99}}, 422),
        ("", {"answers": []}, 422),
        ("", {"answers": {}, "more": 1}, 422),
    ],
    ids=["mode", "location", "channel", "query", "customer", "score", "list", "more"],
)
def test_what_can_t_be_is_refused(
    front: Front, query: str, body: dict[str, Any], status: int
) -> None:
    assert front.post(f"/v1/staff/surveys/satisfaction?{query}", body).status == status
    assert kit.all_items() == []


def test_an_anonymous_survey_takes_no_name_and_no_staff(front: Front, asha: str) -> None:
    body = {"answers": {"education": "university"}}
    where = "/v1/staff/surveys/anonymous-profile"
    assert front.post(f"{where}?mode=kiosk&customer={asha}", body).status == 422
    assert front.post(f"{where}?mode=staff", body).status == 404
    before = kit.digest(stored(keys.AUDIT_PREFIX))
    assert front.told(f"{where}?mode=kiosk", body)["customer"] is None
    assert kit.digest(stored(keys.AUDIT_PREFIX)) == before


def test_analysts_answer_for_nobody(front: Front, asha: str) -> None:
    for path, body in {
        "/v1/staff/surveys/satisfaction": {"answers": {"recommend": 9}},
        f"/v1/customers/{asha}/survey-links": {"survey": "satisfaction"},
        "/v1/surveys/anonymous-profile/links": {"count": 10},
    }.items():
        assert front.post(path, body, claims=ANALYST).status == 403


def test_a_link_that_staff_make_answers_as_the_customer(
    front: Front, surveys_handler: Any, recorder: Recorder, asha: str
) -> None:
    made = front.told(f"/v1/customers/{asha}/survey-links", {"survey": "satisfaction"})
    assert made["path"] == f"/surveys/satisfaction?t={made['token']}"
    taken = answer(surveys_handler, {"recommend": 10, "why": "kind"}, made["token"])
    assert taken["statusCode"] == 202
    (entry,) = front.timeline(asha, kind="survey")["items"]
    assert entry["id"] == json.loads(taken["body"])["response_id"]
    assert entry["data"]["answers"]["why"] == "kind"
    assert [one.invited for one in answered(recorder)] == [True]


def test_the_staffs_page_names_questions_and_answers(
    front: Front, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.told(f"/v1/staff/surveys/satisfaction?customer={asha}", {"answers": questions.ANSWERS})
    shown = office(monkeypatch).signed_in("staff").get(f"/staff/customers/{asha}?lang=en").text
    for text in ("satisfaction", "Would you recommend us to a friend?", "Quality, Price"):
        assert text in shown
    assert questions.ANSWERS["why"] in shown


def test_links_are_of_one_kind_of_survey(front: Front, asha: str) -> None:
    path = f"/v1/customers/{asha}/survey-links"
    assert front.post(path, {"survey": "anonymous-profile"}).status == 422
    assert front.post(path, {"survey": "gone"}).status == 404
    assert front.post(path, {}).status == 422
    assert front.post("/v1/surveys/satisfaction/links", {"count": 10}).status == 422
    assert front.post("/v1/surveys/anonymous-profile/links", {"count": 9}).status == 422
    made = front.told("/v1/surveys/anonymous-profile/links", {"count": 10})
    assert len({one["token"] for one in made["items"]}) == 10


def test_the_operator_makes_links(mteja: Mteja, asha: str) -> None:
    told = mteja("surveys", "link", "satisfaction", asha)
    assert told.exit_code == 0, told.output
    assert f"{asha}  " in told.output
    assert "https://api.example/surveys/satisfaction?t=" in told.output
    many = mteja("surveys", "links", "anonymous-profile", "--count", "10")
    assert many.output.count("https://api.example/surveys/anonymous-profile?t=") == 10
    for wrong in (
        ("link", "gone", asha),
        ("link", "satisfaction", "cus_x"),
        ("link", "anonymous-profile", asha),
        ("links", "satisfaction", "--count", "10"),
        ("links", "anonymous-profile", "--count", "3"),
    ):
        assert mteja("surveys", *wrong).exit_code == 1


def test_nothing_of_what_an_erased_person_answered_is_left(
    front: Front, surveys_handler: Any, recorder: Recorder, asha: str
) -> None:
    bob = str(front.told("/v1/customers", {"email": "bob@example.com"})["id"])
    for customer in (asha, bob):
        made = front.told(f"/v1/customers/{customer}/survey-links", {"survey": "satisfaction"})
        answer(surveys_handler, questions.ANSWERS, made["token"])
    front.told(f"/v1/staff/surveys/satisfaction?customer={asha}", {"answers": questions.ANSWERS})
    assert len(answered(recorder)) == 3

    receipt = erase_all(recorder, asha)

    left = [one for one in kit.all_items() if not one["sk"]["S"].startswith(keys.AUDIT_PREFIX)]
    assert asha not in json.dumps(left, default=str)
    (kept,) = answered(recorder)
    (entry,) = front.timeline(bob, kind="survey")["items"]
    assert kept.response == entry["id"]
    prefixes = [str(one["pk"]["S"]).partition("#")[0] for one in left]
    assert [prefixes.count(name) for name in ("ANSWERS", "SAID", "RESPONSE")] == [1, 1, 1]
    assert receipt["removed"]
    refused = front.post(f"/v1/customers/{asha}/survey-links", {"survey": "satisfaction"})
    assert refused.status == 404


def test_an_invitation_of_an_erased_person_opens_nothing(
    front: Front, surveys_handler: Any, recorder: Recorder, asha: str
) -> None:
    made = front.told(f"/v1/customers/{asha}/survey-links", {"survey": "satisfaction"})
    erase_all(recorder, asha)
    refused = answer(surveys_handler, questions.ANSWERS, made["token"])
    assert json.loads(refused["body"])["type"] == "/problems/link-expired"
    assert answered(recorder) == []


def test_a_browsers_form_reaches_the_real_function(surveys_handler: Any) -> None:
    event = kit.http_event(
        "POST",
        "/v1/surveys/satisfaction/responses",
        body=blanks.urlencoded([("recommend", "9")]),
        headers={"content-type": blanks.URLENCODED, "accept": "text/html"},
        path_parameters={"survey": "satisfaction"},
        base64_body=True,
    )
    assert surveys_handler.lambda_handler(event, None)["statusCode"] == 303
