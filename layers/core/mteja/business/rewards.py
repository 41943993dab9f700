"""What the owner's file says of rewards: how points and stamps are earned, how long they last, and
what they are given for. A business without this part has none.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mteja.business.declared import Declared, Texts
from mteja.business.sources import Slug

type UnitName = Literal["points", "stamps"]
type Occasion = Literal["order", "form", "visit"]
UNITS: tuple[UnitName, ...] = ("points", "stamps")

_Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
_Amount = Annotated[int, Field(ge=1, le=1_000_000)]
_Minor = Annotated[int, Field(ge=1, le=10**12)]


class Lasting(Declared):
    """How long what is earned can be spent. Without a number it never expires."""

    expire_after_days: Annotated[
        int | None, Field(ge=1, le=3_650, description="after the day on which it was earned")
    ] = None


class EarnRule(Declared):
    """What is earned, and after what: an order, a form, or a visit, which staff note by a stamp.

    Of an order `amount` is earned once, or for each full `each` of what was paid in its currency,
    in minor units (cents) and after refunds.
    """

    id: Slug
    after: Literal["order", "form", "visit"]
    unit: Literal["points", "stamps"]
    amount: _Amount = 1
    each: Annotated[
        Mapping[_Currency, _Minor] | None,
        Field(description="order: for each so many minor units, by currency; no others earn"),
    ] = None
    at_least: Annotated[
        Mapping[_Currency, _Minor] | None,
        Field(description="order: only from so many minor units on, by currency; no others earn"),
    ] = None
    most: Annotated[_Amount | None, Field(description="order: of one order at most")] = None
    most_a_day: Annotated[_Amount | None, Field(description="by one customer on one day")] = None
    form: Annotated[Slug | None, Field(description="form: which")] = None
    times: Annotated[
        int | None, Field(ge=1, le=1_000, description="form: how often by one customer, else once")
    ] = None

    @model_validator(mode="after")
    def _fits_its_occasion(self) -> Self:
        of_orders = (self.each, self.at_least, self.most)
        if self.after != "order" and any(one is not None for one in of_orders):
            raise ValueError("each, at_least and most are of orders")
        if self.each and self.at_least and set(self.each) != set(self.at_least):
            raise ValueError("each and at_least name the same currencies: no others earn")
        if (self.form is None) == (self.after == "form"):
            raise ValueError("a rule after a form, and no other, says which form")
        if self.times is not None and self.after != "form":
            raise ValueError("times is of forms")
        return self


class Tier(Declared):
    """A rank of customers, by the points that they earned within a year."""

    id: Slug
    title: Texts
    points: Annotated[int, Field(ge=1, description="earned within the last 365 days")]


class Gift(Declared):
    """What points or stamps are given for."""

    id: Slug
    title: Texts
    unit: Literal["points", "stamps"]
    cost: _Amount
    product: Annotated[str | None, Field(max_length=100, description="id of a product")] = None


class Rewards(Declared):
    """Points, stamps, or both. A stamp card is a gift that costs so many stamps."""

    since: Annotated[
        date | None, Field(description="orders that were placed before this day earn nothing")
    ] = None
    return_window_days: Annotated[
        int, Field(ge=0, le=365, description="what orders earn can be spent after so many days")
    ] = 14
    points: Lasting | None = None
    stamps: Lasting | None = None
    earn: Annotated[tuple[EarnRule, ...], Field(min_length=1)]
    tiers: tuple[Tier, ...] = ()
    gifts: tuple[Gift, ...] = ()

    @property
    def units(self) -> tuple[UnitName, ...]:
        """Return the units that there are."""
        return tuple(unit for unit in UNITS if self.lasting(unit) is not None)

    def lasting(self, unit: str) -> Lasting | None:
        return self.points if unit == "points" else self.stamps

    def rules(self, after: Occasion) -> Iterator[EarnRule]:
        """Yield the rules of an occasion."""
        return (one for one in self.earn if one.after == after)

    def gift(self, gift_id: str) -> Gift | None:
        return next((one for one in self.gifts if one.id == gift_id), None)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for ids in (
            [one.id for one in self.earn],
            [one.id for one in self.tiers],
            [one.id for one in self.gifts],
        ):
            if len(set(ids)) < len(ids):
                raise ValueError("two have the same id")
        used = {one.unit for one in self.earn} | {one.unit for one in self.gifts}
        if used - set(self.units):
            raise ValueError("says points or stamps without saying how long they last")
        for after in ("order", "visit"):
            units = [one.unit for one in self.earn if one.after == after]
            if len(set(units)) < len(units):
                raise ValueError(f"two rules after {after} for one unit")
        if self.tiers and self.points is None:
            raise ValueError("tiers are reached by points, of which there are none")
        if [one.points for one in self.tiers] != sorted({one.points for one in self.tiers}):
            raise ValueError("tiers go up")
        lasts = [one.expire_after_days for one in (self.points, self.stamps) if one is not None]
        if any(one is not None and one <= self.return_window_days for one in lasts):
            raise ValueError("what is earned expires before it can be spent")
        return self


class Rewarding(Declared):
    """Rewards, if the business has any."""

    rewards: Rewards | None = None
