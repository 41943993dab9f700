"""Reports on surveys, made of counted answers: numbers, of nobody. Recomputed from the answers each
time, so that one that was changed or erased is right at the next reading."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from mteja.heard_from import CHANNELS
from mteja.surveys.definition import AskedQuestion, Definition, question_of
from mteja.surveys.scoring.agreement import agreement
from mteja.surveys.scoring.nps import FEW
from mteja.surveys.tally import Counted, Tally
from mteja.surveys.telling import Everything, Over, Telling

MAX_GROUPS = 50
_NUMBERS = frozenset({"number", "quantity"})
_CHOSEN = frozenset({"choice", "choices", "range", "product"})


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


type Invitations = Callable[[date, date], int]
"""Says how many were invited on some days, the first and the last included."""


def nps_report(
    survey: Definition, telling: Telling, over: Over, invitations: Invitations | None
) -> dict[str, Any]:
    """Return the score of a time and of its periods. `invitations`: None where nobody knows how
    many there were."""
    return {
        **telling.score(),
        "response_rate": response_rate(telling, invitations),
        "scale": survey.scale,
        "other_scale": telling.other_scale,
        "series": telling.points(over),
    }


def response_rate(telling: Telling, invitations: Invitations | None) -> float | None:
    """Return the answers to invitations that were begun on some days, divided by the invitations of
    these days: those that left with a link, as far as we know, and links that staff or a command
    made. At most 1: who was invited the day before is among the answers alone. None where nobody
    was invited, and of an anonymous survey where few answered over a link, or few without."""
    invited = None if invitations is None else telling.invited()
    if invitations is None or invited is None:
        return None
    sent = sum(invitations(first, last) for first, last in invited.days)
    return round(min(1.0, invited.answers / sent), 4) if sent else None


def sources_said(survey: Definition, telling: Telling) -> list[dict[str, Any]]:
    """Return where people say that they heard of the business."""
    question = source_question(survey)
    if question is None:
        return []
    told: list[dict[str, Any]] = telling.shares(question)["items"]
    return [
        {"channel": row["option"], **{name: row[name] for name in ("count", "share", "interval")}}
        for row in told
        if row["count"]
    ]


def sources_compared(telling: Telling) -> dict[str, Any]:
    """Return what people say beside what was measured of them, and how far that agrees."""
    made = agreement(telling.sources().elements())
    return {
        "matrix": [
            {"declared": cell.declared, "measured": cell.measured, "count": cell.count}
            for cell in made.matrix
        ],
        "compared": made.compared,
        "agreement": made.share,
        "kappa": made.kappa,
    }


def questions_of(survey: Definition, telling: Telling) -> list[dict[str, Any]]:
    """Return what each question that can be counted amounts to, in the survey's order."""
    found = ((one, _shown(telling, one)) for one in survey.questions)
    return [
        {"question": one.id, "kind": one.question.kind, **shown} for one, shown in found if shown
    ]


def _shown(telling: Telling, question: AskedQuestion) -> dict[str, Any] | None:
    kind = question.field.type if question.of_profile else question.question.kind
    if kind == "nps":
        return telling.score()
    if kind == "ranking":
        return telling.ranking(question)
    if kind == "rating" or kind in _NUMBERS:
        return telling.numbers(question)
    if kind in _CHOSEN:
        return telling.shares(question)
    return None


def groups(
    apart: Mapping[str, Tally], made: Callable[[Telling], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return a report of each segment, the largest first: of those with fewer than FEW answers how
    many they are."""
    sizes = {value: tally.n for value, tally in apart.items()}
    ordered: Sequence[str] = sorted(sizes, key=lambda value: (-sizes[value], value))[:MAX_GROUPS]
    return [
        {"segment": value, "answers": sizes[value]}
        | (made(Everything(apart[value])) if sizes[value] >= FEW else {"few": True})
        for value in ordered
    ]
