"""Reports on surveys: what they say, of which answers, to whom, and as CSV."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from mteja.aws import clients
from mteja.business.sites import Sites
from mteja.business.surveys import Surveying
from mteja.staff.reports import Reports
from mteja.store import survey_keys
from mteja.store.table import customers_table
from mteja.surveys import invited
from mteja.surveys.scoring.nps import Score
from mteja.times import day_begins
from tests import answers, kit, questions
from tests.answers import DAY, anonymous, answered, scored, store
from tests.component.counter import Counter, claims_of
from tests.component.front import ANALYST
from tests.component.test_summaries import store as store_visits
from tests.visits import batch, moment, page

NPS, SOURCES, REASONS = (f"/v1/reports/{name}" for name in ("nps", "sources", "reasons"))
SURVEY = "/v1/reports/survey/satisfaction"
PROFILE = "/v1/reports/survey/anonymous-profile"
EVERY = (NPS, SOURCES, REASONS, SURVEY)
ZONE = "Africa/Dar_es_Salaam"


@pytest.fixture
def desk(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Counter:
    """The staff API at noon of the Sunday after."""
    counter = Counter()
    noon = day_begins(DAY + timedelta(days=4), ZONE) + 43_200_000
    monkeypatch.setattr("mteja.staff.routes_survey_reports.now_ms", lambda: noon)
    return counter


def declare(patch: pytest.MonkeyPatch, *asked: dict[str, Any], **of_survey: Any) -> None:
    surveying: Surveying = questions.declared(*asked, **of_survey)
    patch.setattr("mteja.staff.survey_reports.surveying", lambda: surveying)


def report(desk: Counter, path: str, **query: str) -> dict[str, Any]:
    answer = desk.ask(path, {"from": "2026-11-01", "to": "2026-11-22"} | query)
    assert answer.status == 200, answer.body
    return answer.body


def test_a_score_as_the_contract_says(desk: Counter) -> None:
    store(scored(50, 30, 20))
    store([answered(500, {"recommend": None}), answered(501, {"heard_from": "friend"})])
    body = report(desk, NPS)
    score = {
        "n": 100,
        "promoters": 50,
        "passives": 30,
        "detractors": 20,
        "nps": 30.0,
        "interval": [14.69, 45.31],
        "detractor_promoter_ratio": 0.4,
    }
    assert body == {
        "survey": "satisfaction",
        "from": "2026-11-01",
        "to": "2026-11-22",
        "until": "2026-11-22",
        "trust": "all",
        "anonymous": False,
        **score,
        "response_rate": None,
        "scale": "1-10",
        "other_scale": 0,
        "series": [{"from": "2026-11-16", "to": "2026-11-22", **score, "changed": False}],
        "by": None,
        "segments": [],
    }


def test_of_no_answers_there_is_no_score(desk: Counter) -> None:
    body = report(desk, NPS)
    assert (body["n"], body["nps"], body["interval"]) == (0, None, [-100, 100])
    assert (body["detractor_promoter_ratio"], body["series"]) == (None, [])


def test_an_answer_that_is_changed_or_erased_is_right_at_the_next_reading(desk: Counter) -> None:
    store(scored(10, 0, 10))
    assert report(desk, NPS)["nps"] == 0
    store([answered(0, {"recommend": 3})])
    assert report(desk, NPS)["nps"] == -10
    gone = answered(0, {})
    key = {"pk": {"S": gone.pk}, "sk": {"S": gone.sk}}
    clients.dynamodb().delete_item(TableName="customers", Key=key)
    assert report(desk, NPS)["n"] == 19


def test_claims_are_read_apart(desk: Counter) -> None:
    store(scored(10, 0, 0, trust="verified", invited=True, channel="email"))
    store(scored(0, 0, 20, begin=100))
    assert report(desk, NPS, trust="verified")["nps"] == 100
    assert report(desk, NPS, trust="claimed")["nps"] == -100
    assert report(desk, NPS, trust="all")["n"] == 30
    by_channel = report(desk, NPS, by="channel")["segments"]
    assert [(one["segment"], one["nps"]) for one in by_channel] == [("web", -100), ("email", 100)]
    by_invited = report(desk, NPS, by="invited")["segments"]
    assert [(one["segment"], one["n"]) for one in by_invited] == [
        ("uninvited", 20),
        ("invited", 10),
    ]


def test_of_a_segment_of_few_only_its_size_is_told(desk: Counter) -> None:
    store(scored(10, 0, 0, segments={"country": "TZ"}) + scored(9, 0, 0, begin=50))
    assert report(desk, NPS, by="country")["segments"][1] == {
        "segment": "unknown", "answers": 9, "few": True,
    }  # fmt: skip


def test_two_scales_are_never_mixed(desk: Counter) -> None:
    store(scored(10, 0, 0) + scored(0, 0, 15, begin=50, segments={"scale": "0-10"}))
    body = report(desk, NPS)
    assert (body["n"], body["nps"], body["other_scale"]) == (10, 100, 15)
    assert sum(point["n"] for point in body["series"]) == 10


def test_time_is_shown_by_day_week_or_month(desk: Counter) -> None:
    store(scored(50, 30, 20, day=DAY - timedelta(weeks=1)) + scored(5, 10, 85, begin=200))
    weeks = report(desk, NPS)["series"]
    assert [(one["from"], one["nps"], one["changed"]) for one in weeks] == [
        ("2026-11-09", 30, False), ("2026-11-16", -80, True),
    ]  # fmt: skip
    days = report(desk, NPS, by="day")["series"]
    assert [one["from"] for one in days] == ["2026-11-11", "2026-11-18"]
    (month,) = report(desk, NPS, by="month")["series"]
    assert (month["from"], month["to"], month["n"]) == ("2026-11-01", "2026-11-22", 200)


def test_days_are_those_of_the_business(desk: Counter) -> None:
    """An answer of half past midnight in Dar es Salaam is of the day before in UTC."""
    late = answered(1, {"recommend": 9}).model_copy(
        update={"at": day_begins(DAY, ZONE) + 1_800_000}
    )
    store([late])
    assert [one["from"] for one in report(desk, NPS, by="day")["series"]] == [str(DAY)]
    only = {"from": str(DAY), "to": str(DAY)}
    assert report(desk, NPS, **only)["n"] == 1
    before = str(DAY - timedelta(days=1))
    assert report(desk, NPS, **{"from": before, "to": before})["n"] == 0


def test_reasons_as_the_contract_says(desk: Counter) -> None:
    orders = {"reasons": ["convenience", "price", "quality", "selection"]}
    store(
        answered(at, {"reasons": ranked}, shown=orders)
        for at, ranked in enumerate([["quality", "price"], ["quality"], ["price", "quality"], None])
    )
    body = report(desk, REASONS)
    assert (body["n"], body["question"]) == (3, "reasons")
    best, second = body["items"][:2]
    assert (best["option"], best["borda"], best["mean_rank"]) == ("quality", 8.0, 1.3333)
    assert (best["first_share"], best["ranked"], best["wins"]) == (0.6667, 3, 3)
    # Of price: second of four, one of the three that were left out, and first.
    assert (second["option"], second["borda"]) == ("price", 6.0)
    assert {"option": "quality", "over": "price", "count": 2} in body["pairwise"]
    assert body["positions"][2] == {
        "position": 3, "count": 2, "share": 0.6667, "interval": [0.2077, 0.9385],
    }  # fmt: skip


def test_sources_are_measured_and_declared(desk: Counter) -> None:
    at = moment("10:00")
    store_visits(batch(page(at, "/", referrer="www.google.com"), "v1"), batch(page(at, "/"), "v2"))
    pairs = [("search", "search")] * 3 + [("friend", "search")] * 2 + [("friend", "direct")]
    store(
        answered(number, {"heard_from": said}, segments={"source": measured})
        for number, (said, measured) in enumerate(pairs)
    )
    store([answered(100, {"heard_from": "dont-remember"}), answered(101, {"heard_from": None})])
    body = report(desk, SOURCES)
    assert [(row["how"], row["channel"], row["count"]) for row in body["items"]] == [
        ("measured", "direct", 1),
        ("measured", "search", 1),
        ("declared", "friend", 3),
        ("declared", "search", 3),
        ("declared", "dont-remember", 1),
    ]
    assert body["items"][2]["share"] == 0.4286
    assert body["matrix"][0] == {"declared": "search", "measured": "search", "count": 3}
    # Who came directly was not measured: five can agree, three do; 3/5 against 3/5 by chance.
    assert (body["compared"], body["agreement"], body["kappa"]) == (5, 0.6, 0.0)


def test_a_survey_is_told_question_by_question(desk: Counter) -> None:
    store([*scored(10, 5, 5), answered(100, {"heard_from": "friend", "reasons": ["price"]})])
    body = report(desk, SURVEY)
    by_question = {one["question"]: one for one in body["questions"]}
    assert list(by_question) == ["recommend", "heard_from", "reasons"]
    assert body["answers"] == 21
    assert by_question["recommend"]["nps"] == 25
    assert by_question["heard_from"]["items"][0]["option"] == "friend"
    assert by_question["reasons"]["n"] == 1


def test_ratings_and_fields_are_told_too(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(
        monkeypatch,
        {"id": "service", "kind": "rating"},
        {"id": "bought", "kind": "choices", "options": [{"value": "lamps"}, {"value": "chairs"}]},
        {"id": "interests", "kind": "field"},
        {"id": "why", "kind": "text"},
        {"id": "name", "kind": "field"},
    )
    store(
        answered(
            at,
            {"service": value, "bought": ["lamps"], "interests": ["kitchen", "lamps"]},
            survey="made-up",
        )
        for at, value in enumerate([5, 4, 4, 3, 5, 5, 4, 2, 5, 3])
    )
    service, bought, interests = report(desk, "/v1/reports/survey/made-up")["questions"]
    assert (service["n"], service["mean"]) == (10, 4.0)
    assert service["mean_interval"] == [3.3467, 4.6533]  # 4 ± 1.96 √(10/9 / 10)
    assert [(one["option"], one["share"]) for one in bought["items"]] == [
        ("lamps", 1),
        ("chairs", 0),
    ]
    assert [one["option"] for one in interests["items"]][:2] == ["kitchen", "lamps"]


def profiles(low: int, high: int, none: int = 0) -> list[dict[str, Any]]:
    told = [{"income": "under-500"}] * low + [{"income": "over-4000"}] * high
    return told + [{"income": None}] * none


def test_of_an_anonymous_survey_nothing_of_few_is_told(desk: Counter) -> None:
    store(anonymous(profiles(12, 12), 2) + anonymous(profiles(9, 0), 1))
    body = report(desk, PROFILE)
    # Last week's nine wait for a tenth.
    assert (body["answers"], body["anonymous"]) == (24, True)
    income = body["questions"][0]
    told = {one["option"]: one["count"] for one in income["items"]}
    # Nobody chose two of them: a third is left out, so that this does not follow from the rest.
    assert told == {"under-500": 12, "over-4000": None, "500-1500": None, "1500-4000": None}
    store(anonymous(profiles(12, 12), 2) + anonymous(profiles(20, 30), 1))
    body = report(desk, PROFILE)
    assert body["answers"] == 74
    assert all(one["count"] is None or one["count"] >= 10 for one in body["questions"][0]["items"])


def test_this_weeks_answers_to_an_anonymous_survey_are_not_told_yet(desk: Counter) -> None:
    store(anonymous(profiles(20, 20), 0))
    assert report(desk, PROFILE)["answers"] == 0


def test_an_anonymous_survey_is_told_as_a_whole(desk: Counter) -> None:
    store(anonymous(profiles(15, 15), 1))
    answer = desk.ask(PROFILE, {"trust": "claimed"})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "trust")


def test_an_anonymous_survey_is_told_apart_by_nothing(desk: Counter) -> None:
    """What is told of a segment, less what is told of the whole, is that of the others."""
    store(anonymous(profiles(15, 15), 1) + anonymous(profiles(11, 0), 2, channel="kiosk"))
    for by in ("channel", "trust", "invited"):
        answer = desk.ask(PROFILE, {"by": by})
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, "by")


WEEK = DAY - timedelta(days=DAY.weekday(), weeks=1)
"""The last week that is over."""


def ask_nobody(patch: pytest.MonkeyPatch, *asked: dict[str, Any]) -> None:
    """Have one survey, `made-up`, that is anonymous."""
    declare(patch, *asked, anonymous=True, modes=["web"])


def say(answers: Iterable[dict[str, Any]], weeks_before: int = 0, **how: Any) -> None:
    """Store anonymous answers of a week."""
    day = WEEK - timedelta(weeks=weeks_before)
    begin = 1000 * weeks_before
    store(answered(begin + at, one, survey="made-up", day=day, **how)
          for at, one in enumerate(answers))  # fmt: skip


def told_of(desk: Counter, question: str, **query: str) -> dict[str, Any]:
    """Return what is told of a question."""
    questions = report(desk, "/v1/reports/survey/made-up", **query)["questions"]
    (one,) = (one for one in questions if one["question"] == question)
    return dict(one)


def counts_of(told: dict[str, Any]) -> dict[str, int | None]:
    return {one["option"]: one["count"] for one in told["items"]}


@pytest.mark.parametrize("groups", [(30, 12, 4), (4, 30, 12), (12, 4, 30), (1, 40, 9)])
def test_an_anonymous_score_gives_no_group_of_few_away(
    desk: Counter, monkeypatch: pytest.MonkeyPatch, groups: tuple[int, int, int]
) -> None:
    """One group beside the score would tell the other two, and so would the true interval."""
    ask_nobody(monkeypatch, {"id": "recommend", "kind": "nps"})
    store(scored(*groups, survey="made-up", day=WEEK))
    body = report(desk, NPS)
    made = Score(*groups)
    assert (body["n"], body["nps"]) == (made.n, made.nps)
    assert body["interval"] == list(made.without_groups.interval)
    for name in ("promoters", "passives", "detractors", "detractor_promoter_ratio"):
        assert body[name] is None
    (point,) = body["series"]
    assert (point["from"], point["to"]) == (str(WEEK), str(WEEK + timedelta(days=6)))
    assert {name: point[name] for name in ("n", "nps", "interval", "promoters")} == {
        name: body[name] for name in ("n", "nps", "interval", "promoters")
    }


def test_a_unanimous_anonymous_score_is_not_told(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would say of each group how large it is."""
    ask_nobody(monkeypatch, {"id": "recommend", "kind": "nps"})
    store(scored(12, 0, 0, survey="made-up", day=WEEK))
    body = report(desk, NPS)
    assert (body["n"], body["nps"], body["interval"]) == (12, None, [-100, 100])
    assert (body["promoters"], body["series"]) == (None, [])


