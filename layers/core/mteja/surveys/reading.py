"""Answers to a survey, as reports read them, strongly consistent. Counting needs no key."""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from mteja.store import keys, survey_keys
from mteja.store.table import Table
from mteja.surveys.answers import Answered
from mteja.surveys.items import TOLD, SaidItem, Told

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


def read_answers(table: Table, survey: str, first_day: date, last_day: date) -> Iterator[Answered]:
    """Yield the answers of these days, both included, in no particular order.

    One Query for each month and shard: 1 RU for some 8 answers.
    """
    told = _told().validate_json
    between = keys.days_between(first_day, last_day)
    for month in months(first_day, last_day):
        for shard in range(survey_keys.ANSWER_SHARDS):
            partition = survey_keys.answers_partition(survey, month, shard)
            for raw in table.query(partition, between=between, only=("sk", TOLD)):
                response = str(raw["sk"]).partition("#")[2]
                yield Answered(response, survey, **told(str(raw[TOLD])))


def read_texts(table: Table, survey: str, first_day: date, last_day: date) -> Iterator[SaidItem]:
    """Yield the sealed texts of these days, both included. `opened` reads one, with the key of its
    `scope`."""
    between = keys.days_between(first_day, last_day)
    for month in months(first_day, last_day):
        for shard in range(survey_keys.ANSWER_SHARDS):
            partition = survey_keys.said_partition(survey, month, shard)
            for raw in table.query(partition, between=between):
                yield SaidItem.model_validate(raw)


def opened(item: SaidItem, private: "X25519PrivateKey") -> dict[str, str]:
    """Return the texts of an answer by question. Raises CannotOpen."""
    from mteja.vault.sealing import Place, open_sealed

    return {
        question: json.loads(
            open_sealed(
                sealed,
                private,
                Place(item.scope, item.sk, question, item.source, item.trust, item.at),
            )
        )
        for question, sealed in item.texts.items()
    }


@cache
def _told() -> TypeAdapter[Told]:
    return TypeAdapter(Told)


def months(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month in which any of these days is."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
