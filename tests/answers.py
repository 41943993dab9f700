"""Builders of answers to surveys, as reports read them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from mteja.aws import clients
from mteja.business.load import business
from mteja.store import survey_keys
from mteja.store.wire import item_to_wire
from mteja.surveys.items import AnsweredItem
from mteja.times import day_begins

DAY = date(2026, 11, 18)  # a Wednesday
SCALE = {"scale": "1-10"}


def answered(
    number: int,
    answers: dict[str, Any],
    *,
    survey: str = "satisfaction",
    day: date = DAY,
    zone: str = "Africa/Dar_es_Salaam",
    **of_item: Any,
) -> AnsweredItem:
    """Return an answer of noon, of the web and claimed if nothing else is said."""
    key = survey_keys.answered(survey, day, f"rsp_{number:026d}")
    segments = SCALE | of_item.pop("segments", {})
    known: dict[str, Any] = {"trust": "claimed", "channel": "web"}
    return AnsweredItem(
        pk=key.pk,
        sk=key.sk,
        v=1,
        at=day_begins(day, zone) + 43_200_000,
        answers=answers,
        segments=segments,
        **(known | of_item),
    )


def scored(promoters: int, passives: int, detractors: int, **how: Any) -> list[AnsweredItem]:
    """Return answers of so many in each group."""
    values = [10] * promoters + [8] * passives + [3] * detractors
    begin = how.pop("begin", 0)
    return [answered(begin + at, {"recommend": value}, **how) for at, value in enumerate(values)]


def anonymous(answers: Iterable[dict[str, Any]], weeks_ago: int, **how: Any) -> list[AnsweredItem]:
    """Return answers to the anonymous survey: they bear the begin of their week."""
    monday = DAY - timedelta(days=DAY.weekday(), weeks=weeks_ago)
    return [
        answered(1000 * weeks_ago + at, one, survey="anonymous-profile", day=monday,
                 segments={}, **how)
        for at, one in enumerate(answers)
    ]  # fmt: skip


def store(items: Iterable[AnsweredItem]) -> None:
    """Put answers into the table, instead of what was there under the same keys."""
    assert business().time_zone == "Africa/Dar_es_Salaam"
    for item in items:
        clients.dynamodb().put_item(TableName="customers", Item=item_to_wire(item.model_dump()))
