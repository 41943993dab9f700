"""The shapes of what the staff API answers of offers.

For the documentation and its tests: no function imports this.
"""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from mteja.http.operations import Time
from mteja.staff.answers import Cursor, CustomerId

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
