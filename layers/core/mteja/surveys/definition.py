"""A survey as the code sees it: the owner's questions, each with the field that it is read as."""

import hashlib
from dataclasses import dataclass, replace

from mteja.business.forms import Asking, FieldType, FormField, Option, Product
from mteja.business.surveys import OFFERING, SCALES, Question, Survey, Surveying
from mteja.errors import NotFound
from mteja.forms.definition import AskedField
from mteja.forms.values import option_values
from mteja.heard_from import CHANNELS

MOST_TEXT = 2_000
_TYPES: dict[str, FieldType] = {
    "text": "text",
    "choice": "choice",
    "choices": "choices",
    "ranking": "choices",
}
# Fields whose answers can be counted and say nothing of a person by themselves.
_COUNTED = frozenset({"choice", "choices", "range", "number", "quantity", "product"})


@dataclass(frozen=True)
class AskedQuestion:
    """One question. `field` says how it is called, shown and read."""

    question: Question
    field: FormField

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def asked(self) -> AskedField:
        return AskedField(self.field, self.question.required)

    @property
    def optional(self) -> "AskedQuestion":
        return replace(self, question=self.question.model_copy(update={"required": False}))

    @property
    def of_profile(self) -> bool:
        """Whether it asks for one of the business's fields, and not about the business."""
        return self.question.kind == "field"

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the options, in the file's order."""
        if self.question.kind in OFFERING or self.field.options:
            return tuple(option_values(self.field))
        return ()


@dataclass(frozen=True)
class Definition:
    """A survey with what it asks. `version`: which wording of the whole it is."""

    survey: Survey
    questions: tuple[AskedQuestion, ...]
    products: tuple[Product, ...]
    version: str

    @property
    def id(self) -> str:
        return self.survey.id

    @property
    def anonymous(self) -> bool:
        return self.survey.anonymous

    @property
    def fields(self) -> tuple[AskedField, ...]:
        return tuple(one.asked for one in self.questions)

    @property
    def scale(self) -> str | None:
        """Return on which scale it asks whether one would recommend, `1-10` or `0-10`."""
        nps = next((one.question for one in self.questions if one.question.kind == "nps"), None)
        return None if nps is None else f"{nps.least_number}-{nps.most_number}"

    def question(self, question_id: str) -> AskedQuestion | None:
        return next((one for one in self.questions if one.id == question_id), None)

    def counts(self, one: AskedQuestion) -> bool:
        """Whether an answer is kept in clear, for reports to count. What is sensitive is, where
        nobody can tell whose it is."""
        if not one.of_profile:
            return one.question.kind != "text"
        return one.field.type in _COUNTED and (self.anonymous or not one.field.sensitive)

    def only(self, *questions: AskedQuestion) -> "Definition":
        return replace(self, questions=questions)


def definition(
    survey_id: str, surveying: Surveying, asking: Asking, mode: str | None = None
) -> Definition:
    """Return a declared survey. Raises NotFound, also for one that is not answered in this way
    (`web`, `staff`, `kiosk`; None: however it is)."""
    found = (one for one in surveying.surveys if one.id == survey_id and mode in (None, *one.modes))
    survey = next(found, None)
    if survey is None:
        raise NotFound("survey")
    declared = {one.name: one for one in asking.fields}
    questions = tuple(
        AskedQuestion(one, _field(one, survey, declared[one.id] if one.kind == "field" else None))
        for one in survey.questions
    )
    told = [survey.model_dump_json(), *(one.field.model_dump_json() for one in questions)]
    version = hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
    return Definition(survey, questions, asking.products, version)


def question_of(survey: Definition, kind: str) -> AskedQuestion | None:
    """Return the first question of a kind."""
    return next((one for one in survey.questions if one.question.kind == kind), None)


def with_questions(asking: Asking, surveying: Surveying) -> Asking:
    """Return what the business asks with the questions of surveys among its fields, for pages that
    name what was answered. A field is called as itself."""
    own = {one.name for one in asking.fields}
    asked = tuple(
        _field(question, survey, None)
        for survey in surveying.surveys
        for question in survey.questions
        if question.kind != "field" and question.id not in own
    )
    return asking.model_copy(update={"fields": (*asked, *asking.fields)})


def _field(question: Question, survey: Survey, declared: FormField | None) -> FormField:
    if declared is not None:
        own = {"label": question.label, "help": question.help}
        return declared.model_copy(update={name: one for name, one in own.items() if one})
    # Whatever the question is called: what the file says of it was checked.
    return FormField.model_construct(
        name=question.id,
        type="number" if question.kind in SCALES else _TYPES[question.kind],
        purpose=survey.purpose,
        label=question.label,
        help=question.help,
        options=_options(question),
        least=question.least_number if question.kind in SCALES else None,
        most=question.most_number if question.kind in SCALES else question.most or MOST_TEXT,
    )


def _options(question: Question) -> tuple[Option, ...]:
    if question.channels:
        return tuple(Option(value=one) for one in CHANNELS)
    return question.options
