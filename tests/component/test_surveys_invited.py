"""Invitations: one answer each, changed while it is open, and links that open nothing."""

from typing import Any

import pytest

from mteja import links
from mteja.customers.tasks import OPEN
from mteja.identity.identifiers import EMAIL, Identifier, Trust
from mteja.recording.facts import Fact, Happening
from mteja.recording.record import record
from mteja.surveys import invitations
from mteja.surveys.answers import Answered
from mteja.surveys.reading import read_answers
from mteja.surveys.segments import ENTRIES
from mteja.times import DAY_MS, business_day
from tests import facts, kit, questions
from tests.component.asked import BROWSER, Surveys
from tests.component.conftest import Orders
from tests.fakes.memory import table_of

ASHA = Identifier(EMAIL, "asha@example.com")
NOTHING_HERE = {
    "link-used": "has been used",
    "link-expired": "too old",
    "bad-signature": "not work",
}


@pytest.fixture
def asha(surveys: Surveys) -> str:
    recorded = record(facts.fact(ASHA, trust=Trust.VERIFIED, source="staff"), surveys.recorder)
    assert recorded.customer is not None
    return recorded.customer


def invited(surveys: Surveys, customer: str, survey: str = "satisfaction") -> str:
    index = surveys.recorder.vault.index
    return invitations.invite(questions.survey(survey), customer, surveys.now_ms, index)[0]


def answered(surveys: Surveys, survey: str = "satisfaction") -> list[Answered]:
    today = business_day(surveys.now_ms, surveys.recorder.business.time_zone)
    first = today.replace(day=1)
    return list(read_answers(surveys.recorder.table, survey, first, today))


def test_an_invited_answer_is_verified_and_in_the_timeline(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, asha)
    response = surveys.answer(questions.ANSWERS, invitation=token)
    (one,) = answered(surveys)
    assert (one.response, one.trust, one.invited, one.channel) == (
        response, Trust.VERIFIED, True, "email",
    )  # fmt: skip
    assert one.segments["customer"] == "new"
    (entry,) = surveys.entries()
    assert (entry.pk, entry.id, entry.trust) == (f"CUSTOMER#{asha}", response, "verified")
    assert set(entry.apart or {}) == {"why"}


def test_the_order_before_tells_the_case(surveys: Surveys, orders: Orders) -> None:
    orders.post(kit.sample("shopify/order_fulfilled"), "orders/paid")
    (customer,) = {
        str(one["pk"]).partition("#")[2] for one in orders.items if one["sk"] == "PROFILE"
    }
    surveys.answer({"recommend": 9}, invitation=invited(surveys, customer))
    (one,) = answered(surveys)
    assert one.segments["order_channel"] == "web"
    # The sample names no address, and so no country.
    assert set(one.segments) == {"customer", "order_channel", "product", "scale"}


@pytest.mark.parametrize("country", ["DE", "TZ"])
def test_the_country_is_that_of_the_order(surveys: Surveys, orders: Orders, country: str) -> None:
    body = kit.sample("shopify/order_fulfilled")
    for which in ("shipping_address", "billing_address"):
        body[which] = {"address1": "Weg 1", "city": "Moshi", "country_code": country}
    orders.post(body, "orders/paid")
    (customer,) = {
        str(one["pk"]).partition("#")[2] for one in orders.items if one["sk"] == "PROFILE"
    }
    surveys.answer({"recommend": 9}, invitation=invited(surveys, customer))
    (one,) = answered(surveys)
    assert one.segments["country"] == country


def test_the_source_is_that_of_the_first_visit(surveys: Surveys, asha: str) -> None:
    """However much came after it."""

    def take(kind: str, number: int, data: dict[str, Any]) -> None:
        at = surveys.now_ms - DAY_MS + number * 1000
        happening = Happening(kind, f"{kind[:3]}_{number}", at, data)
        record(
            Fact("staff", Trust.VERIFIED, at, at, happenings=(happening,), customer=asha),
            surveys.recorder,
        )

    take("session", 0, {"source": "search"})
    for number in range(1, ENTRIES + 2):
        take("note", number, {})
    take("session", ENTRIES + 2, {"source": "direct"})
    surveys.answer({"recommend": 9}, invitation=invited(surveys, asha))
    (one,) = answered(surveys)
    assert one.segments["source"] == "search"


