"""What the owner's file says of surveys: their questions, who may answer, who is invited and when.

Whether they agree with the file's fields and purposes is checked when the file is compiled
(mteja.business.agreeing_surveys).
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from mteja.business.declared import Declared, Texts
from mteja.business.forms import IDENTIFYING, FieldName, Option
from mteja.business.inviting import Invite, Inviting, InvitingSurvey
from mteja.business.sources import Slug

QuestionKind = Literal["nps", "text", "choice", "choices", "rating", "ranking", "field"]
SCALES = frozenset({"nps", "rating"})
OFFERING = frozenset({"choice", "choices", "ranking"})
MOST_RANKED = 12
_MOST_RATING = 10


class When(Declared):
    """Asked only after an answer to an earlier question: one of some options, or a number within
    bounds. Who skipped that question is not asked."""

    question: FieldName
    any_of: Annotated[
        tuple[str, ...], Field(description="of choices: one of these was chosen")
    ] = ()
    at_least: Annotated[int | None, Field(description="of numbers")] = None
    at_most: Annotated[int | None, Field(description="of numbers")] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        numbers = self.at_least is not None or self.at_most is not None
        if numbers == bool(self.any_of):
            raise ValueError("says any_of, or at_least and at_most")
        return self


class Question(Declared):
    """One question. `nps`: would you recommend us, 1 to 10. A `field` is one of the file's fields,
    so that a survey asks for what is missing of the profile too."""

    id: FieldName
    kind: QuestionKind
    label: Texts | None = None
    help: Texts | None = None
    field: Annotated[FieldName | None, Field(description="field: which; else as its id")] = None
    options: tuple[Option, ...] = ()
    channels: Annotated[
        bool, Field(description="choice: the list of channels by which one hears of a business")
    ] = False
    shuffle: Annotated[
        bool | None, Field(description="options in an order of chance; else as in the file")
    ] = None
    from_zero: Annotated[bool, Field(description="nps: 0 to 10 instead of 1 to 10")] = False
    most: Annotated[
        int | None, Field(description="rating: the best (5); text: characters (2000)")
    ] = None
    required: bool = False
    when: When | None = None

    @property
    def shuffled(self) -> bool:
        """Whether options are shown in an order of chance: channels and rankings, if not said."""
        if self.shuffle is not None:
            return self.shuffle
        return self.channels or self.kind == "ranking"

    @property
    def least_number(self) -> int:
        return 0 if self.kind == "nps" and self.from_zero else 1

    @property
    def most_number(self) -> int:
        return 10 if self.kind == "nps" else self.most or 5

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind != "field" and self.label is None:
            raise ValueError("needs its text: label")
        if self.field is not None and self.kind != "field":
            raise ValueError("only the kind field names one")
        if self.from_zero and self.kind != "nps":
            raise ValueError("only nps has a scale from zero")
        if self.shuffle is not None and self.kind not in OFFERING:
            raise ValueError(f"a question of the kind {self.kind} has no options to shuffle")
        self._check_options()
        self._check_most()
        return self

    def _check_options(self) -> None:
        if self.channels and (self.kind != "choice" or self.options):
            raise ValueError("channels are the options of a choice")
        if self.kind in OFFERING and not self.channels and len(self.options) < 2:
            raise ValueError("needs at least two options")
        if self.options and self.kind not in OFFERING:
            raise ValueError(f"a question of the kind {self.kind} has no options")
        if self.kind == "ranking" and len(self.options) > MOST_RANKED:
            raise ValueError(f"nobody ranks more than {MOST_RANKED}")
        values = [one.value for one in self.options]
        if len(set(values)) < len(values):
            raise ValueError("two options have the same value")

    def _check_most(self) -> None:
        if self.most is None:
            return
        if self.kind == "rating":
            if not 2 <= self.most <= _MOST_RATING:
                raise ValueError(f"a rating goes up to 2 to {_MOST_RATING}")
        elif self.kind != "text" or not 0 < self.most <= 5_000:
            raise ValueError("most is of a rating, or of a text up to 5000 characters")


class Survey(Declared):
    """A survey: what it asks, in which order, and of whom."""

    id: Slug
    title: Texts
    intro: Texts | None = None
    thanks: Texts | None = None
    purpose: Annotated[Slug, Field(description="why it is asked")]
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=40)]
    anonymous: Annotated[
        bool, Field(description="nobody can tell whose answers are whose, the business neither")
    ] = False
    invited_only: Annotated[
        bool, Field(description="nobody answers on the web or a tablet without an invitation")
    ] = False
    modes: Annotated[
        tuple[Literal["web", "staff", "kiosk"], ...],
        Field(min_length=1, description="where it may be answered; kiosk by whoever comes along"),
    ] = ("web", "staff", "kiosk")
    link_days: Annotated[int, Field(ge=1, le=365, description="for which an invitation holds")] = 30
    change_days: Annotated[
        int, Field(ge=0, le=90, description="for which an answer to one may be changed")
    ] = 7
    invite: tuple[Invite, ...] = ()
    consent: Annotated[
        Slug | None, Field(description="the consent without which nobody is invited by message")
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _stands_on_no_tablet(cls, told: Any) -> Any:
        """Nobody has an invitation at the tablet: where no modes are said, it is none of them."""
        if isinstance(told, dict) and told.get("invited_only") and "modes" not in told:
            return told | {"modes": ["web", "staff"]}
        return told

    @model_validator(mode="after")
    def _asks_in_order(self) -> Self:
        seen: dict[str, Question] = {}
        for one in self.questions:
            if one.id in seen:
                raise ValueError(f"the question {one.id} is asked twice")
            if one.when is not None:
                _check_when(one.when, seen)
            seen[one.id] = one
        if sum(one.kind == "nps" for one in self.questions) > 1:
            raise ValueError("asks twice whether one would recommend: a survey has one score")
        if self.anonymous and self.invite:
            raise ValueError("who is invited by a rule is known: give out links instead")
        if len({one.after for one in self.invite}) < len(self.invite):
            raise ValueError("has two rules after the same")
        if self.invited_only and "kiosk" in self.modes:
            raise ValueError("nobody is invited to the tablet: invited_only is of web and staff")
        if self.anonymous and "staff" in self.modes:
            raise ValueError("who tells staff is seen by them: modes are web and kiosk")
        return self


def _check_when(when: When, seen: dict[str, Question]) -> None:
    """What is asked hangs on what was answered before, and can be counted."""
    earlier = seen.get(when.question)
    if earlier is None:
        raise ValueError(f"hangs on {when.question}, which is not asked before")
    if earlier.kind in SCALES:
        if when.any_of:
            raise ValueError(f"{when.question} is a number: at_least, at_most")
    elif earlier.kind not in {"choice", "choices"} or not when.any_of:
        raise ValueError(f"only numbers and choices tell what is asked next: {when.question}")
    elif not earlier.channels and set(when.any_of) - {one.value for one in earlier.options}:
        raise ValueError(f"names what is no option of {when.question}")


class Surveying(Declared):
    """What the business wants to hear from its customers."""

    surveys: tuple[Survey, ...] = ()
    surveys_apart_days: Annotated[
        int, Field(ge=90, le=365, description="nobody is invited twice within so many days")
    ] = 90

    @property
    def link_days(self) -> dict[str, int]:
        """For how many days the links of each survey hold."""
        return {one.id: one.link_days for one in self.surveys}

    @property
    def inviting(self) -> Inviting:
        """The rules by which customers are invited."""
        return Inviting(
            surveys=tuple(
                InvitingSurvey(
                    id=one.id, purpose=one.purpose, consent=one.consent, invite=one.invite
                )
                for one in self.surveys
                if one.invite
            )
        )

    @property
    def ask_who(self) -> bool:
        """Whether a survey asks for that by which a customer is found."""
        return any(
            one.kind == "field" and one.id in IDENTIFYING
            for survey in self.surveys
            for one in survey.questions
        )
