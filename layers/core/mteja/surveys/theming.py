"""What sets detractors apart by what they write, made each night and kept as counts.

Texts are sealed to the key of their survey and month: one opening for each, however many answers.
A nightly run reads the last year. Of an anonymous survey it reads whole blocks of weeks alone
(mteja.surveys.scoring.anonymity), and tells words without numbers, each used by enough of the group
that it is told of: of numbers, one night's less another's would be those of few.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from mteja.business.forms import Asking
from mteja.business.surveys import Surveying
from mteja.errors import CannotOpen
from mteja.store import keys, survey_keys
from mteja.store.apart import TableApart
from mteja.store.table import Table
from mteja.surveys.definition import Definition, definition, question_of
from mteja.surveys.items import SaidItem
from mteja.surveys.reading import opened, read_answers, read_texts
from mteja.surveys.scoring.anonymity import FEWEST, blocks, within
from mteja.surveys.scoring.nps import LEAST_PROMOTER, is_detractor
from mteja.surveys.scoring.themes import DETRACTOR, PROMOTER, themes
from mteja.times import business_day
from mteja.tracking.items import SummaryItem
from mteja.vault.keyring import Keyring

DAYS = (90, 365)
"""The last so many days, each told by themselves."""


@dataclass(frozen=True)
class Theming:
    """What a nightly run needs."""

    customers: Table
    summaries: TableApart
    keyring: Keyring
    zone: str


@dataclass(frozen=True)
class Made:
    """What was done, in numbers: surveys put, texts read, texts that did not open."""

    surveys: int
    texts: int
    unreadable: int


def make(surveying: Surveying, asking: Asking, place: Theming, now_ms: int) -> Made:
    """Put the themes of every survey that asks for a score and for texts. Raises errors of AWS as
    they are."""
    surveys = texts = unreadable = 0
    for declared in surveying.surveys:
        survey = definition(declared.id, surveying, asking)
        if question_of(survey, "nps") is None or question_of(survey, "text") is None:
            continue
        read = _Reader(survey, place, business_day(now_ms, place.zone))
        data = json.dumps(read.themes(), ensure_ascii=False, sort_keys=True).encode()
        key = survey_keys.themes(survey.id)
        item = SummaryItem(pk=key.pk, sk=key.sk, made_at=now_ms, data=zlib.compress(data))
        place.summaries.put(item.model_dump())
        surveys, texts, unreadable = surveys + 1, texts + read.texts, unreadable + read.unreadable
    return Made(surveys, texts, unreadable)


def read_themes(summaries: TableApart, survey: str) -> list[dict[str, Any]]:
    """Return the themes of a survey as the last night made them: by question and time."""
    key = survey_keys.themes(survey)
    for raw in summaries.get_many([key]).values():
        told: list[dict[str, Any]] = json.loads(
            zlib.decompress(SummaryItem.model_validate(raw).data)
        )
        return told
    return []


class _Reader:
    """Reads one survey's texts, once."""

    def __init__(self, survey: Definition, place: Theming, today: date) -> None:
        self.texts = self.unreadable = 0
        self._survey, self._place, self._today = survey, place, today
        # The blocks of an anonymous survey fit into one time, and not into another as well.
        self._windows = DAYS[-1:] if survey.anonymous else DAYS

    def themes(self) -> list[dict[str, Any]]:
        """Return the themes of each question and time, those of the shortest first."""
        said = list(self._said())
        found = []
        for days in self._windows:
            first = self._today - timedelta(days=days - 1)
            for question in self._survey.questions:
                if question.question.kind == "text":
                    written = (
                        (texts[question.id], group)
                        for day, group, texts in said
                        if day >= first and question.id in texts
                    )
                    about = {"question": question.id, "from": str(first), "to": str(self._today)}
                    found.append(about | self._told(written))
        return found

    def _told(self, written: Iterable[tuple[str, str]]) -> dict[str, Any]:
        if not self._survey.anonymous:
            return asdict(themes(written))
        words = themes(written, least_of_group=FEWEST)
        untold = dict.fromkeys(("detractors", "promoters", "ratio"))
        return {
            "of_detractors": [asdict(one) | untold for one in words.of_detractors],
            "of_promoters": [asdict(one) | untold for one in words.of_promoters],
            "detractors": None,
            "promoters": None,
        }

    def _said(self) -> Iterator[tuple[date, str, Mapping[str, str]]]:
        """Yield the day, the group and the texts of everybody who is in a group."""
        table, survey = self._place.customers, self._survey.id
        first = self._today - timedelta(days=max(self._windows) - 1)
        groups = dict(self._groups(first))
        private: dict[str, Any] = {}
        for item in read_texts(table, survey, first, self._today):
            day, _, response = item.sk.partition("#")
            group = groups.get(response)
            if group is None:
                continue
            if item.scope not in private:
                private[item.scope] = self._open(item.scope)
            texts = self._texts(item, private[item.scope])
            if texts is not None:
                self.texts += 1
                yield date.fromisoformat(day), group, texts

    def _open(self, scope: str) -> Any:
        """Return the key of a month. Where it is destroyed or was changed, nothing opens."""
        pk = keys.scope_key(scope)
        stored = self._place.customers.get_many([], keys=[pk])
        try:
            return self._place.keyring.open(scope, stored[pk]) if pk in stored else None
        except CannotOpen:
            return None

    def _texts(self, item: SaidItem, private: Any) -> Mapping[str, str] | None:
        try:
            if private is not None:
                return opened(item, private)
        except CannotOpen:
            pass
        self.unreadable += 1
        return None

    def _groups(self, first: date) -> Iterator[tuple[str, str]]:
        """Yield the responses of detractors and promoters."""
        nps = question_of(self._survey, "nps")
        begin = first.replace(month=1, day=1) if self._survey.anonymous else first
        answers = list(read_answers(self._place.customers, self._survey.id, begin, self._today))
        days = (business_day(one.at, self._place.zone) for one in answers)
        told = self._weeks(days, first) if self._survey.anonymous else None
        for one in answers:
            value = one.answers.get(nps.id if nps else "")
            if not isinstance(value, int) or (
                told is not None and business_day(one.at, self._place.zone) not in told
            ):
                continue
            if is_detractor(value):
                yield one.response, DETRACTOR
            elif value >= LEAST_PROMOTER:
                yield one.response, PROMOTER

    def _weeks(self, weeks: Iterable[date], first: date) -> frozenset[date]:
        """Return the weeks of an anonymous survey that are told."""
        every = within(blocks(weeks, self._today), first, self._today)
        return frozenset(week for block in every for week in block.weeks)
