"""Anonymous surveys: a valid link is used once, and nobody can tell whose an answer is."""

import hashlib
import json
import sys
from typing import Any

import pytest

from mteja.errors import InvalidInput
from mteja.ids import derived_id, ulid_ms
from mteja.recording.record import record
from mteja.store.table import Put
from mteja.surveys import invitations
from mteja.surveys.items import AnsweredItem
from mteja.surveys.reading import opened, read_answers, read_texts
from mteja.times import DAY_MS, business_day, from_ms
from tests import facts, questions
from tests.component.asked import BROWSER, Surveys
from tests.component.test_surveys_pages import NPS, own, send
from tests.fakes.memory import table_of

PROFILE = "anonymous-profile"
WHOLE = {"income": "500-1500", "children": 2, "education": "university", "profession": "baker"}


def links_of(surveys: Surveys, count: int = 12) -> list[str]:
    survey, index = questions.survey(PROFILE), surveys.recorder.vault.index
    zone = surveys.recorder.business.time_zone
    return invitations.anonymous_set(survey, count, surveys.now_ms, zone, index)[0]


def answered(surveys: Surveys) -> list[Any]:
    day = business_day(surveys.now_ms, surveys.recorder.business.time_zone)
    first = day.replace(year=day.year - 1)
    return list(read_answers(surveys.recorder.table, PROFILE, first, day))


def test_what_is_sensitive_is_counted_where_nobody_can_tell_whose_it_is(surveys: Surveys) -> None:
    response = surveys.answer(WHOLE, PROFILE, invitation=links_of(surveys)[0])
    (one,) = answered(surveys)
    assert (one.response, one.invited, one.trust) == (response, True, "verified")
    assert one.answers == {"income": "500-1500", "children": 2, "education": "university"}
    assert "baker" not in json.dumps(surveys.items, default=str)
    (said,) = read_texts(
        surveys.recorder.table, PROFILE, from_ms(one.at).date(), from_ms(surveys.now_ms).date()
    )
    (key,) = table_of(surveys.recorder).items("keys")
    private = surveys.recorder.vault.keyring.open(said.scope, key)
    assert opened(said, private) == {"profession": "baker"}


def test_who_would_rather_not_say_is_counted_as_that(surveys: Surveys) -> None:
    surveys.answer({"income": "rather-not-say", "profession": "rather-not-say"}, PROFILE)
    (one,) = answered(surveys)
    assert one.answers["income"] == "rather-not-say"
    assert surveys.stored("SAID#") == []


def test_a_link_is_used_once(surveys: Surveys) -> None:
    token = links_of(surveys)[0]
    surveys.answer(WHOLE, PROFILE, invitation=token)
    before = surveys.items
    again = surveys.send({"answers": WHOLE, "invitation": token}, PROFILE)
    assert (again.status, again.problem) == (409, "link-used")
    page = surveys.ask(f"/surveys/{PROFILE}", BROWSER, t=token)
    assert (page.status, "has been used" in page.text) == (409, True)
    assert surveys.items == before


