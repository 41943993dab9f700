"""Which questions are asked, and which is next. Pure rules."""

from collections.abc import Iterator, Mapping

from mteja.business.surveys import When
from mteja.surveys.answers import Value
from mteja.surveys.definition import AskedQuestion, Definition


def reached(survey: Definition, answers: Mapping[str, Value]) -> Iterator[AskedQuestion]:
    """Yield the questions that these answers lead to, in their order. An answer to a question that
    is not reached leads nowhere."""
    ways: dict[str, Value] = {}
    for one in survey.questions:
        if holds(one.question.when, ways):
            ways[one.id] = answers.get(one.id)
            yield one


def holds(when: When | None, answers: Mapping[str, Value]) -> bool:
    """Whether what a question hangs on was answered."""
    if when is None:
        return True
    answer = answers.get(when.question)
    match answer:
        case int():
            return not when.any_of and _within(answer, when)
        case str():
            return answer in when.any_of
        case tuple():
            return any(one in when.any_of for one in answer)
    return False


def _within(number: int, when: When) -> bool:
    low = when.at_least is None or number >= when.at_least
    return low and (when.at_most is None or number <= when.at_most)


def after(survey: Definition, answers: Mapping[str, Value], question: str) -> str | None:
    """Return the id of the question that comes after another, None after the last."""
    ids = [one.id for one in reached(survey, answers)]
    place = ids.index(question) if question in ids else len(ids)
    return next(iter(ids[place + 1 :]), None)


def before(survey: Definition, answers: Mapping[str, Value], question: str) -> str | None:
    """Return the id of the question that comes before another, None before the first."""
    ids = [one.id for one in reached(survey, answers)]
    place = ids.index(question) if question in ids else 0
    return ids[place - 1] if place > 0 else None
