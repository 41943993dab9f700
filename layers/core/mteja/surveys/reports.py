"""Reports on surveys, made of counted answers: numbers, of nobody. Recomputed from the answers each
time, so that one that was changed or erased is right at the next reading."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mteja.heard_from import CHANNELS
from mteja.surveys.definition import AskedQuestion, Definition
from mteja.surveys.scoring.agreement import agreement
from mteja.surveys.scoring.nps import FEW, score
from mteja.surveys.scoring.series import Period, series
from mteja.surveys.tally import Counted, Tally
from mteja.surveys.telling import Telling

MAX_GROUPS = 50
_NUMBERS = frozenset({"number", "quantity"})
_CHOSEN = frozenset({"choice", "choices", "range", "product"})


def question_of(survey: Definition, kind: str) -> AskedQuestion | None:
    """Return the first question of a kind."""
    return next((one for one in survey.questions if one.question.kind == kind), None)


def source_question(survey: Definition) -> AskedQuestion | None:
    """Return the question where one heard of the business."""
    return next((one for one in survey.questions if one.offered == CHANNELS), None)


def counted(survey: Definition) -> Counted:
    """Return what of a survey is counted in ways of its own."""
    nps, source = question_of(survey, "nps"), source_question(survey)
    return Counted(
        score=nps.id if nps else None,
        scale=survey.scale,
        rankings=frozenset(one.id for one in survey.questions if one.question.kind == "ranking"),
        source=source.id if source else None,
    )


@dataclass(frozen=True)
class Over:
    """A time, and the periods that it is made of: in which one a day is."""

    first: date
    last: date
    period: Callable[[date], Period]


def nps_report(
    survey: Definition, tally: Tally, over: Over, invitations: int | None
) -> dict[str, Any]:
    """Return the score of a time and of its periods. `invitations`: how many were sent in it, None
    where nobody knows."""
    telling = _telling(survey)
    points = series(tally.scores.elements(), over.period, over.first, over.last)
    return {
        **score_of(survey, tally),
        "response_rate": response_rate(survey, tally, invitations),
        "scale": survey.scale,
        "other_scale": tally.other_scale if telling.enough(tally.other_scale) else None,
        "series": telling.points(points),
    }


def score_of(survey: Definition, tally: Tally) -> dict[str, Any]:
    """Return the score of counted answers."""
    return _telling(survey).score(score(value for _, value in tally.scores.elements()))


def response_rate(survey: Definition, tally: Tally, invitations: int | None) -> float | None:
    """Return the answers to invitations that were begun on some days, divided by the invitations of
    these days: those that left with a link, as far as we know, and links that staff or a command
    made. At most 1: who was invited the day before is among the answers alone. None where nobody
    was invited, and of an anonymous survey where few answered over a link, or few without."""
    if not invitations or not _telling(survey).part(tally.invited, tally.n):
        return None
    return round(min(1.0, tally.invited / invitations), 4)


def sources_said(survey: Definition, tally: Tally) -> list[dict[str, Any]]:
    """Return where people say that they heard of the business."""
    question = source_question(survey)
    if question is None:
        return []
    values = tally.values[question.id]
    told: list[dict[str, Any]] = _telling(survey).shares(values, question.offered)["items"]
    return [
        {"channel": row["option"], **{name: row[name] for name in ("count", "share", "interval")}}
        for row in told
        if row["count"]
    ]


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


def ranking_of(survey: Definition, tally: Tally, question: AskedQuestion) -> dict[str, Any]:
    """Return what a ranking question amounts to."""
    ballots = tally.ballots[question.id]
    return _telling(survey).ranking(ballots, question.offered)


def questions_of(survey: Definition, tally: Tally) -> list[dict[str, Any]]:
    """Return what each question that can be counted amounts to, in the survey's order."""
    found = ((one, _shown(survey, tally, one)) for one in survey.questions)
    return [
        {"question": one.id, "kind": one.question.kind, **shown} for one, shown in found if shown
    ]


def _shown(survey: Definition, tally: Tally, question: AskedQuestion) -> dict[str, Any] | None:
    telling = _telling(survey)
    kind = question.field.type if question.of_profile else question.question.kind
    values = tally.values[question.id]
    if kind == "nps":
        return score_of(survey, tally)
    if kind == "ranking":
        return ranking_of(survey, tally, question)
    if kind == "rating" or kind in _NUMBERS:
        return telling.numbers(values)
    if kind in _CHOSEN:
        return telling.shares(values, question.offered)
    return None


def groups(
    survey: Definition, apart: Mapping[str, Tally], made: Callable[[Tally], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return a report of each segment, the largest first: of those with fewer than FEW answers how
    many they are, and of an anonymous survey not even that."""
    sizes = {value: tally.n for value, tally in apart.items()}
    told = _telling(survey).cells(sizes)
    ordered: Sequence[str] = sorted(told, key=lambda value: (-sizes[value], value))[:MAX_GROUPS]
    return [
        {"segment": value, "answers": sizes[value]}
        | (made(apart[value]) if sizes[value] >= FEW else {"few": True})
        for value in ordered
    ]


def _telling(survey: Definition) -> Telling:
    return Telling(survey.anonymous)
