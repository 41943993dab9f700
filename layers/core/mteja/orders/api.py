"""Webhooks as others see them (docs/openapi.json). No function imports this."""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from pydantic import BaseModel

from mteja import errors
from mteja.http.operations import Area, Body, Operation, Parameter, Success
from mteja.orders.platforms import available
from mteja.orders.platforms.shapes import Moment
from mteja.orders.platforms.standard.models import CustomerData, OrderData


class OrderEvent(BaseModel):
    """An order, from a source of the platform `standard`. The highest version of an order wins."""

    type: Literal["order.created", "order.updated", "order.cancelled", "order.refunded"]
    timestamp: Moment
    data: OrderData


class CustomerEvent(BaseModel):
    """A customer, from a source of the platform `standard`."""

    type: Literal["customer.updated", "customer.deleted"]
    timestamp: Moment
    data: CustomerData


class Ping(TypedDict):
    """What WooCommerce posts to try an address."""

    webhook_id: int


class Taken(TypedDict):
    """What became of the delivery. `quarantined`: authentic and kept, but not understood."""

    result: Literal["recorded", "duplicate", "ignored", "quarantined"]


_ORDER = {
    "type": "order.created",
    "timestamp": "2026-03-01T10:01:00Z",
    "data": {
        "id": "1002",
        "number": "#1002",
        "version": 1,
        "placed_at": "2026-03-01T10:01:00Z",
        "updated_at": "2026-03-01T10:01:00Z",
        "status": "paid",
        "currency": "TZS",
        "total": 1250000,
        "lines": [{"product_id": "demo-lamp", "title": "Lamp", "quantity": 1, "total": 1250000}],
        "customer": {"id": "77", "email": "asha@example.com", "first_name": "Asha"},
    },
}

_TAKE = Operation(
    "POST",
    "/v1/webhooks/{source}",
    "takeWebhook",
    "Tell of orders and customers",
    "For shops and tills: each declared source has its platform, whose own bodies and signatures "
    "are taken as they are. Answered 200 when the delivery is durable; delivered again, it counts "
    "once. A shop without a platform of its own sends Standard Webhooks with an OrderEvent or "
    "CustomerEvent.",
    Success(200, "Authentic, and durable", Taken, {"result": "recorded"}),
    parameters=(
        Parameter(
            "source", "a source that the owner's file declares", example="standard-demo", at="path"
        ),
    ),
    bodies=(
        Body(OrderEvent | CustomerEvent | Mapping[str, Any], _ORDER),
        Body(Ping, {"webhook_id": 1}, "application/x-www-form-urlencoded"),
    ),
    refuses=(
        errors.MalformedBody(),
        errors.BadSignature(),
        errors.NotFound("source"),
        errors.TooLarge(),
    ),
)

AREAS = (
    Area(
        "Webhooks",
        "What shops and tills tell.",
        (_TAKE,),
        {
            name: {
                "type": "apiKey",
                "in": "header",
                "name": platform.signature.header,
                "description": platform.signature.description,
            }
            for name, platform in available().items()
        },
        prefix="Webhook",
    ),
)
