"""A survey on one page: staff put its questions by telephone or at the counter, or the tablet does.

What hangs on an earlier answer stands there too, and says after which: the page's script hides it
until then, and what is answered all the same is left out.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.audit import Viewer
from mteja.business.forms import text_in
from mteja.business.load import asking, surveying
from mteja.errors import InvalidInput
from mteja.forms.fields import Fill
from mteja.forms.labels import fault_text
from mteja.recording.record import Recorder
from mteja.staff.pages.paper import CHANNEL, KEY, LOCATION, ORDER, STAFF, SURVEYS, Taken, Typing
from mteja.staff.surveys import Surveys
from mteja.surveys.definition import AskedQuestion, Definition
from mteja.surveys.fields import question_fields, when_field
from mteja.surveys.order import order
from mteja.surveys.reply import NOTHING

ANSWERED = "answered"
BY_TELEPHONE, AT_THE_COUNTER = "phone", "staff"


def survey_paper(
    survey: str, mode: str, viewer: Viewer, within: Recorder, now: int, customer: str | None
) -> "SurveyPaper":
    """Return a survey as it is answered in a mode. Raises NotFound, InvalidInput."""
    surveys = Surveys(viewer, within, now, surveying(), asking())
    return SurveyPaper(surveys, surveys.survey(survey, mode, customer), mode, customer)


@dataclass(frozen=True)
class SurveyPaper:
    surveys: Surveys
    survey: Definition
    mode: str
    customer: str | None

    @property
    def name(self) -> str:
        return f"{SURVEYS}{self.survey.id}"

    @property
    def path(self) -> str:
        return f"/staff/{self.name}"

    def shown(self, typing: Typing) -> dict[str, Any]:
        declared, language = self.survey.survey, typing.language
        business, now = self.surveys.within.business, self.surveys.now
        fill = Fill(
            self.survey, language, business, now, typing.typed, typing.faults, completes=False
        )
        own = typing.own or {}
        orders = _orders(own.get(ORDER, ""), self.survey)
        if not orders:
            seed = os.urandom(8).hex()
            orders = {one.id: order(one, seed) for one in self._shuffled}
        questions = question_fields(self.survey, fill, "")
        for asked, field in zip(self.survey.questions, questions, strict=True):
            field["when"] = when_field(asked, self.survey, language)
            if asked.id in orders:
                field["options"] = _in_order(field["options"], orders[asked.id])
        said = " ".join(f"{name}:{','.join(options)}" for name, options in orders.items())
        by_staff = self.mode == STAFF
        return {
            "title": text_in(declared.title, language),
            "intro": text_in(declared.intro, language),
            "button": None,
            "thanks": text_in(declared.thanks, language),
            "fields": questions,
            "others": fill.others({}),
            "own": {ORDER: said},
            "anonymous": self.survey.anonymous,
            "channel": own.get(CHANNEL, BY_TELEPHONE) if by_staff else None,
            "nothing": fault_text(InvalidInput("answers", NOTHING), language),
        }

    def take(self, typing: Typing) -> Taken:
        own = typing.own or {}
        heard = AT_THE_COUNTER if own.get(CHANNEL) == AT_THE_COUNTER else BY_TELEPHONE
        try:
            taken = self.surveys.fill_in(
                self.survey.id,
                typing.typed,
                _orders(own.get(ORDER, ""), self.survey),
                mode=self.mode,
                language=typing.language,
                channel=heard if self.mode == STAFF else None,
                customer=self.customer,
                location=own.get(LOCATION) or None,
                key=own.get(KEY) or None,
                at_once=True,
            )
        except InvalidInput as fault:
            raise self._beside_a_question(fault) from None
        told = {"response_id": taken.response, "status": ANSWERED}
        return Taken(ANSWERED, taken.customer, told)

    @property
    def _shuffled(self) -> list[AskedQuestion]:
        return [one for one in self.survey.questions if one.question.shuffled]

    def _beside_a_question(self, fault: InvalidInput) -> InvalidInput:
        """That nothing was answered is said beside the first question."""
        if fault.field != "answers" or not self.survey.questions:
            return fault
        return InvalidInput(self.survey.questions[0].id, fault.template, **fault.values)


def _orders(told: str, survey: Definition) -> dict[str, tuple[str, ...]]:
    """Return in which order a page showed options, of what is none nothing: it may be of a page
    that waited in a tablet since before the owner changed the survey."""
    found: dict[str, tuple[str, ...]] = {}
    for part in told.split():
        name, _, options = part.partition(":")
        shown, one = tuple(options.split(",")), survey.question(name)
        if one and one.question.shuffled and sorted(shown) == sorted(one.offered):
            found[name] = shown
    return found


def _in_order(options: list[dict[str, str]], shown: tuple[str, ...]) -> list[dict[str, str]]:
    named: Mapping[str, dict[str, str]] = {one["value"]: one for one in options}
    return [named[value] for value in (*shown, *(name for name in named if name not in shown))]
