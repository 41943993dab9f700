"""Reports on surveys, made of counted answers: numbers, of nobody. Recomputed from the answers each
time, so that one that was changed or erased is right at the next reading."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mteja.business.forms import FormField
from mteja.business.surveys import Question, Survey
from mteja.heard_from import CHANNELS
from mteja.surveys.scoring.agreement import agreement
from mteja.surveys.scoring.nps import FEW, score
from mteja.surveys.scoring.series import Period, series
from mteja.surveys.tally import Counted, Tally
from mteja.surveys.telling import Telling

MAX_GROUPS = 50
_NUMBERS = frozenset({"number", "quantity"})
_CHOSEN = frozenset({"choice", "choices", "range", "product"})


@dataclass(frozen=True)
class Asked:
    """A declared survey, with the fields that it may ask for."""

    survey: Survey
    fields: Mapping[str, FormField] = field(default_factory=dict)

    @property
    def telling(self) -> Telling:
        return Telling(self.survey.anonymous)

    @property
    def counted(self) -> Counted:
        nps = self.first("nps")
        source = self.source
        return Counted(
            score=nps.id if nps else None,
            scale=f"{nps.least_number}-{nps.most_number}" if nps else None,
            rankings=frozenset(one.id for one in self.survey.questions if one.kind == "ranking"),
            source=source.id if source else None,
        )

    @property
    def source(self) -> Question | None:
        """The question where one heard of the business: channels, or the field of that name."""
        return next(
            (one for one in self.survey.questions if one.channels or self._heard(one)), None
        )

    def first(self, kind: str) -> Question | None:
        return next((one for one in self.survey.questions if one.kind == kind), None)

    def options(self, question: Question) -> tuple[str, ...]:
        """Return the options of a question, in the file's order."""
        declared = self.field(question)
        if question.channels or (self._heard(question) and declared and not declared.options):
            return CHANNELS
        return tuple(one.value for one in (declared or question).options)

    def field(self, question: Question) -> FormField | None:
        return self.fields.get(question.field or question.id) if question.kind == "field" else None

    @staticmethod
    def _heard(question: Question) -> bool:
        return question.kind == "field" and (question.field or question.id) == "heard_from"


@dataclass(frozen=True)
class Over:
    """A time, and the periods that it is made of: in which one a day is."""

    first: date
    last: date
    period: Callable[[date], Period]


def nps_report(asked: Asked, tally: Tally, over: Over, invitations: int | None) -> dict[str, Any]:
    """Return the score of a time and of its periods. `invitations`: how many were sent in it, None
    where nobody knows."""
    telling = asked.telling
    points = series(tally.scores.elements(), over.period, over.first, over.last)
    return {
        **score_of(asked, tally),
        "response_rate": response_rate(tally, invitations),
        "scale": asked.counted.scale,
        "other_scale": tally.other_scale if telling.enough(tally.other_scale) else None,
        "series": telling.points(points),
    }


def score_of(asked: Asked, tally: Tally) -> dict[str, Any]:
    """Return the score of counted answers."""
    return asked.telling.score(score(value for _, value in tally.scores.elements()))


def response_rate(tally: Tally, invitations: int | None) -> float | None:
    """Return which share of those who were invited answered, None where nobody was."""
    if not invitations:
        return None
    return round(min(1.0, tally.invited / invitations), 4)


def sources_said(asked: Asked, tally: Tally) -> list[dict[str, Any]]:
    """Return where people say that they heard of the business."""
    question = asked.source
    if question is None:
        return []
    values = tally.values.get(question.id, Counter())
    told: list[dict[str, Any]] = asked.telling.shares(values, asked.options(question))["items"]
    return [row for row in told if row["count"]]


def sources_compared(tally: Tally) -> dict[str, Any]:
    """Return what people say beside what was measured of them, and how far that agrees."""
    made = agreement(tally.sources.elements())
    return {
        "matrix": [
            {"declared": cell.declared, "measured": cell.measured, "count": cell.count}
            for cell in made.matrix
        ],
        "compared": made.compared,
        "agreement": made.share,
        "kappa": made.kappa,
    }


def ranking_of(asked: Asked, tally: Tally, question: Question) -> dict[str, Any]:
    """Return what a ranking question amounts to."""
    ballots = tally.ballots.get(question.id, Counter())
    return asked.telling.ranking(ballots, asked.options(question))


def questions_of(asked: Asked, tally: Tally) -> list[dict[str, Any]]:
    """Return what each question that can be counted amounts to, in the survey's order."""
    found = ((one, _shown(asked, tally, one)) for one in asked.survey.questions)
    return [{"question": one.id, "kind": one.kind, **shown} for one, shown in found if shown]


def _shown(asked: Asked, tally: Tally, question: Question) -> dict[str, Any] | None:
    declared, telling = asked.field(question), asked.telling
    kind = declared.type if declared else question.kind
    values = tally.values.get(question.id, Counter())
    if kind == "nps":
        return score_of(asked, tally)
    if kind == "ranking":
        return ranking_of(asked, tally, question)
    if kind == "rating" or kind in _NUMBERS:
        return telling.numbers(values)
    if kind in _CHOSEN:
        return telling.shares(values, asked.options(question))
    return None


def groups(
    asked: Asked, apart: Mapping[str, Tally], made: Callable[[Tally], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return a report of each segment, the largest first: of those with fewer than FEW answers how
    many they are, and of an anonymous survey not even that."""
    sizes = {value: tally.n for value, tally in apart.items()}
    told = asked.telling.cells(sizes)
    ordered: Sequence[str] = sorted(told, key=lambda value: (-sizes[value], value))[:MAX_GROUPS]
    return [
        {"segment": value, "answers": sizes[value]}
        | (made(apart[value]) if sizes[value] >= FEW else {"few": True})
        for value in ordered
    ]
