"""The nightly run that tells what sets detractors apart by what they write: what it opens, what it
keeps, and who is told."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from mteja.aws import clients
from mteja.recording.record import Recorder
from mteja.store import keys, survey_keys
from mteja.store.table import Table
from mteja.store.wire import item_to_wire
from mteja.surveys.items import SaidItem
from mteja.times import day_begins
from mteja.vault.keyring import Keyring
from mteja.vault.sealing import Place, seal
from tests import kit, questions
from tests.answers import DAY, answered, store
from tests.component.counter import Counter

SURVEY = "/v1/reports/survey/satisfaction"
ZONE = "Africa/Dar_es_Salaam"


class Night:
    """The function of themes, and the texts that it reads."""

    def __init__(self, patch: pytest.MonkeyPatch, recorder: Recorder) -> None:
        self.app = kit.handler("themes")
        self.recorder = recorder
        self.opened: list[str] = []
        self._public: dict[str, bytes] = {}
        noon = day_begins(DAY + timedelta(days=4), ZONE) + 43_200_000
        patch.setattr(self.app, "now_ms", lambda: noon)
        patch.setattr("mteja.staff.routes_survey_reports.now_ms", lambda: noon)
        real = Keyring.open

        def watched(keyring: Keyring, owner: str, item: Any) -> Any:
            self.opened.append(owner)
            return real(keyring, owner, item)

        patch.setattr(Keyring, "open", watched)

    def say(self, texts: Iterable[str], score: int, *, begin: int, day: date = DAY) -> None:
        """Store answers with a score and a text each, sealed as they are when they are taken."""
        for number, text in enumerate(texts, begin):
            item = answered(number, {"recommend": score}, day=day)
            store([item])
            scope = survey_keys.texts_scope("satisfaction", day)
            place = Place(scope, item.sk, "why", "surveys", item.trust, item.at)
            sealed = seal(json.dumps(text).encode(), self._key(scope), place)
            said = survey_keys.said("satisfaction", day, item.sk.partition("#")[2])
            whole = SaidItem(
                pk=said.pk,
                sk=said.sk,
                at=item.at,
                source="surveys",
                trust=item.trust,
                scope=scope,
                texts={"why": sealed},
            )
            clients.dynamodb().put_item(
                TableName="customers", Item=item_to_wire(whole.model_dump())
            )

    def run(self) -> dict[str, int]:
        made: dict[str, int] = self.app.lambda_handler({}, None)
        return made

    def _key(self, scope: str) -> bytes:
        if scope not in self._public:
            pair = self.recorder.vault.keyring.new_pair(scope, keys.scope_key(scope), 1)
            clients.dynamodb().put_item(TableName="keys", Item=item_to_wire(pair.item))
            self._public[scope] = pair.public
        return self._public[scope]


@pytest.fixture
def night(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch, the_business: Any) -> Night:
    return Night(monkeypatch, kit.make_recorder(aws, the_business))


def report(desk: Counter) -> list[dict[str, Any]]:
    answer = desk.ask(SURVEY)
    assert answer.status == 200, answer.body
    themes: list[dict[str, Any]] = answer.body["themes"]
    return themes


def two_sides(night: Night) -> None:
    night.say(["Delivery was late"] * 12 + ["Asha Omari was rude"] * 3, 3, begin=0)
    night.say(["Friendly people, fair price"] * 14, 10, begin=100)
    night.say(["Late, but all right"] * 20, 8, begin=200)


def test_staff_are_told_what_sets_detractors_apart(night: Night) -> None:
    two_sides(night)
    assert night.run() == {"surveys": 1, "texts": 29, "unreadable": 0}
    recent, year = report(Counter())
    assert (recent["question"], recent["from"], recent["to"]) == ("why", "2026-08-25", "2026-11-22")
    assert year["from"] == "2025-11-23"
    assert (recent["detractors"], recent["promoters"]) == (15, 14)
    assert {one["term"] for one in recent["of_detractors"]} == {"delivery", "late"}
    assert "friendly" in {one["term"] for one in recent["of_promoters"]}
    # Three wrote a name: fewer than ten are never told.
    assert "asha" not in json.dumps(recent)


def test_of_an_anonymous_survey_words_of_enough_are_told_without_numbers(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number of one night less that of another would be of few."""
    asked = {"id": "recommend", "kind": "nps"}, {"id": "why", "kind": "text"}
    surveying = questions.declared(*asked, anonymous=True, modes=["web"], id="satisfaction")
    monkeypatch.setattr(night.app, "surveying", lambda: surveying)
    monkeypatch.setattr("mteja.staff.survey_reports.surveying", lambda: surveying)
    week = DAY - timedelta(days=DAY.weekday(), weeks=1)
    night.say(["late delivery"] * 11 + ["fine things"] * 3, 3, begin=0, day=week)
    night.say(["late delivery"] + ["friendly people"] * 13, 10, begin=100, day=week)
    night.say(["rude"] * 7, 3, begin=200, day=week)
    night.say(["rude"] * 3, 8, begin=300, day=week)
    assert night.run()["texts"] > 0
    (themes,) = report(Counter())
    assert {one["term"] for one in themes["of_detractors"]} == {
        "late", "delivery", "late delivery",
    }  # fmt: skip
    told = [*themes["of_detractors"], *themes["of_promoters"], themes]
    assert {one[group] for one in told for group in ("detractors", "promoters")} == {None}
    assert {one["ratio"] for one in told[:-1]} == {None}


