"""The Segment-compatible API as others see it (docs/openapi.json). No function imports this."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja import errors
from mteja.http.operations import Area, Body, Operation, Parameter, Success, Time
from mteja.segment.reading import MAX_BATCH_BYTES, MAX_CALL_BYTES, MAX_CALLS, PATHS, TYPES
from mteja.segment.settings import settings

_Type = Literal["track", "page", "screen", "identify", "group", "alias"]


class Call(TypedDict):
    """One call of Segment's specification. Other members are ignored."""

    type: NotRequired[Annotated[_Type, Field(description="needed in a batch")]]
    messageId: NotRequired[Annotated[str, Field(description="sent again, it counts once")]]
    userId: NotRequired[Annotated[str, Field(description="the shop's own id of a customer")]]
    anonymousId: NotRequired[Annotated[str, Field(description="random id of a browser")]]
    timestamp: NotRequired[Time]
    sentAt: NotRequired[Annotated[Time, Field(description="puts the sender's clock right")]]
    event: NotRequired[Annotated[str, Field(description="track: what happened")]]
    name: NotRequired[Annotated[str, Field(description="page, screen")]]
    properties: NotRequired[dict[str, Any]]
    traits: NotRequired[Annotated[dict[str, Any], Field(description="identify, group")]]
    previousId: NotRequired[Annotated[str, Field(description="alias")]]
    groupId: NotRequired[Annotated[str, Field(description="group")]]
    context: NotRequired[dict[str, Any]]
    writeKey: NotRequired[str]


class Batch(TypedDict):
    """Many calls in one request."""

    batch: Annotated[list[Call], Field(max_length=MAX_CALLS)]
    writeKey: NotRequired[str]
    sentAt: NotRequired[Time]
    context: NotRequired[dict[str, Any]]


class Done(TypedDict):
    """Every call is durable; those that can't be right were refused and are counted in reports."""

    success: Literal[True]


class Settings(TypedDict):
    """What `@segment/analytics-next` asks for before it sends anything."""

    integrations: dict[str, Any]
    plan: dict[str, Any]
    edgeFunction: dict[str, Any]
    analyticsNextEnabled: bool
    middlewareSettings: dict[str, Any]
    enabledMiddleware: dict[str, Any]
    metrics: dict[str, Any]
    legacyVideoPluginsEnabled: bool
    remotePlugins: list[Any]


_EXAMPLE: dict[str, Any] = {
    "type": "track",
    "messageId": "node-next-1795600000000-0190f3",
    "userId": "97980cfea0067",
    "event": "Product Viewed",
    "properties": {"product_id": "demo-lamp", "price": 19.99},
    "timestamp": "2026-11-24T10:00:00Z",
    "writeKey": "demo-shop-public-key",
}
_SHORT = {**TYPES, "b": "batch"}
_REFUSES = (
    errors.MalformedBody(),
    errors.OverSegmentsLimit(),
    errors.BadSignature(),
    errors.ForeignOrigin(),
    errors.RateLimited(60),
)


def _send(path: str) -> Operation:
    what = _SHORT.get(path, path)
    short = path in _SHORT
    is_batch = what == "batch"
    body = {"batch": [_EXAMPLE], "writeKey": "demo-shop-public-key"} if is_batch else _EXAMPLE
    return Operation(
        "POST",
        f"/v1/{path}",
        f"segment{what.capitalize()}{'Short' if short else ''}",
        f"Send {'calls' if is_batch else f'a call of the type {what}'}"
        + (", as browsers do" if short else ""),
        "As Segment's HTTP API. Taken as application/json or text/plain, gzip too; the write key "
        "as the user name of Basic authorization, in the body or in each call. The public key "
        "makes claims, the secret key verified facts: with it, order events are orders. A call "
        f"has at most {MAX_CALL_BYTES // 1024} KB, a batch {MAX_BATCH_BYTES // 1024} KB. Anything "
        "but 200 and 4xx means: send it again, and nothing counts twice.",
        Success(200, "Durable", Done, {"success": True}),
        bodies=(Body(Batch if is_batch else Call, body),),
        refuses=_REFUSES,
    )


_SETTINGS = Operation(
    "GET",
    "/v1/projects/{key}/settings",
    "segmentSettings",
    "Read what the browser's library needs",
    "`cdnURL` of `@segment/analytics-next` is the root of this API: the library then asks here "
    "where to send, and loads nothing else.",
    Success(
        200,
        "The settings of a site",
        Settings,
        settings("demo-shop-public-key", "api.shop.example", "https"),
    ),
    parameters=(Parameter("key", "a site's public write key", example="demo-shop-public-key",
                          at="path"),),
    refuses=(errors.NotFound("write key"), errors.RateLimited(60)),
)  # fmt: skip

AREAS = (
    Area(
        "Segment",
        "What Segment's own libraries send, unmodified.",
        (*(_send(path) for path in PATHS), _SETTINGS),
        {
            "writeKey": {
                "type": "http",
                "scheme": "basic",
                "description": "the write key as user name, no password",
            }
        },
        prefix="Segment",
    ),
)
