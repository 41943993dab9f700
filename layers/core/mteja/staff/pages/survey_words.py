"""What surveys' questions and options, and the answers that are told apart, are called on the pages
of reports."""

from collections.abc import Callable, Mapping
from typing import Any

from mteja.business.forms import text_in
from mteja.business.load import asking, surveying
from mteja.forms.labels import field_label, options
from mteja.pages.catalogues import catalogue, marked
from mteja.staff.pages.words import word
from mteja.surveys.definition import Definition, definition
from mteja.surveys.scoring.series import PERIODS
from mteja.surveys.tally import SEGMENTS

TRUST = {
    "": marked("All answers"),
    "verified": marked("Invited, or heard in the shop"),
    "claimed": marked("Of anybody on the web"),
}
_PERIODS = {
    "day": marked("Day"),
    "week": marked("Week"),
    "month": marked("Month"),
}
_SEGMENTS = {
    "trust": marked("How sure it is whose it is"),
    "channel": marked("Where it was answered"),
    "invited": marked("Invited or not"),
    "customer": marked("New or returning customer"),
    "order_channel": marked("Where the last order was made"),
    "product": marked("Product of the last order"),
    "country": marked("Country of the last order"),
    "source": marked("By which way the first visit came"),
}
_VALUES = {
    "verified": marked("Verified"),
    "claimed": marked("Claimed"),
    "invited": marked("Invited"),
    "uninvited": marked("Not invited"),
    "new": marked("New"),
    "returning": marked("Returning"),
    "web": marked("On the web"),
    "email": marked("By e-mail"),
    "sms": marked("By SMS"),
    "phone": marked("By telephone"),
    "staff": marked("At the counter"),
    "kiosk": marked("On the tablet"),
    "unknown": marked("Unknown"),
}
_NAMED = frozenset({"order_channel", "product"})
"""Named by shops, who may call anything by one of our words."""


def ways_apart() -> dict[str, dict[str, str]]:
    """Return by what a score is told apart: periods of the time, and segments of who answered."""
    return {
        "time": {one: _PERIODS[one] for one in PERIODS},
        "segments": {one: _SEGMENTS[one] for one in SEGMENTS},
    }


def survey_words(report: Mapping[str, Any] | None, language: str) -> dict[str, Any]:
    """Return for a page `question(id)`, `option(id, value)`, `segment(value)` and the declared
    `surveys`: id, title, and whether one is told as a whole alone. Nothing where a report is of no
    survey."""
    survey = None if report is None else report.get("survey")
    if report is None or survey is None:
        return {}
    of = definition(survey, surveying(), asking())
    titles = [
        (one.id, text_in(one.title, language) or one.id, one.anonymous)
        for one in surveying().surveys
    ]
    return {
        "question": _question(of, language),
        "option": _option(of, language),
        "segment": _segment(report.get("by"), language),
        "surveys": titles,
    }


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


def _segment(by: str | None, language: str) -> Callable[[str], str]:
    texts, ours = catalogue(language), word(language)

    def called(value: str) -> str:
        if value in _VALUES and (by not in _NAMED or value == "unknown"):
            return texts.gettext(_VALUES[value])
        if by == "source":
            return ours("way", value)
        if by == "country":
            return _countries(language).get(value, value)
        product = asking().product(value) if by == "product" else None
        return value if product is None else text_in(product.title, language) or value

    return called


def _countries(language: str) -> dict[str, str]:
    from mteja.forms.countries import countries

    return {one["value"]: one["label"] for one in countries(language)}
