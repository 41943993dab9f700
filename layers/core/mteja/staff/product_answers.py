"""The shapes of what is told of products. No function imports this."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from mteja.http.operations import Currency, Day
from mteja.staff.answers import Cursor, CustomerId, Trust

ProductId = Annotated[str, Field(description="the shop's id of it; without one its SKU")]


class Rated(TypedDict):
    """`bound`: the lower end of what the mean may be, by which products are ranked; `of_buyers`: of
    the ratings, those of customers who are known to have bought it."""

    mean: Annotated[float | None, Field(ge=1, le=5)]
    n: int
    bound: Annotated[float | None, Field(ge=1, le=5)]
    of_buyers: int


class ProductRow(TypedDict):
    """One product. `sold` to `removed` are of the time that was asked for; the others stand today,
    and count customers: of a person who is several linked ones, each."""

    product_id: ProductId
    title: str | None
    sold: Annotated[int, Field(description="pieces, of orders that count")]
    orders: int
    net: Annotated[dict[Currency, int], Field(description="minor units; lines less refunds")]
    views: Annotated[int, Field(description="visitors of each day who viewed it")]
    saved: Annotated[int, Field(description="visitors of each day who saved it")]
    removed: int
    on_lists: Annotated[
        int, Field(description="customers and browsers that have it on their wish list")
    ]
    saved_not_bought: int
    buyers: Annotated[int, Field(description="customers who bought it within a year")]
    rating: Rated
    score: Annotated[float, Field(description="pieces, half as much for each 14 days ago")]
    trend: Literal["up", "down", "steady"]
    sold_before: Annotated[int, Field(description="in the first half of the days that are over")]
    sold_recently: Annotated[int, Field(description="in the second half")]


class OtherProducts(TypedDict):
    """What was seen of the products beyond the first thousand of a day."""

    views: int
    saved: int
    removed: int


ProductReport = TypedDict(
    "ProductReport",
    {
        "from": Day,
        "to": Day,
        "until": Day,
        "incomplete": Annotated[
            list[Day], Field(description="days of which not all views are in it")
        ],
        "items": list[ProductRow],
        "other": OtherProducts,
    },
)


class Because(TypedDict):
    """So many people did this with `product_id` and with what is suggested; of `popular`, bought
    what is suggested. A person who is several linked customers counts as each of them. Of `viewed`,
    `people` are visits of a day: who comes on two days counts twice."""

    how: Literal["bought", "saved", "viewed", "popular"]
    people: int
    product_id: ProductId | None


class Suggested(TypedDict):
    product_id: ProductId
    title: str | None
    score: float
    because: Annotated[list[Because], Field(min_length=1)]


class Suggestions(TypedDict):
    """The likeliest first."""

    items: list[Suggested]


class Wanting(TypedDict):
    """A person who is interested and may be written to."""

    id: CustomerId
    name: str | None
    email: str | None
    phone: str | None
    trust: Trust
    saved: bool
    stars: Annotated[int | None, Field(ge=1, le=5)]
    viewed_on_days: int
    last_viewed_on: Day | None


class WantingPeople(TypedDict):
    items: list[Wanting]
    next: Cursor
