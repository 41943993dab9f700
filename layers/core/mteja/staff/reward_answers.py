"""The shapes of what staff get of points and stamps, as `reward_shown` makes them.

For the documentation and its tests: no function imports this.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja.business.rewards import UnitName
from mteja.http.operations import Day, Time
from mteja.staff.answers import CustomerId, MemberOfStaff, Trust, Unreadable

Number = Annotated[
    str | None, Field(description="number of the loyalty card that we gave; null where none was")
]
Change = Annotated[
    Literal["earned", "reversed", "spent", "adjusted", "expired"],
    Field(description="reversed: an order brought less than before"),
]


class Amounts(TypedDict):
    """What there is of a unit. `active` can be spent; `pending` later: while goods may come back,
    or while the customer is known by claims only and was not at the till yet. `debt` was spent of
    what came back; what is earned next pays it first."""

    active: int
    pending: int
    debt: int


class Holding(TypedDict):
    customer: Annotated[CustomerId, Field(description="the smallest of the person's members")]
    loyalty: Number
    points: Amounts
    stamps: Amounts


class EnteredRewards(Holding):
    """What was entered, and what there is then. `id` is the entry's; null of joining."""

    id: str | None


class TierOf(TypedDict):
    id: str
    title: str


class GiftOf(TypedDict):
    id: str
    title: str
    unit: UnitName
    cost: int
    product: str | None
    missing: Annotated[int, Field(description="how many are missing; 0: it can be had")]


class LotOf(TypedDict):
    """What was earned at once. `amount` went in, after refunds; `left` is left of it."""

    id: str
    customer: CustomerId
    unit: UnitName
    rule: str | None
    amount: int
    left: int
    expired: int
    status: Literal["active", "pending", "spent", "expired"]
    earned_on: Day
    active_from: Day
    expires_on: Annotated[Day | None, Field(description="the first day on which it is gone")]


class PointsData(TypedDict):
    """Points or stamps that were earned, spent or taken back."""

    unit: UnitName
    kind: Change
    amount: int
    rule: str | None
    gift: str | None
    about: Annotated[str | None, Field(description="id of the order or form")]
    expires_on: Day | None
    by: MemberOfStaff | None
    reason: str | None
    unreadable: NotRequired[Unreadable]


class LedgerEntry(PointsData):
    """A line of the ledger; of a unit, all lines and what is earlier add up to active and pending
    less debt."""

    id: str
    customer: CustomerId
    at: Time
    source: str
    trust: Trust
    lot: str | None


class Earlier(TypedDict):
    """What the entries add up to that are older than those listed."""

    points: int
    stamps: int


class RewardsOfPerson(Holding):
    """What a person has and how it came to that, over all customers linked to it, newest first: at
    most 1,000 entries, older ones stand in the timeline; at most 1,000 lots, first those that have
    something left."""

    earned_in_a_year: Annotated[int, Field(description="points within 365 days, by rules")]
    tier: TierOf | None
    gifts: list[GiftOf]
    lots: list[LotOf]
    entries: list[LedgerEntry]
    earlier: Earlier


class JoinedRewards(TypedDict):
    """A customer with a number, and the address of its card: the API's, followed by `path`."""

    customer: CustomerId
    loyalty: Number
    token: str
    path: str
    expires_at: Time
