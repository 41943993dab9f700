"""A survey in the words of the contract: its questions, in one language."""

from typing import Any

from mteja.business.forms import text_in
from mteja.business.surveys import SCALES, When
from mteja.forms.labels import field_label, options
from mteja.forms.shown import product_options
from mteja.surveys.definition import AskedQuestion, Definition
from mteja.surveys.order import order


def survey(one: Definition, language: str, seed: str) -> dict[str, Any]:
    """Return `{"id", "title", "questions": […]}`. `seed`: by what chance options are in order."""
    return {
        "id": one.id,
        "title": text_in(one.survey.title, language),
        "intro": text_in(one.survey.intro, language),
        "anonymous": one.anonymous,
        "language": language,
        "version": one.version,
        "questions": [_question(asked, one, language, seed) for asked in one.questions],
    }


def offered(
    asked: AskedQuestion, one: Definition, language: str, seed: str
) -> list[dict[str, str]] | None:
    """Return the options of a question in the order in which they are shown, None where there are
    none."""
    if asked.field.type == "product":
        return product_options(one, language)
    if not asked.offered:
        return None
    named = {option["value"]: option for option in options(asked.field, language)}
    drawn = order(asked, seed)
    return [named[value] for value in (*drawn, *(name for name in named if name not in drawn))]


def _question(asked: AskedQuestion, one: Definition, language: str, seed: str) -> dict[str, Any]:
    question, field = asked.question, asked.field
    scale = question.kind in SCALES
    return {
        "id": asked.id,
        "kind": field.type if asked.of_profile else question.kind,
        "label": field_label(field, language),
        "help": text_in(field.help, language),
        "required": question.required,
        "options": offered(asked, one, language, seed),
        "least": question.least_number if scale else field.least,
        "most": question.most_number if scale else field.most,
        "when": None if question.when is None else _when(question.when),
    }


def _when(when: When) -> dict[str, Any]:
    return {
        "question": when.question,
        "any_of": list(when.any_of) or None,
        "at_least": when.at_least,
        "at_most": when.at_most,
    }
