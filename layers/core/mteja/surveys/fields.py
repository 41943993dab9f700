"""Questions as the pages' macros take them (`templates/fields.html`)."""

from collections.abc import Mapping
from typing import Any

from mteja.business.surveys import SCALES, When
from mteja.forms.fields import Fill
from mteja.forms.labels import field_label, options
from mteja.forms.values import TOO_GREAT, TOO_SMALL
from mteja.pages.catalogues import catalogue, marked
from mteja.surveys import shown
from mteja.surveys.definition import AskedQuestion, Definition

RANKING_HELP = marked("Give each its place, 1 for the first. You may leave some out.")


def question_fields(survey: Definition, fill: Fill, seed: str) -> list[dict[str, Any]]:
    """Return the questions of a survey, of which `fill` is. `seed`: by what chance options are in
    order."""
    return [
        _field(asked, field, survey, fill, seed)
        for asked, field in zip(survey.questions, fill.fields(), strict=True)
    ]


def when_field(asked: AskedQuestion, survey: Definition, language: str) -> dict[str, Any] | None:
    """Return on what a question hangs, None where it is always asked: `question` and its `label`,
    `any_of` or `least` and `most` as a script compares them, and all that in words, `said`."""
    when = asked.question.when
    on = None if when is None else survey.question(when.question)
    if when is None or on is None:
        return None
    return {
        "question": when.question,
        "any_of": list(when.any_of),
        "least": when.at_least,
        "most": when.at_most,
        "label": field_label(on.field, language),
        "said": _said(when, on, language),
    }


def _said(when: When, on: AskedQuestion, language: str) -> str:
    if when.any_of:
        labels = {one["value"]: one["label"] for one in options(on.field, language)}
        return ", ".join(labels.get(one, one) for one in when.any_of)
    texts = catalogue(language)
    least, most = when.at_least, when.at_most
    bounds = [] if least is None else [texts.gettext(TOO_SMALL).format(least=least)]
    bounds += [] if most is None else [texts.gettext(TOO_GREAT).format(most=most)]
    return ", ".join(bounds)


def _field(
    asked: AskedQuestion, field: dict[str, Any], survey: Definition, fill: Fill, seed: str
) -> dict[str, Any]:
    kind, language = asked.question.kind, fill.language
    offered = shown.offered(asked, survey, language, seed)
    if offered is not None:
        field["options"] = offered
    if kind in SCALES:
        numbers = range(asked.question.least_number, asked.question.most_number + 1)
        scale = [{"value": str(number), "label": str(number)} for number in numbers]
        return field | {"type": "scale", "options": scale}
    if kind == "ranking":
        places = fill.typed.get(asked.id)
        told = places.items() if isinstance(places, Mapping) else ()
        value = {str(name): str(place) for name, place in told}
        help_text = field["help"] or catalogue(language).gettext(RANKING_HELP)
        return field | {"type": "ranking", "value": value, "help": help_text}
    return field