def test_one_key_is_opened_for_each_month_and_none_of_a_customer(night: Night) -> None:
    two_sides(night)
    night.say(["late"] * 5, 2, begin=300, day=DAY - timedelta(days=40))
    night.run()
    assert sorted(night.opened) == ["survey-satisfaction-2026-10", "survey-satisfaction-2026-11"]


def test_nothing_but_counts_is_kept(night: Night) -> None:
    two_sides(night)
    night.run()
    (item,) = kit.all_items("summaries")
    assert set(item) == {"pk", "sk", "made_at", "data"}
    assert item["pk"] == {"S": "THEMES#satisfaction"}


def test_run_twice_it_changes_nothing_and_what_is_erased_is_gone_the_next_night(
    night: Night,
) -> None:
    two_sides(night)
    night.run()
    before = report(Counter())
    night.run()
    assert report(Counter()) == before
    for number in range(3):
        said = survey_keys.said("satisfaction", DAY, f"rsp_{number:026d}")
        key = {"pk": {"S": said.pk}, "sk": {"S": said.sk}}
        clients.dynamodb().delete_item(TableName="customers", Key=key)
    night.run()
    # Nine are left who wrote of the delivery: too few to be told of.
    assert "delivery" not in {one["term"] for one in report(Counter())[0]["of_detractors"]}


def test_what_does_not_open_is_counted_and_passed_over(night: Night) -> None:
    two_sides(night)
    key = keys.scope_key("survey-satisfaction-2026-11")
    clients.dynamodb().delete_item(TableName="keys", Key={"pk": {"S": key}})
    assert night.run() == {"surveys": 1, "texts": 0, "unreadable": 29}
    assert [one["of_detractors"] for one in report(Counter())] == [[], []]


def test_nothing_that_anybody_wrote_reaches_a_log(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = kit.log_of("themes", monkeypatch)
    night.say(["zebra-marker"] * 12, 2, begin=0)
    night.say(["gazelle-marker"] * 12, 9, begin=100)
    night.run()
    assert "surveys" in log.getvalue()
    assert "marker" not in log.getvalue()


def test_before_the_first_night_no_themes_are_told(aws: dict[str, str]) -> None:
    assert report(Counter()) == []


def test_the_table_is_read_by_query_alone(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """The role may query answers and texts, and read keys: nothing else of the tables."""
    two_sides(night)
    asked: list[Any] = []
    real = Table.get_many

    def watched(table: Table, wanted: Iterable[Any], keys: Iterable[str] = ()) -> Any:
        asked.extend(wanted)
        return real(table, wanted, keys)

    monkeypatch.setattr(Table, "get_many", watched)
    night.run()
    assert asked == []
