"""What surveys' questions and options are called on the pages of reports."""

from collections.abc import Callable, Mapping
from typing import Any

from mteja.business.forms import text_in
from mteja.business.load import asking, surveying
from mteja.forms.labels import field_label, options
from mteja.surveys.definition import Definition, definition


def survey_words(report: Mapping[str, Any] | None, language: str) -> dict[str, Any]:
    """Return for a page `question(id)`, `option(id, value)` and the declared `surveys`, by id and
    title. Nothing where a report is of no survey."""
    survey = None if report is None else report.get("survey")
    if survey is None:
        return {}
    of = definition(survey, surveying(), asking())
    titles = [(one.id, text_in(one.title, language) or one.id) for one in surveying().surveys]
    return {"question": _question(of, language), "option": _option(of, language),
            "surveys": titles}  # fmt: skip


def _question(survey: Definition, language: str) -> Callable[[str], str]:
    labels = {one.id: field_label(one.field, language) for one in survey.questions}
    return lambda question: labels.get(question, question)


def _option(survey: Definition, language: str) -> Callable[[str, str], str]:
    labels = {
        (one.id, shown["value"]): shown["label"]
        for one in survey.questions
        if one.offered
        for shown in options(one.field, language)
    }
    return lambda question, value: labels.get((question, value), value)
