"""The shapes of what is told of what customers do next. No function imports this."""

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja.http.operations import Currency, Day
from mteja.predictions.rfm import Group
from mteja.staff.answers import Cursor, CustomerId, Trust

Chance = Annotated[float, Field(ge=0, le=1, description="a probability")]
Share = Annotated[float, Field(ge=0, le=1, description="a share, 0 to 1")]
Fifth = Annotated[int, Field(ge=1, le=5, description="5 is the best fifth of the customers")]
MonthName = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]


class NextOrder(TypedDict):
    """If they buy again: half of such orders come by `expected_on`, eight of ten within `interval`,
    which is null where the date is no more than their own usual gap after the last order."""

    expected_on: Day
    interval: Annotated[list[Day], Field(min_length=2, max_length=2)] | None


class Reason(TypedDict):
    """Why this is said, or why it is not. What else it has depends on `reason`."""

    reason: Literal[
        "own-gaps",
        "silence",
        "recency",
        "not-better",
        "not-judged",
        "too-few-orders",
        "own-gap-only",
        "silent-too-long",
        "more-likely-gone",
        "shop-too-small",
        "not-made-yet",
        "no-orders",
    ]
    purchases: NotRequired[Annotated[int, Field(description="days on which they bought")]]
    usual_days: NotRequired[Annotated[int | None, Field(description="between these")]]
    shop_days: NotRequired[Annotated[int | None, Field(description="the same, of all customers")]]
    days: NotRequired[Annotated[int, Field(description="since the last order")]]
    least: NotRequired[Annotated[int, Field(description="so many orders are needed")]]
    least_days: NotRequired[int]
    most_days: NotRequired[int | None]
    returned: NotRequired[Annotated[int, Field(description="who bought again within 90 days")]]
    people: NotRequired[Annotated[int, Field(description="who last bought so long before")]]


class Errors(TypedDict):
    """How wrong it was. `auc`: how often somebody who bought again was told likelier than somebody
    who did not."""

    brier: float
    log_loss: float
    auc: float | None


class ChanceJudged(TypedDict):
    """`better`: the model's Brier score is the lower by more than chance."""

    people: int
    returned: int
    model: Errors
    recency: Errors
    better: bool


class DateJudged(TypedDict):
    """Mean errors in days, those beyond 90 days counted as 90; `covered`: of `intervals` that ended
    within them, the share in which the order came."""

    people: int
    model_days: float
    usual_days: float
    intervals: int
    covered: Share | None
    better: bool


class Judged(TypedDict):
    """What last night's run made: of how many customers of a year, and how the model did on the
    last 90 days, held out, beside the rule of thumb. Null where there is too little to judge."""

    made_on: Day
    people: int
    returned: Annotated[int, Field(description="who bought on two days or more")]
    chance: ChanceJudged | None
    date: DateJudged | None


class GroupThen(TypedDict):
    month: MonthName
    group: Group
    recency: Fifth
    frequency: Fifth
    money: Fifth


class Rfm(TypedDict):
    """The group today; null where they have not bought for a year. `history`: at the end of each
    month that is over, by the fifths of that day, the latest first."""

    group: Group | None
    recency: Fifth | None
    frequency: Fifth | None
    money: Fifth | None
    history: list[GroupThen]


class Prediction(TypedDict):
    """What a person does next. `by`: what the chance is told by; null where nothing is told."""

    id: CustomerId
    next_order: NextOrder | None
    buys_again_90d: Chance | None
    still_customer: Annotated[Chance | None, Field(description="that they have not left for good")]
    by: Literal["model", "recency"] | None
    because: list[Reason]
    model: Judged | None
    rfm: Rfm | None


class LeavingPerson(TypedDict):
    """`orders` and `net` (minor units, of the shop's main currency): of a year, as of last
    night."""

    id: CustomerId
    name: str | None
    email: str | None
    phone: str | None
    trust: Trust
    group: Literal["about-to-sleep", "at-risk", "cannot-lose"]
    last_order_on: Day
    orders: int
    net: dict[Currency, int]


class LeavingPeople(TypedDict):
    items: list[LeavingPerson]
    next: Cursor


class InGroup(TypedDict):
    group: Group
    customers: int


class OfGroup(InGroup):
    share: Share


class CustomersOfMonth(TypedDict):
    """`customers`: who bought in the year up to `until`; `gone`: who had bought in the year up to
    the end of the month before, and not in this one; `new`: who bought in the month and not in the
    year before, as far as orders are known; `returning`: the others who did."""

    month: MonthName
    until: Day
    customers: int
    new: int
    returning: int
    gone: int
    orders: int
    net: Annotated[dict[Currency, int], Field(description="minor units")]
    groups: list[InGroup]


class Groups(TypedDict):
    """At the end of the last month that was asked for. `leaving`: those about to sleep, at risk and
    not to be lost."""

    on: Day
    customers: int
    leaving: int
    items: list[OfGroup]


class OfRecency(TypedDict):
    """Of `people` who had bought last so many days before, `returned` bought again in 90 days."""

    least_days: int
    most_days: int | None
    returned: int
    people: int


class OfShop(Judged):
    """`usual_days`: the median between two orders; `leave_share`: who leaves after the first."""

    usual_days: float | None
    leave_share: Share | None
    shares: list[OfRecency] | None


CustomersReport = TypedDict(
    "CustomersReport",
    {
        "from": Day,
        "to": Day,
        "until": Day,
        "items": list[CustomersOfMonth],
        "groups": Groups | None,
        "model": OfShop | None,
    },
)
