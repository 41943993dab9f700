"""The shapes of what staff get of forms, pre-orders and warranties.

For the documentation and its tests: no function imports this.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja.http.operations import Time
from mteja.staff.answers import Cursor, CustomerId, InteractionId, Piece, PlaceStatus


class FilledIn(TypedDict):
    """A form that was filled in at the counter. `position` counts those who wait, from 1."""

    interaction_id: InteractionId
    status: Literal["accepted", "reserved", "waiting", "cancelled"]
    position: NotRequired[int]
    customer: CustomerId | None


class CustomersLink(TypedDict):
    """An address for one customer alone: hand over the API's address followed by `path`."""

    token: str
    path: str
    expires_at: Time
    message: NotRequired[Annotated[str, Field(description="what was sent, as in the timeline")]]


class _Holder(TypedDict):
    customer: CustomerId
    name: str | None
    email: str | None
    phone: str | None


class Registered(Piece, _Holder):
    """A registered piece and who has it."""


class Recall(TypedDict):
    """A page, in the order of serial numbers as people count them."""

    items: list[Registered]
    next: Cursor


class PassedOn(TypedDict):
    product: str
    serial: str
    customer: CustomerId


class Place(_Holder):
    """One pre-order and whose it is."""

    ticket: InteractionId
    status: PlaceStatus
    quantity: int
    at: Time


class Places(TypedDict):
    """A page of a product's pre-orders, oldest first."""

    capacity: int
    remaining: Annotated[int, Field(description="pieces that can still be promised")]
    items: list[Place]
    next: Cursor


class CancelledPlace(TypedDict):
    ticket: InteractionId
    status: PlaceStatus
    quantity: int
    at: Time
    customer: CustomerId
