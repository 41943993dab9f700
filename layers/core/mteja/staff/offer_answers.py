"""The shapes of what the staff API answers of offers.

For the documentation and its tests: no function imports this.
"""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from mteja.http.operations import Currency, Day, Time
from mteja.staff.answers import Cursor, CustomerId, Minor

type Status = Literal["open", "redeemed", "held-out", "stopped", "expired"]


class Redeemed(TypedDict):
    """What redeemed an offer: an order, or a member of staff (`source` is staff)."""

    at: Time
    source: str
    id: Annotated[str, Field(description="the order's id at its source, or the member of staff")]
    by: Annotated[
        Literal["customer", "other", "unknown", "staff"],
        Field(description="`other`: the code was handed on; `unknown`: the order names nobody"),
    ]


class Offer(TypedDict):
    """What a rule that wins customers back did for one customer at one step of its ladder."""

    id: str
    customer: CustomerId
    rule: str
    step: Annotated[int, Field(description="from 0")]
    per_cent: Annotated[int | None, Field(description="off; null where it reminds only")]
    code: Annotated[str | None, Field(description="null of a reminder, and of what did not leave")]
    status: Status
    at: Annotated[Time, Field(description="when it was made or held back")]
    ends: Annotated[Time, Field(description="until when it can be redeemed")]
    reason: Annotated[str | None, Field(description="why it was stopped")]
    redeemed: Redeemed | None
    further_uses: Annotated[int, Field(description="orders that used the code and do not count")]


class OfferList(TypedDict):
    """A page: open ones by when they end, others newest first."""

    items: list[Offer]
    next: Cursor


class CodeList(TypedDict):
    """Codes that were made in the shop. `more`: there are more free ones than are counted."""

    name: str
    per_cent: Annotated[int, Field(description="off, as offers with them say; so in the shop")]
    free: Annotated[int, Field(description="codes that nobody has")]
    more: bool
    rules: Annotated[list[str], Field(description="which rules take codes from it")]
    low_since: Annotated[Time | None, Field(description="since when there are few")]


class CodeLists(TypedDict):
    items: list[CodeList]


class RefusedCode(TypedDict):
    """`no-code`: nobody can type it, or it is too long; `elsewhere`: it is in another list, or one
    of ours; `repeated`: it stood further up; `columns`: the line holds more than a code."""

    line: Annotated[int, Field(description="from 1")]
    why: Literal["no-code", "elsewhere", "repeated", "columns"]


class UploadedCodes(TypedDict):
    name: str
    added: int
    known: Annotated[int, Field(description="in the list before, given to somebody or not")]
    refused: list[RefusedCode]


Interval = Annotated[
    list[int], Field(min_length=2, max_length=2, description="between these with 95 %")
]


class Shares(TypedDict):
    """How many came back: bought anything within the window."""

    offers: float
    held_out: float
    difference: float
    interval: Annotated[list[float], Field(min_length=2, max_length=2)]


class PerCustomer(TypedDict):
    """Net sales within the window per customer, those who bought nothing too."""

    offers: Minor
    held_out: Minor
    difference: Minor
    interval: Interval


class Incremental(TypedDict):
    """The difference over all who were offered something: what would not have come by itself."""

    net: Minor
    interval: Interval


class MoneyOfGroups(TypedDict):
    """Null where there are too few to tell."""

    currency: Currency
    net: Annotated[Minor, Field(description="of all who were offered something")]
    per_customer: PerCustomer | None
    incremental: Incremental | None


class Compared(TypedDict):
    """Those who were offered something, also whom no message reached, against those who were held
    out by chance: of days on which nobody's window is open any more. Nobody of a later step: who
    came back before it is not in it, so that its groups differ in more than the draw."""

    offers: int
    held_out: int
    enough: Annotated[bool, Field(description="whether there are enough people to tell")]
    came_back: Shares | None
    money: list[MoneyOfGroups]


class WinbackRow(TypedDict):
    """A rule, from the first that it did in each silence; or one step of it, from its own day."""

    rule: str
    step: Annotated[int | None, Field(description="from 0; null of a rule")]
    per_cent: Annotated[int | None, Field(description="off, by the owner's file of today")]
    offers: Annotated[int, Field(description="people who were drawn for an offer")]
    sent: int
    stopped: Annotated[int, Field(description="before it reached anybody")]
    redeemed: int
    handed_on: Annotated[int, Field(description="of these: redeemed by somebody else")]
    held_out: int
    compared: Compared


class WinbackDay(TypedDict):
    day: Day
    offers: int
    sent: int
    redeemed: int
    held_out: int


WinbackReport = TypedDict(
    "WinbackReport",
    {
        "from": Day,
        "to": Day,
        "until": Annotated[
            Day | None, Field(description="last day that was looked at; null of none")
        ],
        "by": Literal["rule", "step"],
        "window_days": Annotated[
            int, Field(description="so long after an offer purchases are looked at")
        ],
        "items": list[WinbackRow],
        "series": list[WinbackDay],
    },
)
