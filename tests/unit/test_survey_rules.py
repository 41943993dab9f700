"""Rules of surveys: what is reached, what is read, in which order options stand, what may be
declared."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mteja.business.agreeing import disagreements
from mteja.business.compile import read
from mteja.business.file import OwnersFile
from mteja.business.surveys import Surveying
from mteja.errors import InvalidFields, InvalidInput, faults_of
from mteja.forms.values import NEEDED, Setting
from mteja.surveys import flow
from mteja.surveys.answers import Value
from mteja.surveys.definition import Definition
from mteja.surveys.order import LAST, order
from mteja.surveys.reply import read_reply
from mteja.times import business_day
from tests import kit, questions

SETTING = Setting("US", business_day(kit.NOW_MS, "UTC"))
OPTIONS = ("convenience", "price", "quality", "selection")
RANKED: dict[str, Any] = {
    "id": "reasons", "kind": "ranking", "options": [{"value": one} for one in OPTIONS],
}  # fmt: skip
BRANCHING = questions.asking(
    {"id": "recommend", "kind": "nps"},
    {"id": "bad", "kind": "choices", "options": [{"value": "price"}, {"value": "time"}],
     "when": {"question": "recommend", "at_most": 6}},
    {"id": "how_late", "kind": "rating", "when": {"question": "bad", "any_of": ["time"]}},
    {"id": "good", "kind": "text", "when": {"question": "recommend", "at_least": 9}},
)  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "ways"),
    [
        ({}, ["recommend"]),
        ({"recommend": None}, ["recommend"]),
        ({"recommend": 8}, ["recommend"]),
        ({"recommend": 9}, ["recommend", "good"]),
        ({"recommend": 6}, ["recommend", "bad"]),
        ({"recommend": 6, "bad": ("price",)}, ["recommend", "bad"]),
        ({"recommend": 6, "bad": ("price", "time")}, ["recommend", "bad", "how_late"]),
        # What is not reached leads nowhere.
        ({"recommend": 9, "bad": ("time",)}, ["recommend", "good"]),
    ],
    ids=range(8),
)
def test_answers_decide_what_is_reached(answers: dict[str, Value], ways: list[str]) -> None:
    assert [one.id for one in flow.reached(BRANCHING, answers)] == ways


def _ranking(raw: object) -> Value:
    reply = read_reply(questions.asking(RANKED), {"reasons": raw}, SETTING, seen=("reasons",))
    return reply.counted["reasons"]


@given(st.permutations(OPTIONS), st.integers(0, 4), st.integers(1, 3))
def test_a_ranking_is_the_same_by_order_and_by_places(
    options: list[str], count: int, step: int
) -> None:
    ranked = tuple(options[:count])
    places = {one: str(place) for place, one in enumerate(ranked, 1)}
    unranked = dict.fromkeys(options[count:], "")
    assert _ranking(list(ranked)) == (ranked or None)
    assert _ranking(places | unranked) == (ranked or None)
    if count * step <= len(OPTIONS):  # gaps between places change nothing
        spread = {one: str(place * step) for place, one in enumerate(ranked, 1)}
        assert _ranking(spread) == (ranked or None)


@given(st.one_of(
    st.integers(), st.text(), st.booleans(), st.none(), st.lists(st.integers()),
    st.dictionaries(st.text(), st.text()), st.floats(allow_nan=True),
))  # fmt: skip
def test_whatever_is_sent_is_an_answer_or_names_its_question(raw: object) -> None:
    survey = questions.survey()
    for one in survey.questions:
        assert _named(survey, one.id, raw) <= {one.id}


def _named(survey: Definition, question: str, raw: object) -> set[str]:
    """Return which questions an answer, or what is wrong with it, is about."""
    try:
        reply = read_reply(survey, {question: raw}, SETTING, seen=(question,))
    except InvalidInput as fault:
        return {fault.field}
    return set(reply.counted) | set(reply.texts)


@given(st.text(), st.text())
def test_options_stand_in_one_order_a_seed_and_other_stands_last(seed: str, other: str) -> None:
    asked = questions.survey().question("heard_from")
    assert asked is not None
    drawn = order(asked, seed)
    assert drawn == order(asked, seed)
    assert sorted(drawn) == sorted(order(asked, other))
    assert drawn[-2:] == LAST


def test_each_option_is_first_about_as_often() -> None:
    asked = questions.asking(RANKED).questions[0]
    first = [order(asked, str(seed))[0] for seed in range(4_000)]
    assert all(900 < first.count(one) < 1_100 for one in OPTIONS)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidFields) as caught:
        read_reply(questions.survey(), {"recommend": 0, "heard_from": "x", "z": 1}, SETTING)
    assert [one.field for one in caught.value.faults] == ["recommend", "heard_from", "z"]


HANGING = (
    {"id": "recommend", "kind": "nps", "required": True},
    {"id": "missed", "kind": "rating", "when": {"question": "recommend", "at_most": 6}},
    {"id": "worse", "kind": "rating", "when": {"question": "missed", "at_most": 2}},
    {"id": "found", "kind": "rating", "when": {"question": "recommend", "at_least": 9}},
)
_NUMBERS = st.integers(1, 5) | st.sampled_from(["", "99", "x"])


@given(
    st.integers(1, 10),
    st.fixed_dictionaries(dict.fromkeys(("missed", "worse", "found"), _NUMBERS)),
)
def test_of_a_page_with_all_questions_only_what_is_asked_is_read(
    recommend: int, rest: dict[str, int | str]
) -> None:
    survey = questions.asking(*HANGING)
    sent = {"recommend": recommend} | rest
    asked = {"recommend"}
    if recommend <= 6:
        asked |= {"missed"}
        asked |= {"worse"} if rest["missed"] in (1, 2) else set()
    asked |= {"found"} if recommend >= 9 else set()
    wrong = {one for one in asked if sent[one] in ("99", "x")}
    if not wrong:
        assert set(read_reply(survey, sent, SETTING, at_once=True).counted) == asked
        return
    with pytest.raises((InvalidInput, InvalidFields)) as caught:
        read_reply(survey, sent, SETTING, at_once=True)
    assert {one.field for one in faults_of(caught.value)} == wrong


def test_a_program_that_answers_what_is_not_asked_is_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_reply(questions.asking(*HANGING), {"recommend": 9, "missed": 1}, SETTING)
    assert caught.value.field == "missed"


def _faults(*asked: dict[str, Any], **of_survey: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        questions.declared(*asked, **of_survey)
    return str(caught.value)


NPS: dict[str, Any] = {"id": "recommend", "kind": "nps"}


@pytest.mark.parametrize(
    ("asked", "of_survey", "fault"),
    [
        ([NPS, NPS], {}, "asked twice"),
        ([NPS, NPS | {"id": "again"}], {}, "one score"),
        ([NPS | {"options": [{"value": "a"}, {"value": "b"}]}], {}, "no options"),
        ([{"id": "a", "kind": "choice"}], {}, "at least two options"),
        ([{"id": "a", "kind": "choice", "channels": True,
           "options": [{"value": "a"}, {"value": "b"}]}], {}, "channels"),
        ([{"id": "a", "kind": "rating", "most": 11}], {}, "a rating goes up to"),
        ([{"id": "a", "kind": "rating", "from_zero": True}], {}, "only nps"),
        ([{"id": "a", "kind": "text", "shuffle": True}], {}, "shuffle"),
        ([NPS | {"when": {"question": "later", "at_most": 6}}], {}, "not asked before"),
        ([NPS, {"id": "b", "kind": "text", "when": {"question": "recommend"}}], {}, "says any_of"),
        ([NPS, {"id": "b", "kind": "text",
                "when": {"question": "recommend", "any_of": ["6"]}}], {}, "is a number"),
        ([{"id": "a", "kind": "text"}, {"id": "b", "kind": "text",
          "when": {"question": "a", "any_of": ["x"]}}], {}, "only numbers and choices"),
        ([NPS], {"anonymous": True}, "modes are web and kiosk"),
        ([NPS], {"invited_only": True, "modes": ["web", "kiosk"]}, "invited to the tablet"),
        ([NPS], {"anonymous": True, "modes": ["web"], "invite": [{"after": "year"}]}, "by a rule"),
        ([NPS], {"invite": [{"after": "call"}, {"after": "call", "days": 9}]}, "after the same"),
    ],
    ids=range(16),
)  # fmt: skip
def test_what_can_t_be_asked_is_told(
    asked: list[dict[str, Any]], of_survey: dict[str, Any], fault: str
) -> None:
    assert fault in _faults(*asked, **of_survey)


@pytest.mark.parametrize(
    ("asked", "of_survey", "fault"),
    [
        ([{"id": "shoe_size", "kind": "field"}], {}, "which is no field"),
        ([{"id": "size", "kind": "field", "field": "income"}], {}, "has its name as its id"),
        ([{"id": "email", "kind": "field"}], {"anonymous": True, "modes": ["web"]}, "anonymous"),
        ([{"id": "why", "kind": "text"}, {"id": "email", "kind": "field"}], {}, "before texts"),
        ([NPS], {"purpose": "fun"}, "is not declared"),
        ([NPS], {"consent": "orders"}, "rests on consent"),
        ([{"id": "heard", "kind": "choice", "channels": True}, {"id": "b", "kind": "text",
          "when": {"question": "heard", "any_of": ["pigeon"]}}], {}, "no channel"),
    ],
    ids=["field", "name", "anonymous", "late", "purpose", "consent", "channel"],
)  # fmt: skip
def test_what_does_not_agree_with_the_file_is_told(
    asked: list[dict[str, Any]], of_survey: dict[str, Any], fault: str
) -> None:
    file = read(kit.ROOT / "layers/business/business.yaml")
    changed = file.model_copy(update={"surveys": questions.declared(*asked, **of_survey).surveys})
    assert isinstance(changed, OwnersFile)
    told = [message for where, message in disagreements(changed) if where[0] == "surveys"]
    assert len(told) == 1
    assert fault in told[0]


def test_a_survey_for_invited_persons_stands_on_no_tablet() -> None:
    assert questions.asking(NPS, invited_only=True).survey.modes == ("web", "staff")


def test_what_is_required_may_stay_as_it_was_written() -> None:
    survey = questions.asking({"id": "why", "kind": "text", "required": True}, NPS)
    with pytest.raises(InvalidInput, match=NEEDED):
        read_reply(survey, {"why": ""}, SETTING, seen=["why"])
    assert read_reply(survey, {"why": ""}, SETTING, seen=["why"], written={"why"}).texts == {}


def test_who_invites_by_message_needs_mail() -> None:
    file = read(kit.ROOT / "layers/business/business.yaml")
    changed = file.model_copy(update={"mail": None})
    told = [message for where, message in disagreements(changed) if where[0] == "surveys"]
    assert len(told) == 1
    assert "no mail" in told[0]


@pytest.mark.parametrize("days", [1, 89, 366])
def test_invitations_are_at_least_ninety_days_apart(days: int) -> None:
    with pytest.raises(ValidationError, match="surveys_apart_days"):
        Surveying(surveys_apart_days=days)


def test_the_wording_of_a_survey_has_a_version() -> None:
    one, other = questions.asking(NPS), questions.asking(NPS | {"label": "Another"})
    assert isinstance(one, Definition)
    assert one.version == questions.asking(NPS).version != other.version
