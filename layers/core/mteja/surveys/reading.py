"""Answers to a survey, as reports read them: strongly consistent, with no key of the vault."""

from collections.abc import Iterator
from datetime import date

from mteja.identity.identifiers import Trust
from mteja.store import survey_keys
from mteja.store.table import Table
from mteja.surveys.answers import Answered
from mteja.surveys.items import AnsweredItem


def read_answers(table: Table, survey: str, first_day: date, last_day: date) -> Iterator[Answered]:
    """Yield the answers of these days, both included, in no particular order.

    One Query for each month and shard: 1 RU for some 12 answers.
    """
    between = survey_keys.answers_between(first_day, last_day)
    for month in _months(first_day, last_day):
        for shard in range(survey_keys.ANSWER_SHARDS):
            partition = survey_keys.answers_partition(survey, month, shard)
            for raw in table.query(partition, between=between):
                yield _answered(AnsweredItem.model_validate(raw), survey)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _answered(item: AnsweredItem, survey: str) -> Answered:
    return Answered(
        response=item.sk.partition("#")[2],
        survey=survey,
        at=item.at,
        trust=Trust(item.trust),
        channel=item.channel,
        invited=item.invited,
        answers={
            question: tuple(value) if isinstance(value, list) else value
            for question, value in item.answers.items()
        },
        shown={question: tuple(order) for question, order in item.shown.items()},
        segments=dict(item.segments),
    )
