"""How an answer stands: what was said before, on which the next saying builds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mteja.customers.items import InteractionItem
from mteja.errors import BadSignature, LinkExpired, LinkUsed
from mteja.ids import ulid_ms
from mteja.store import keys, survey_keys
from mteja.store.table import Table
from mteja.surveys.answers import OPEN_DAYS, Value
from mteja.surveys.definition import Definition
from mteja.surveys.items import AnsweredItem, ResponseItem, SaidItem
from mteja.times import DAY_MS, business_day, day_begins

_PAGE_DAYS = 2
_CLOCKS_MS = 3_600_000  # by which a day may be shorter


@dataclass(frozen=True)
class Standing:
    """What is stored of a response, nothing where it is new. `at` (epoch ms) and `day` are those of
    its begin: there it stays, however often it is changed."""

    response: str
    at: int
    day: date
    item: ResponseItem | None = None
    answered: AnsweredItem | None = None
    said: SaidItem | None = None
    entry: InteractionItem | None = None

    @property
    def answers(self) -> Mapping[str, Value]:
        return {} if self.answered is None else values_of(self.answered)

    @property
    def texts(self) -> Mapping[str, bytes]:
        """Return the texts by question as they are sealed: nobody here opens them."""
        return {} if self.said is None else self.said.texts


def values_of(item: AnsweredItem) -> dict[str, Value]:
    return {
        question: tuple(value) if isinstance(value, list) else value
        for question, value in item.answers.items()
    }


def begun(survey: Definition, now: int, zone: str) -> int:
    """Return the time that an answer bears which is begun now: of an anonymous one the begin of its
    week, so that no time tells whose it is."""
    if not survey.anonymous:
        return now
    day = business_day(now, zone)
    return day_begins(day - timedelta(days=day.weekday()), zone)


def page_days(survey: Definition) -> int:
    """Return for how many days a page may go on with the answer that it began."""
    return max(_PAGE_DAYS, survey.survey.change_days)


def read_standing(survey: Definition, response: str, now: int, table: Table, zone: str) -> Standing:
    """Return how a response stands, strongly consistent. Raises BadSignature for one of another
    survey."""
    if survey.anonymous:
        at = ulid_ms(response.removeprefix(survey_keys.RESPONSE_PREFIX))
        return _with_answers(survey, Standing(response, at, business_day(at, zone)), table)
    raw = table.get(survey_keys.response(response))
    if raw is None:
        return Standing(response, now, business_day(now, zone))
    item = ResponseItem.model_validate(raw)
    if item.survey != survey.id:
        raise BadSignature
    day = date.fromisoformat(item.day)
    return _with_answers(survey, Standing(response, item.at, day, item), table)


def _with_answers(survey: Definition, known: Standing, table: Table) -> Standing:
    where = survey_keys.answered(survey.id, known.day, known.response)
    said = survey_keys.said(survey.id, known.day, known.response)
    customer = known.item.customer if known.item is not None else None
    entry = keys.interaction(customer or "", known.at, known.response)
    found = table.get_many([where, said, *([entry] if customer else [])])
    return Standing(
        known.response,
        known.at,
        known.day,
        known.item,
        AnsweredItem.model_validate(found[where]) if where in found else None,
        SaidItem.model_validate(found[said]) if said in found else None,
        InteractionItem.model_validate(found[entry]) if entry in found else None,
    )


def check_open(survey: Definition, standing: Standing, now: int) -> None:
    """Raise LinkUsed for an answer that was finished too long ago to be changed; LinkExpired for an
    anonymous one whose week may be told."""
    if survey.anonymous and now >= standing.at + OPEN_DAYS * DAY_MS - _CLOCKS_MS:
        raise LinkExpired
    item = standing.item
    if item is None or not item.finished:
        return
    if now >= item.at + survey.survey.change_days * DAY_MS:
        raise LinkUsed