def test_an_answer_may_be_changed_while_it_is_open(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, asha)
    first = surveys.answer(questions.ANSWERS, invitation=token)
    surveys.now_ms += DAY_MS
    changed = surveys.answer({"recommend": 3}, invitation=token)
    assert changed == first
    (one,) = answered(surveys)
    assert one.answers == {"recommend": 3, "heard_from": None, "reasons": None}
    (entry,) = surveys.entries()
    assert entry.apart is None
    assert surveys.stored("SAID#") == []
    surveys.answer(questions.ANSWERS, invitation=token)
    assert [one.answers["recommend"] for one in answered(surveys)] == [9]


def test_the_day_of_an_answer_stays_when_it_is_changed(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, asha)
    surveys.answer({"recommend": 9}, invitation=token)
    (before,) = answered(surveys)
    surveys.now_ms += 2 * DAY_MS
    surveys.answer({"recommend": 8}, invitation=token)
    (after,) = answered(surveys)
    assert (after.at, after.response) == (before.at, before.response)


def refusals(surveys: Surveys, token: str, survey: str = "satisfaction") -> set[str]:
    """Return what is told of a link, by API and on the page."""
    body = {"answers": {"recommend": 9}, "invitation": token}
    told = {
        surveys.send(body, survey).problem,
        surveys.ask(f"/v1/surveys/{survey}", t=token).problem,
    }
    page = surveys.ask(f"/surveys/{survey}", BROWSER, t=token)
    sent = surveys.browse([("recommend", "9"), ("_invitation", token)], survey)
    for shown in (page, sent):
        assert shown.headers["content-type"].startswith("text/html")
        (problem,) = told
        assert NOTHING_HERE[problem] in shown.text
    return told


def test_a_used_link_says_so_once_its_answer_is_closed(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, asha)
    surveys.answer({"recommend": 9}, invitation=token)
    surveys.now_ms += 7 * DAY_MS
    before = surveys.items
    body = {"answers": {"recommend": 1}, "invitation": token}
    assert surveys.send(body).problem == "link-used"
    assert "has been used" in surveys.ask("/surveys/satisfaction", BROWSER, t=token).text
    assert "has been used" in surveys.browse([("recommend", "1"), ("_invitation", token)]).text
    assert surveys.items == before


def test_an_old_link_says_so(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, asha)
    surveys.now_ms += 31 * DAY_MS
    assert refusals(surveys, token) == {"link-expired"}


@pytest.mark.parametrize("kind", ["cut", "changed", "of-forms", "of-another", "nothing"])
def test_a_forged_link_says_so_and_stores_nothing(surveys: Surveys, asha: str, kind: str) -> None:
    index = surveys.recorder.vault.index
    token = invited(surveys, asha)
    until = surveys.now_ms + DAY_MS
    forged = {
        "cut": token[:-2],
        "changed": ("A" if token[0] != "A" else "B") + token[1:],
        "of-forms": links.make(links.Link(links.PROFILE_LINK, asha, until), index),
        "of-another": links.make(links.Link("survey:other", asha, until, "x"), index),
        "nothing": "x" * 60,
    }[kind]
    before = surveys.items
    assert refusals(surveys, forged) == {"bad-signature"}
    assert surveys.items == before


def test_an_invitation_outlives_no_customer(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, "cus_01K0EXAMP1E0C0ST0MER000001")
    assert refusals(surveys, token) == {"link-expired"}


