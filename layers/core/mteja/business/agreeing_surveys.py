"""Whether what the owner's file says of surveys agrees with its fields and purposes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mteja.business.forms import IDENTIFYING, FormField
from mteja.business.surveys import Question, Survey
from mteja.heard_from import CHANNELS

if TYPE_CHECKING:
    from mteja.business.file import OwnersFile

_OF_SOMEBODY = IDENTIFYING | {"name", "address", "handle"}


def survey_faults(file: "OwnersFile") -> Iterator[tuple[Sequence[str | int], str]]:
    """Yield what names something that is not declared, or asks for it at the wrong place."""
    ids = [one.id for one in file.surveys]
    for number, survey in enumerate(file.surveys):
        where = ("surveys", number)
        if survey.id in ids[:number]:
            yield where, f"{survey.id} is declared twice"
        if survey.invite and file.mail is None:
            yield (*where, "invite"), "nobody is invited by message where the file has no mail"
        for place, fault in _of_survey(survey, file):
            yield (*where, *place), fault


def _of_survey(survey: Survey, file: "OwnersFile") -> Iterator[tuple[Sequence[str | int], str]]:
    purposes = {one.id: one.basis for one in file.purposes}
    if survey.purpose not in purposes:
        yield ("purpose",), f"the purpose {survey.purpose!r} is not declared"
    if survey.consent is not None and purposes.get(survey.consent) != "consent":
        yield ("consent",), f"{survey.consent!r} is no purpose that rests on consent"
    fields = {one.name: one for one in file.fields}
    texts_before = False
    for number, question in enumerate(survey.questions):
        field = fields.get(question.field or question.id)
        if question.kind == "field":
            fault = _of_field(question, field, survey, texts_before)
            if fault is not None:
                yield ("questions", number, "field"), fault
        texts_before |= question.kind == "text"
        if question.when is not None and _no_channel(question, survey):
            yield ("questions", number, "when"), "names what is no channel"


def _of_field(
    question: Question, field: FormField | None, survey: Survey, texts_before: bool
) -> str | None:
    if field is None:
        return f"{survey.id} asks for {question.field or question.id}, which is no field"
    if field.name != question.id:
        return f"a question about {field.name} has its name as its id"
    if survey.anonymous and field.type in _OF_SOMEBODY | {"consent", "serial"}:
        return f"{field.name} says who answers: the survey is anonymous"
    if field.type in IDENTIFYING and texts_before:
        return f"{field.name} is asked before texts, which are sealed to whom they are of"
    return None


def _no_channel(question: Question, survey: Survey) -> bool:
    earlier = next(
        (one for one in survey.questions if question.when and one.id == question.when.question),
        None,
    )
    if earlier is None or not earlier.channels or question.when is None:
        return False
    return bool(set(question.when.any_of) - set(CHANNELS))
