"""What the owner's file says of customers who go quiet: after how long something is done, and what.

By itself, so that a function which moves no due date does not load it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from mteja.business.declared import Declared
from mteja.business.sources import Slug

type Quiet = Literal["purchase", "login", "lapse"]

# Of a customer with fewer orders, the shop's own usual gap is taken for the personal one.
LAPSE_ORDERS = 3


class Step(Declared):
    """What is done on one day of silence: a reminder, or an offer of so many per cent off."""

    days: Annotated[int, Field(ge=0, le=3650, description="of silence; after a lapse: since it")]
    per_cent: Annotated[
        int | None, Field(ge=1, le=90, description="off; without it, the message reminds only")
    ] = None
    codes: Annotated[
        Slug | None, Field(description="the list of this step's codes, if not the rule's")
    ] = None

    @model_validator(mode="after")
    def _a_reminder_has_no_code(self) -> "Step":
        if self.codes is not None and self.per_cent is None:
            raise ValueError("codes are for a step with per_cent")
        return self


def _a_tenth_off_after_a_month() -> tuple[Step, ...]:
    return (Step(days=30, per_cent=10),)


class WinBackRule(Declared):
    """When a customer counts as quiet, and the ladder of what is done then.

    `after` purchase or login: so many days since the last one. After lapse: since the day by which
    this customer would usually have bought again, the 90th percentile of its own gaps (of fewer
    than three orders: the shop's median). `floor_days`: no step comes earlier after a purchase.
    """

    id: Slug
    after: Literal["purchase", "login", "lapse"] = "purchase"
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=6)] = Field(
        default_factory=_a_tenth_off_after_a_month
    )
    floor_days: Annotated[int, Field(ge=1, le=3650)] = 14
    purpose: Annotated[Slug, Field(description="which must be allowed")] = "marketing-email"
    hold_out_per_cent: Annotated[
        int, Field(ge=0, le=50, description="of customers who get nothing, to compare with")
    ] = 10
    valid_days: Annotated[int, Field(ge=1, le=365, description="of an offer")] = 14
    codes: Annotated[
        Slug | None,
        Field(
            description="a list of codes made in the shop, which are worth what the steps say; "
            "without it, we make them"
        ),
    ] = None

    def codes_of(self, step: Step) -> str | None:
        """Return the list that a step takes its code from; None where it needs none of a list."""
        if step.per_cent is None:
            return None
        return self.codes if step.codes is None else step.codes

    @field_validator("steps")
    @classmethod
    def _steps_come_one_after_the_other(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        days = [one.days for one in steps]
        if days != sorted(set(days)):
            raise ValueError("each step comes on a later day than the one before")
        return steps


class OfferCap(Declared):
    """How many offers a person gets: at most so many in any so many days."""

    offers: Annotated[int, Field(ge=1, le=50)] = 3
    days: Annotated[int, Field(ge=1, le=730)] = 365


def _after_a_month() -> tuple[WinBackRule, ...]:
    return (WinBackRule(id="quiet"),)


@dataclass(frozen=True)
class CodesList:
    """A list of codes that were made in the shop: how much they are off there, and of which rules'
    offers they are."""

    name: str
    per_cent: int
    rules: tuple[str, ...]


class WinBack(Declared):
    """Who is won back, and how much of it one person gets."""

    rules: Annotated[tuple[WinBackRule, ...], Field(max_length=8)] = Field(
        default_factory=_after_a_month
    )
    cap: OfferCap = OfferCap()
    low_codes: Annotated[
        int, Field(ge=0, le=500, description="with fewer codes left, staff get a task")
    ] = 20

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "WinBack":
        _refuse_twice([one.id for one in self.rules])
        return self

    @model_validator(mode="after")
    def _a_list_is_worth_one_thing(self) -> "WinBack":
        for name, found in self._offs().items():
            offs = sorted({off for _, off in found})
            if len(offs) > 1:
                told = " and ".join(f"{off} %" for off in offs)
                raise ValueError(
                    f"codes of the list {name} can't be {told} off: name a list at each step"
                )
        return self

    def lists(self) -> list[CodesList]:
        """Return the lists of codes that rules take from, by name."""
        return [
            CodesList(name, offs[0][1], tuple(dict.fromkeys(rule for rule, _ in offs)))
            for name, offs in sorted(self._offs().items())
        ]

    def _offs(self) -> dict[str, list[tuple[str, int]]]:
        """Return by list which rules take from it, and for how much off."""
        found: dict[str, list[tuple[str, int]]] = {}
        for rule in self.rules:
            for step in rule.steps:
                name = rule.codes_of(step)
                if name is not None and step.per_cent is not None:
                    found.setdefault(name, []).append((rule.id, step.per_cent))
        return found

    def rule(self, rule_id: str) -> WinBackRule | None:
        """Return a declared rule."""
        return next((one for one in self.rules if one.id == rule_id), None)


def _refuse_twice(ids: Sequence[str]) -> None:
    for number, one in enumerate(ids):
        if one in ids[:number]:
            raise ValueError(f"the id {one} is declared twice")


class Watching(Declared):
    """What every function knows that moves a due date: the rules, and of fields about which
    customers are asked by message for how many days each is fresh (mteja.freshness)."""

    rules: tuple[WinBackRule, ...] = ()
    fresh_days: dict[str, int] = Field(default_factory=dict)


class WinningBack(Declared):
    """A part of the owner's file."""

    win_back: WinBack = WinBack()