def test_an_anonymous_score_of_enough_in_each_group_is_told_as_any(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_nobody(monkeypatch, {"id": "recommend", "kind": "nps"})
    store(scored(30, 12, 10, survey="made-up", day=WEEK))
    body = report(desk, NPS)
    assert [body[name] for name in ("promoters", "passives", "detractors")] == [30, 12, 10]
    assert body["interval"] == list(Score(30, 12, 10).interval)


def test_two_reports_on_an_anonymous_score_differ_by_enough_in_each_group(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten answers of a later week are too few to be told by themselves: they wait for more."""
    ask_nobody(monkeypatch, {"id": "recommend", "kind": "nps"})
    store(scored(20, 20, 20, survey="made-up", day=WEEK - timedelta(weeks=1)))
    store(scored(5, 4, 1, survey="made-up", day=WEEK, begin=500))
    whole = report(desk, NPS)
    before = report(desk, NPS, to=str(WEEK - timedelta(days=1)))
    for name in ("n", "nps", "promoters", "passives", "detractors", "series"):
        assert whole[name] == before[name]
    assert (whole["n"], whole["until"]) == (60, str(WEEK + timedelta(days=6)))
    store(scored(15, 14, 13, survey="made-up", day=WEEK, begin=500))
    grown = report(desk, NPS)
    assert (grown["n"], grown["detractors"]) == (102, 33)
    only = report(desk, NPS, **{"from": str(WEEK)})
    assert (only["n"], only["detractors"]) == (42, 13)


RATING = {"id": "service", "kind": "rating"}


def test_a_mean_of_anonymous_ratings_is_told_with_all_of_them_or_not(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their number, a mean and its interval have one solution where ratings are few."""
    ask_nobody(monkeypatch, RATING)
    say({"service": 1 if at == 0 else 5} for at in range(10))
    told = told_of(desk, "service")
    assert (told["n"], told["mean"], told["mean_interval"]) == (10, None, None)
    assert set(counts_of(told).values()) == {None}
    say({"service": 1 + at % 5} for at in range(50))
    told = told_of(desk, "service")
    assert (told["n"], told["mean"]) == (50, 3.0)
    assert counts_of(told) == dict.fromkeys("12345", 10)


def test_a_number_without_bounds_that_few_said_is_not_even_named(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_nobody(monkeypatch, {"id": "children", "kind": "field"})
    say([{"children": 1}] * 20 + [{"children": 2}] * 15 + [{"children": 3}] * 8)
    told = told_of(desk, "children")
    assert (told["n"], told["mean"], counts_of(told)) == (43, None, {"1": 20})


RANKED = {"id": "first", "kind": "ranking", "options": [{"value": "a"}, {"value": "b"}]}


def test_an_anonymous_ranking_is_told_where_each_place_is_of_enough(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mean rank of two options is the share of first choices."""
    ask_nobody(monkeypatch, RANKED)
    say({"first": ["b", "a"] if at == 0 else ["a", "b"]} for at in range(12))
    told = told_of(desk, "first")
    assert (told["n"], told["items"], told["pairwise"], told["positions"]) == (12, [], [], [])
    say({"first": ["b", "a"] if at < 10 else ["a", "b"]} for at in range(25))
    told = told_of(desk, "first")
    assert [(one["option"], one["borda"], one["first_share"]) for one in told["items"]] == [
        ("a", 15.0, 0.6), ("b", 10.0, 0.4),
    ]  # fmt: skip
    assert (told["pairwise"], {one["wins"] for one in told["items"]}) == ([], {None})


def test_the_places_in_which_options_were_shown_are_told_of_enough(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_nobody(monkeypatch, RANKED)
    ballots = [["a", "b"], ["b", "a"]] * 20
    for shown_last, told in ((4, 0), (14, 2)):
        store(
            answered(at, {"first": ballot}, survey="made-up", day=WEEK,
                     shown={"first": ballot[::-1] if at < shown_last else ballot})
            for at, ballot in enumerate(ballots)
        )  # fmt: skip
        assert len(told_of(desk, "first")["positions"]) == told


SEVERAL = {"id": "bought", "kind": "choices", "options": [{"value": "lamps"}, {"value": "chairs"}]}


def test_of_several_anonymous_choices_few_who_made_both_do_not_follow(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_nobody(monkeypatch, SEVERAL)
    lamps, chairs = [{"bought": ["lamps"]}], [{"bought": ["chairs"]}]
    both = [{"bought": ["lamps", "chairs"]}]
    say(both * 4 + lamps * 30 + chairs * 12)
    assert counts_of(told_of(desk, "bought")) == {"lamps": 34, "chairs": None}
    say(both * 14 + lamps * 30 + chairs * 12)
    assert counts_of(told_of(desk, "bought")) == {"lamps": 44, "chairs": 26}


PICK = {"id": "pick", "kind": "choice", "options": [{"value": one} for one in "abc"]}
MORE = RATING | {"when": {"question": "pick", "any_of": ["c"]}}


def test_how_many_were_asked_more_gives_no_hidden_cell_away(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_nobody(monkeypatch, PICK, MORE)
    say([{"pick": "a"}] * 30 + [{"pick": "b"}] * 3 + [{"pick": "c", "service": 4}] * 60)
    assert counts_of(told_of(desk, "pick")) == {"c": 60, "a": None, "b": None}
    more = told_of(desk, "service")
    assert (more["n"], set(counts_of(more).values())) == (None, {None})
    rated = [{"pick": "c", "service": 1 + at % 5} for at in range(60)]
    say([{"pick": "a"}] * 30 + [{"pick": "b"}] * 13 + rated)
    more = told_of(desk, "service")
    assert (more["n"], more["mean"]) == (60, 3.0)


@pytest.mark.parametrize(("most", "told"), [(6, 30), (4, None)])
def test_what_is_asked_of_a_group_of_the_score_is_told_with_it(
    desk: Counter, monkeypatch: pytest.MonkeyPatch, most: int, told: int | None
) -> None:
    """Of a part of a group it would say how large that is."""
    when = {"when": {"question": "recommend", "at_most": most}}
    ask_nobody(monkeypatch, {"id": "recommend", "kind": "nps"}, PICK | when)
    low = [{"recommend": 3, "pick": "aab"[at % 3]} for at in range(30)]
    say([{"recommend": 10}] * 12 + [{"recommend": 8}] * 12 + low)
    asked = told_of(desk, "pick")
    assert (asked["n"], counts_of(asked)["a"]) == (told, told and 20)


def test_the_response_rate_of_an_anonymous_survey_is_of_the_weeks_that_are_told(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block of the weeks before began in October, and so is in no part of the report."""
    ask_nobody(monkeypatch, {"id": "recommend", "kind": "nps"})
    before = WEEK - timedelta(weeks=2)
    store(scored(12, 0, 0, survey="made-up", day=before, invited=True))
    store(scored(20, 0, 0, survey="made-up", day=WEEK, begin=100, invited=True))
    for day in (WEEK, before + timedelta(days=6)):
        key = survey_keys.invited("made-up", day, "x")
        customers_table().add(key, invited.COUNTER, 20)
    body = report(desk, NPS, **{"from": str(before + timedelta(days=3))})
    assert (body["n"], body["response_rate"]) == (20, 1.0)


def test_of_few_who_answered_over_a_link_no_rate_is_told(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_nobody(monkeypatch, {"id": "recommend", "kind": "nps"})
    customers_table().add(survey_keys.invited("made-up", WEEK, "x"), invited.COUNTER, 20)
    store(scored(10, 10, 10, survey="made-up", day=WEEK))
    store(scored(4, 0, 0, survey="made-up", day=WEEK, begin=100, invited=True))
    assert report(desk, NPS)["response_rate"] is None


@pytest.mark.parametrize("path", EVERY)
def test_every_group_may_see_reports_and_nobody_else(desk: Counter, path: str) -> None:
    assert desk.ask(path, claims=ANALYST).status == 200
    assert desk.ask(path, claims=claims_of("[staff]")).status == 200
    assert desk.ask(path, claims=claims_of("[]")).status == 403


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"trust": "some"}, "trust"),
        ({"by": "name"}, "by"),
        ({"page": "/"}, "page"),
        ({"from": "2020-01-01"}, "from"),
    ],
)
def test_what_can_not_be_asked_is_told_by_field(
    desk: Counter, path: str, query: dict[str, str], field: str
) -> None:
    answer = desk.ask(path, query)
    assert answer.status == 422, answer.body
    assert [one["field"] for one in answer.body["errors"]] == [field]


def test_a_survey_that_is_not_declared_is_not_there(desk: Counter) -> None:
    assert desk.ask(NPS, {"survey": "nothing"}).status == 404
    assert desk.ask("/v1/reports/survey/nothing").status == 404
    asks_no_score = desk.ask(NPS, {"survey": "anonymous-profile"})
    assert (asks_no_score.status, asks_no_score.body["errors"][0]["field"]) == (422, "survey")


def test_without_surveys_sources_are_those_of_visits(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.survey_reports.surveying", Surveying)
    body = report(desk, SOURCES)
    assert (body["site"], body["items"], body["matrix"], body["agreement"]) == (
        "shop",
        [],
        [],
        None,
    )
    assert desk.ask(NPS).status == 404


def test_without_websites_and_surveys_sources_are_of_nothing(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.survey_reports.surveying", Surveying)
    monkeypatch.setattr("mteja.staff.reports.sites", Sites)
    body = report(desk, SOURCES)
    assert (body["from"], body["to"], body["until"]) == ("2026-11-01", "2026-11-22", "2026-11-22")
    assert (body["items"], body["matrix"]) == ([], [])
    refused = desk.ask(SOURCES, {"from": "yesterday"})
    assert [one["field"] for one in refused.body["errors"]] == ["from"]


def test_sources_are_until_the_last_day_whose_visits_are_in_them(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = Reports.sources
    monkeypatch.setattr(
        Reports, "sources", lambda self, query: sources(self, query) | {"until": "2026-11-20"}
    )
    assert report(desk, SOURCES)["until"] == "2026-11-20"


def as_csv(desk: Counter, path: str, **query: str) -> list[dict[str, str]]:
    told = kit.http_event(
        "GET",
        path,
        headers={"Accept": "text/csv"},
        query={"from": "2026-11-01", "to": "2026-11-22"} | query,
        claims=ANALYST,
    )
    response = desk.answer(told)
    assert response["headers"]["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response["body"], newline="")))


def test_reports_are_tables_where_csv_is_asked_for(desk: Counter) -> None:
    store(scored(50, 30, 20, channel="=web") + scored(3, 0, 0, begin=200))
    store([answered(300, {"reasons": ["price"], "heard_from": "friend"},
                    segments={"source": "search"})])  # fmt: skip
    whole, week, *segments = as_csv(desk, NPS, by="channel")
    assert (whole["part"], whole["n"], whole["nps"]) == ("all", "103", "32.04")
    assert (week["part"], week["from"], week["changed"]) == ("period", "2026-11-16", "False")
    assert [(one["segment"], one["n"], one["nps"]) for one in segments] == [
        ("'=web", "100", "30.0"), ("web", "4", ""),
    ]  # fmt: skip
    rows = as_csv(desk, REASONS)
    assert (rows[0]["option"], rows[0]["borda"], rows[0]["over"]) == ("price", "3.0", "")
    assert (rows[-1]["option"], rows[-1]["over"], rows[-1]["count"]) == (
        "selection",
        "quality",
        "0",
    )
    assert [(one["how"], one["channel"], one["measured"]) for one in as_csv(desk, SOURCES)] == [
        ("declared", "friend", ""), ("both", "friend", "search"),
    ]  # fmt: skip
    measures = {(one["question"], one["option"], one["measure"]): one["value"]
                for one in as_csv(desk, SURVEY)}  # fmt: skip
    assert measures["recommend", "", "nps"] == "32.04"
    assert measures["heard_from", "friend", "count"] == "1"
    assert measures["reasons", "price", "borda"] == "3.0"


def test_no_report_says_whose_an_answer_is(desk: Counter) -> None:
    store(answered(at, {"recommend": 9, "heard_from": "friend"}) for at in range(12))
    for path in EVERY:
        assert "rsp_" not in str(report(desk, path))


def test_what_is_built_here_is_as_it_is_taken() -> None:
    assert {"scale": questions.survey().scale} == answers.SCALE