def test_two_at_once_count_once(
    surveys: Surveys, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read before either writes: the second finds the first, and changes its answer."""
    token = invited(surveys, asha)
    table = table_of(surveys.recorder)
    transact = table.transact
    other: list[str] = []

    def first_the_other(writes: Any, *more: str) -> None:
        if not other:
            other.append("begun")
            other.append(surveys.answer({"recommend": 2}, invitation=token))
        transact(writes, *more)

    monkeypatch.setattr(table, "transact", first_the_other)
    mine = surveys.answer({"recommend": 9}, invitation=token)
    assert mine == other[1]
    assert [one.answers["recommend"] for one in answered(surveys)] == [9]
    assert len(surveys.entries()) == 1


def test_two_invitations_are_two_answers(surveys: Surveys, asha: str) -> None:
    for score in (3, 9):
        surveys.answer({"recommend": score}, invitation=invited(surveys, asha))
    assert sorted(one.answers["recommend"] for one in answered(surveys)) == [3, 9]  # type: ignore[type-var]


def test_who_would_not_recommend_is_a_task_of_today_once(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, asha)
    for _ in range(2):
        response = surveys.answer({"recommend": 6, "why": "rude"}, invitation=token)
        surveys.now_ms += 1_000
    (task,) = surveys.entries("task")
    assert (task.open_pk, task.data["survey"]) == (OPEN, response)
    assert task.data["status"] == "open"


def test_an_answer_that_is_changed_back_is_no_second_task(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, asha)
    for score in (3, 9, 3):
        surveys.answer({"recommend": score}, invitation=token)
        surveys.now_ms += 1_000
    assert len(surveys.entries("task")) == 1


def test_an_answer_that_gets_worse_is_a_task(surveys: Surveys, asha: str) -> None:
    token = invited(surveys, asha)
    for score in (9, 3):
        surveys.answer({"recommend": score}, invitation=token)
        surveys.now_ms += 1_000
    assert len(surveys.entries("task")) == 1


@pytest.mark.parametrize("score", [7, 9])
def test_who_would_is_no_task(surveys: Surveys, asha: str, score: int) -> None:
    surveys.answer({"recommend": score}, invitation=invited(surveys, asha))
    assert surveys.entries("task") == []


def test_a_survey_for_invited_persons_takes_no_others(surveys: Surveys, asha: str) -> None:
    surveys.declare({"id": "recommend", "kind": "nps"}, invited_only=True)
    assert surveys.send({"answers": {"recommend": 9}}, "made-up").problem == "bad-signature"
    assert surveys.ask("/v1/surveys/made-up").problem == "bad-signature"
    page = surveys.ask("/surveys/made-up", BROWSER)
    assert (page.status, "not work" in page.text) == (401, True)
    assert surveys.ask("/surveys/made-up/thanks", BROWSER).status == 200


def test_what_is_known_of_the_profile_is_not_asked_again(surveys: Surveys, asha: str) -> None:
    asked = (
        {"id": "email", "kind": "field"},
        {"id": "birthday", "kind": "field"},
        {"id": "income", "kind": "field"},
        {"id": "recommend", "kind": "nps"},
    )
    surveys.declare(*asked)
    index = surveys.recorder.vault.index
    token = invitations.invite(questions.asking(*asked), asha, surveys.now_ms, index)[0]

    def ids() -> list[str]:
        told = surveys.ask("/v1/surveys/made-up", t=token).body["questions"]
        return [one["id"] for one in told]

    assert ids() == ["birthday", "recommend"]  # income is asked where trust was earned
    refused = surveys.send({"answers": {"income": "500-1500"}, "invitation": token}, "made-up")
    assert list(refused.faults) == ["income"]
    surveys.answer({"birthday": "1990-05-17", "recommend": 9}, "made-up", invitation=token)
    assert ids() == ["recommend"]
    surveys.now_ms += 61 * DAY_MS
    token = invitations.invite(questions.asking(*asked), asha, surveys.now_ms, index)[0]
    assert ids() == ["income", "recommend"]
    surveys.answer({"income": "500-1500", "recommend": 9}, "made-up", invitation=token)
    assert ids() == ["recommend"]
    assert "500-1500" not in str(surveys.stored("ANSWERS#"))
    assert "1990" not in str([one.data for one in surveys.entries()])
