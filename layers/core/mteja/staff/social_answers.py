"""The shapes of what is told of whom customers reach. No function imports this."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from mteja.http.operations import Currency, Day
from mteja.staff.answers import Cursor, CustomerId
from mteja.staff.product_answers import Wanting

Network = Literal["instagram", "tiktok", "youtube", "facebook", "x"]
Code = Annotated[str, Field(pattern=r"^REF-[A-Z]{9}$")]


class Count(TypedDict):
    on: Day
    followers: int


class OfNetwork(TypedDict):
    """The latest count first."""

    network: Network
    counts: list[Count]


ReachClass = Literal["nano", "micro", "mid", "macro", "mega"]
Reach = TypedDict(
    "Reach",
    {"network": Network, "on": Day, "followers": int, "class": ReachClass | None},
)
"""The latest count of the network with the most followers. `class`: nano from 1,000, micro from
10,000, mid from 50,000, macro from 500,000, mega from a million; null below."""


class Brought(TypedDict):
    """Orders of others within a year, with the personal code, or after a visit by the link; as of
    last night."""

    orders: int
    net: Annotated[dict[Currency, int], Field(description="minor units, less refunds")]


_ClaimedHandles = Annotated[
    list[Network], Field(description="where the name is no more than what anybody could type")
]


class ReachOfPerson(TypedDict):
    id: CustomerId
    handles: Annotated[dict[Network, str], Field(description="names on networks, without @")]
    claimed_handles: _ClaimedHandles
    codes: list[Code]
    links: list[str]
    followers: list[OfNetwork]
    reach: Reach | None
    brought: Brought


class FollowersKept(TypedDict):
    id: CustomerId
    followers: list[OfNetwork]


class PersonalCode(TypedDict):
    id: CustomerId
    code: Code
    link: str | None


class AdvocateOfProduct(Wanting):
    """A person who likes the product or bought it, may be written to, and has reach or brought
    somebody."""

    bought: bool
    handles: dict[Network, str]
    claimed_handles: _ClaimedHandles
    brought: Brought
    reach: Reach | None


class AdvocatesOfProduct(TypedDict):
    items: list[AdvocateOfProduct]
    next: Cursor