def test_two_at_once_with_one_link_count_once(
    surveys: Surveys, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = links_of(surveys)[0]
    table = table_of(surveys.recorder)
    transact = table.transact
    other: list[str] = []

    def first_the_other(writes: Any, *more: str) -> None:
        if not other:
            other.append("begun")
            other.append(surveys.answer(WHOLE, PROFILE, invitation=token))
        transact(writes, *more)

    monkeypatch.setattr(table, "transact", first_the_other)
    mine = surveys.send({"answers": WHOLE, "invitation": token}, PROFILE)
    assert mine.problem == "link-used"
    assert len(answered(surveys)) == 1


def test_an_old_or_a_forged_link_opens_nothing(surveys: Surveys) -> None:
    token = links_of(surveys)[0]
    other = surveys.send({"answers": WHOLE, "invitation": token[:-3] + "AAA"}, PROFILE)
    assert other.problem == "bad-signature"
    surveys.now_ms += 38 * DAY_MS
    late = surveys.send({"answers": WHOLE, "invitation": token}, PROFILE)
    assert late.problem == "link-expired"
    assert surveys.items == []


@pytest.mark.parametrize("count", [0, 9, 501])
def test_links_are_made_for_many_at_once(surveys: Surveys, count: int) -> None:
    with pytest.raises(InvalidInput):
        links_of(surveys, count)


def test_a_page_uses_the_link_up_with_its_first_answer_and_goes_on(surveys: Surveys) -> None:
    token = links_of(surveys)[0]
    first = surveys.ask(f"/surveys/{PROFILE}", BROWSER, t=token)
    page = send(surveys, first, ("income", "500-1500"), survey=PROFILE)
    assert "_invitation" not in dict(own(page))
    for values in ([("children", "2")], [("education", "university")], [("profession", "baker")]):
        page = send(surveys, page, *values, survey=PROFILE)
    assert "Nobody can tell that they are yours" in page.text
    (one,) = answered(surveys)
    assert (one.invited, one.trust, len(one.answers)) == (True, "verified", 3)
    # Back to the first question, whose page still has the link: the same answer is changed.
    send(surveys, first, ("income", "over-4000"), survey=PROFILE)
    (one,) = answered(surveys)
    assert one.answers["income"] == "over-4000"
    assert surveys.ask(f"/surveys/{PROFILE}", BROWSER, t=token).status == 409


def test_an_answer_is_changed_until_its_week_may_be_told(surveys: Surveys) -> None:
    """Two reports would differ by it."""
    page = surveys.ask(f"/surveys/{PROFILE}", BROWSER)
    assert surveys.browse([("income", "500-1500"), *own(page)], PROFILE).status == 303
    day = business_day(surveys.now_ms, surveys.recorder.business.time_zone)
    begin = surveys.now_ms - day.weekday() * DAY_MS
    surveys.now_ms = begin + 6 * DAY_MS
    assert surveys.browse([("income", "over-4000"), *own(page)], PROFILE).status == 303
    unused = surveys.ask(f"/surveys/{PROFILE}", BROWSER)
    surveys.now_ms = begin + 8 * DAY_MS
    assert surveys.ask(f"/surveys/{PROFILE}", BROWSER).status == 200
    for late in (page, unused):
        assert surveys.browse([("income", "500-1500"), *own(late)], PROFILE).status == 401
    (one,) = answered(surveys)
    assert one.answers["income"] == "over-4000"


def test_one_link_is_one_answer_where_nobody_answers_without(surveys: Surveys) -> None:
    """Each look at its first question begins another answer; one of them counts."""
    surveys.declare(NPS, anonymous=True, modes=["web"], invited_only=True)
    survey = questions.asking(NPS, anonymous=True, modes=["web"], invited_only=True)
    zone, index = surveys.recorder.business.time_zone, surveys.recorder.vault.index
    token = invitations.anonymous_set(survey, 10, surveys.now_ms, zone, index)[0][0]
    pages = [surveys.ask("/surveys/made-up", BROWSER, t=token) for _ in range(3)]
    for page in pages:
        alone = [pair for pair in own(page) if pair[0] != "_invitation"]
        refused = surveys.browse([("recommend", "1"), *alone], "made-up")
        assert (refused.status, surveys.stored("ANSWERS#")) == (401, [])
    sent = [surveys.browse([("recommend", "1"), *own(page)], "made-up").status for page in pages]
    assert sent == [303, 409, 409]
    changed = [pair for pair in own(pages[0]) if pair[0] != "_invitation"]
    assert surveys.browse([("recommend", "2"), *changed], "made-up").status == 303
    assert len(surveys.stored("ANSWERS#")) == 1


def test_an_answer_of_nobody_does_not_take_over_a_used_link(surveys: Surveys) -> None:
    token = links_of(surveys)[0]
    surveys.answer(WHOLE, PROFILE, invitation=token)
    stranger = surveys.ask(f"/surveys/{PROFILE}", BROWSER)
    sent = [("income", "500-1500"), ("_invitation", token), *own(stranger)]
    assert surveys.browse(sent, PROFILE).status == 409
    assert len(answered(surveys)) == 1


def test_an_answer_can_t_be_linked_with_its_person(
    surveys: Surveys, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve known customers get a link each and answer in the order in which they were made, each
    from an address of its own. Who reads all tables, all logs and every write in its order, and
    knows who answered when, finds nothing that leads from an answer to its person: links were given
    out in an order of chance, and whose a link is stands nowhere."""
    people = []
    for number in range(12):
        named = facts.fact(facts.email(f"person{number}@example.com"))
        people.append(str(record(named, surveys.recorder).customer))
    before = json.dumps(surveys.items, default=str, sort_keys=True)
    tokens = links_of(surveys, 12)
    table = table_of(surveys.recorder)
    transact = table.transact
    written: list[list[Any]] = []

    def watched(writes: Any, *more: str) -> None:
        written.append([one.item for one in writes if isinstance(one, Put)])
        transact(writes, *more)

    monkeypatch.setattr(table, "transact", watched)
    for handler in surveys.app.LOG.handlers:
        monkeypatch.setattr(handler, "stream", sys.stdout)
    capsys.readouterr()
    for number, token in enumerate(tokens):
        surveys.now_ms += 61_001
        surveys.address = f"198.51.100.{number}"
        surveys.agent = f"Browser of {people[number]}"
        surveys.answer(WHOLE | {"children": number % 3}, PROFILE, invitation=token)
    logs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    # Logs: the lines differ in nothing but the time at which they were written.
    lines = {json.dumps({**one, "timestamp": None}, sort_keys=True) for one in logs}
    assert len(lines) == 1
    # Tables: what was there before is untouched; what came says only survey, week and answers.
    after = [one for one in surveys.items if not str(one["pk"]).startswith(
        ("ANSWERS#", "SAID#", "TOKEN#"))]  # fmt: skip
    assert json.dumps(after, default=str, sort_keys=True) == before
    alike: dict[str, set[str]] = {}
    for one in surveys.stored("ANSWERS#"):
        blank = {"answers": {}, "pk": "", "sk": ""}
        counted = AnsweredItem.model_validate(one).model_copy(update=blank)
        alike.setdefault("answers", set()).add(json.dumps(counted.model_dump(), sort_keys=True))
        day, _, response = str(one["sk"]).partition("#")
        alike.setdefault("day", set()).add(day)
        alike.setdefault("id", set()).add(str(ulid_ms(response.removeprefix("rsp_"))))
    for one in surveys.stored("SAID#"):
        told = {name: value for name, value in one.items() if name not in {"pk", "sk", "texts"}}
        alike.setdefault("said", set()).add(json.dumps(told, sort_keys=True))
    for one in surveys.stored("TOKEN#"):
        alike.setdefault("token", set()).add(str(one["expires_at"]))
    assert {name: len(values) for name, values in alike.items()} == dict.fromkeys(alike, 1)
    # The week is all the time that there is: not even the key's making tells the first answer.
    (key,) = [
        one for one in table.items("keys") if str(one["pk"]).startswith("SCOPE#survey-")
    ]  # fmt: skip
    (at,) = {one.at for one in answered(surveys)}
    assert key["created_at"] == at
    assert business_day(at, surveys.recorder.business.time_zone).weekday() == 0
    # Writes in their order: what a link leaves behind is in nothing that an answer is, and nothing
    # of a person is in either.
    for writes, token in zip(written, tokens, strict=True):
        answer = json.dumps(
            [one for one in writes if not str(one["pk"]).startswith("TOKEN#")], default=str
        )
        nonce = json.loads(_payload(token))[1]
        for name in (token, nonce, *_derived(nonce), *people, "198.51.100", "Browser", "person"):
            assert name not in answer
    # And its id can't have been made of a link or a customer.
    ids = {one.response for one in answered(surveys)}
    nonces = [json.loads(_payload(token))[1] for token in tokens]
    assert ids.isdisjoint(
        derived_id("rsp", PROFILE, one, *more)
        for one in (*nonces, *tokens, *people)
        for more in ((), ("",))
    )


def test_answers_of_a_week_have_one_time(surveys: Surveys) -> None:
    for _ in range(3):
        surveys.answer(WHOLE, PROFILE)
        surveys.now_ms += 3_600_000
    assert len({one.at for one in answered(surveys)}) == 1
    surveys.now_ms += 7 * DAY_MS
    surveys.answer(WHOLE, PROFILE)
    assert len({one.at for one in answered(surveys)}) == 2


def test_no_key_of_an_attempt_is_kept(surveys: Surveys) -> None:
    surveys.send({"answers": WHOLE}, PROFILE, idempotency_key="mine")
    assert surveys.stored("RECEIPT#") == []
    assert surveys.stored("RESPONSE#") == []
    assert surveys.stored("CUSTOMER#") == []


def _payload(token: str) -> str:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(token + "=" * (-len(token) % 4))[:-16].decode()


def _derived(nonce: str) -> list[str]:
    digest = hashlib.sha256(nonce.encode())
    return [digest.hexdigest(), invitations._text(digest.digest()[:18])]
