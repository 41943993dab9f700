"""**Papers**: what is filled in on one page, by staff or at the tablet: a form, or a survey. Both
go one way, by their names: a survey's begins with `surveys/`, as no form's does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mteja.audit import Viewer
from mteja.business import asking
from mteja.business.forms import text_in
from mteja.errors import InvalidInput
from mteja.forms.definition import Definition
from mteja.forms.fields import Fill
from mteja.recording.record import Recorder
from mteja.staff.forms import Forms

SURVEYS = "surveys/"
STAFF, TABLET = "staff", "kiosk"
KEY, LOCATION, CUSTOMER = "_key", "_location", "_customer"
CHANNEL, ORDER = "_channel", "_order"
"""Of a survey: how staff heard the answers, and in which order options were shown."""
OWN = frozenset({KEY, LOCATION, CUSTOMER, CHANNEL, ORDER})
"""Names that are the pages' own, and no fields of a paper."""


def named(parts: Mapping[str, str]) -> str:
    """Return the name of the paper that a path's parts, `form` or `survey`, say."""
    return parts.get("form") or f"{SURVEYS}{parts['survey']}"


@dataclass(frozen=True)
class Typing:
    """What was typed, in which language, what is wrong with it, and what the page sent along."""

    language: str
    typed: Mapping[str, object]
    faults: Sequence[InvalidInput] = ()
    own: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Taken:
    """What became of a paper; `told` is what the tablet's script is told."""

    status: str
    customer: str | None
    told: Mapping[str, str | None]


class Paper(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def path(self) -> str:
        """The path at which staff fill it in."""

    def shown(self, typing: Typing) -> dict[str, Any]:
        """Return what templates show: `title`, `intro`, `button`, `thanks`; `fields` and `others`
        as macros take them; `own` of its hidden fields; whether it is `anonymous`; its
        `channel` where staff say which; `nothing`, what is said where nothing was answered."""

    def take(self, typing: Typing) -> Taken:
        """Take it. Raises NotFound, InvalidInput, InvalidFields, AlreadyTaken, Conflict."""


def paper(
    name: str, mode: str, viewer: Viewer, within: Recorder, now: int, customer: str | None = None
) -> Paper:
    """Return a paper as it is filled in in a mode, for a customer. Raises NotFound."""
    if name.startswith(SURVEYS):
        from mteja.staff.pages.survey_paper import survey_paper

        survey = name.removeprefix(SURVEYS)
        return survey_paper(survey, mode, viewer, within, now, customer)
    forms = Forms(viewer, within, now, asking())
    return FormPaper(forms, forms.form(name, mode, customer), mode, customer)


@dataclass(frozen=True)
class FormPaper:
    forms: Forms
    form: Definition
    mode: str
    customer: str | None

    @property
    def name(self) -> str:
        return self.form.id

    @property
    def path(self) -> str:
        return f"/staff/forms/{self.form.id}"

    def shown(self, typing: Typing) -> dict[str, Any]:
        declared, language = self.form.form, typing.language
        business, now = self.forms.within.business, self.forms.now
        fill = Fill(
            self.form, language, business, now, typing.typed, typing.faults, completes=False
        )
        return {
            "title": text_in(declared.title, language),
            "intro": text_in(declared.intro, language),
            "button": text_in(declared.button, language),
            "thanks": text_in(declared.thanks, language),
            "fields": fill.fields(),
            "others": fill.others({}),
            "own": {},
            "anonymous": False,
            "channel": None,
            "nothing": None,
        }

    def take(self, typing: Typing) -> Taken:
        own = typing.own or {}
        taken = self.forms.fill_in(
            self.form.id,
            typing.typed,
            mode=self.mode,
            language=typing.language,
            customer=self.customer,
            location=own.get(LOCATION) or None,
            key=own.get(KEY) or None,
        )
        told = {"interaction_id": taken.interaction, "status": taken.status}
        return Taken(taken.status, taken.customer, told)
