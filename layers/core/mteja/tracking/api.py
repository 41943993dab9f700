"""Beacons as others see them (docs/openapi.json). No function imports this."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja import errors
from mteja.http.operations import Area, Body, Operation, Parameter, Success, Time

_Milliseconds = Annotated[float, Field(ge=0)]


class Campaign(TypedDict, total=False):
    """Of the address's utm_ parameters. What stands in the address itself is read from there."""

    source: str
    medium: str
    campaign: str
    term: str
    content: str
    id: str
    ref: str
    share: Annotated[
        str, Field(description="by what a shared link came: its `?s=`, a network's name")
    ]


class Load(TypedDict, total=False):
    """When a page was there, in milliseconds from its beginning."""

    ttfb: _Milliseconds
    dom: _Milliseconds
    load: _Milliseconds
    lcp: _Milliseconds


class Event(TypedDict):
    """One thing that a visitor did. `page` and `leave` need `url`, `event` a `name`."""

    type: Literal["page", "leave", "event", "consent", "identify"]
    id: NotRequired[Annotated[str, Field(max_length=64, description="counts once; else of batch")]]
    at: NotRequired[Annotated[Time | int, Field(description="by the sender's clock; or epoch ms")]]
    url: NotRequired[
        Annotated[str, Field(description="kept of it: host, path, campaign. Never the query")]
    ]
    referrer: NotRequired[Annotated[str, Field(description="kept of it: the host")]]
    title: NotRequired[str]
    campaign: NotRequired[Campaign]
    load: NotRequired[Load]
    active_ms: NotRequired[
        Annotated[float, Field(ge=0, description="seen and used, of this view in all so far")]
    ]
    name: NotRequired[Annotated[str, Field(max_length=100)]]
    properties: NotRequired[
        Annotated[dict[str, Any], Field(description="at most 2,000 bytes; nothing of a person")]
    ]
    traits: NotRequired[
        Annotated[dict[str, Any], Field(description="dropped: send them to /v1/identify")]
    ]
    screen: NotRequired[Literal["s", "m", "l"]]
    language: NotRequired[str]


class Batch(TypedDict):
    """What one visitor did lately."""

    key: Annotated[str, Field(description="the website's public write key")]
    id: NotRequired[Annotated[str, Field(max_length=64, description="sent again, it counts once")]]
    sent_at: NotRequired[
        Annotated[Time | int, Field(description="puts the sender's clock right; or epoch ms")]
    ]
    visitor: NotRequired[
        Annotated[str | None, Field(description="random id, 4 to 64 letters, digits, - or _")]
    ]
    consent: NotRequired[Literal["none", "essential", "full"]]
    known: NotRequired[Annotated[bool, Field(description="whether the visitor was identified")]]
    robot: NotRequired[Annotated[bool, Field(description="navigator.webdriver")]]
    events: Annotated[list[Event], Field(max_length=100)]


_BATCH = {
    "key": "demo-shop-public-key",
    "id": "k5q8w2zt0c4m",
    "sent_at": "2026-11-24T08:00:02.000Z",
    "visitor": None,
    "consent": "none",
    "events": [
        {
            "type": "page",
            "at": "2026-11-24T08:00:00.000Z",
            "url": "https://shop.example/lamps?utm_source=letter&utm_medium=email",
            "referrer": "mail.google.com",
            "title": "Lamps",
            "load": {"ttfb": 80, "dom": 310, "load": 720, "lcp": 650},
            "screen": "s",
            "language": "sw-TZ",
        },
        {
            "type": "event",
            "at": "2026-11-24T08:00:01.000Z",
            "url": "https://shop.example/lamps",
            "name": "Product Added to Wishlist",
            "properties": {"product_id": "demo-lamp"},
        },
    ],
}
_NOT_TAKEN = (
    errors.BadSignature(),
    errors.ForeignOrigin(),
    errors.RateLimited(5),
)

_TRACKER = Operation(
    "GET",
    "/mteja.js",
    "readTracker",
    "The tracker",
    "A script of two kilobytes for the pages of a website: `<script defer src=…/mteja.js "
    'data-key="…" data-consent="none">`. What it does: docs/visitors.md.',
    Success(200, "The script", str, "(()=>{…})()", media_type="text/javascript"),
)
_COLLECT = Operation(
    "POST",
    "/v1/collect",
    "collect",
    "Tell what a visitor did",
    "One batch is one item, and 204 means that it is durable. An event that can't be taken is "
    "refused alone, and counted by its reason: `type`, `time` (more than 30 days old, or of the "
    "future, once the sender's clock is put right), `url`, `name`, `properties`, `identify` (its "
    "traits are dropped). Without consent, and with `Sec-GPC: 1`, no id of the visitor is kept. "
    "Paths, titles and properties are masked where they look like an e-mail address, a telephone "
    "number or a secret.",
    Success(204, "Durable", None, None, media_type=None),
    # sendBeacon can't send JSON to another site without asking first, so it says that it is text.
    bodies=(Body(Batch, _BATCH), Body(Batch, _BATCH, "text/plain")),
    refuses=(
        errors.MalformedBody(),
        errors.InvalidInput("events", "at most 100 at a time"),
        errors.TooLarge(),
        errors.UnsupportedMediaType(),
        *_NOT_TAKEN,
    ),
)
_PIXEL = Operation(
    "GET",
    "/v1/pixel.gif",
    "readPixel",
    "A page view without a script",
    "For `<noscript>`. No id is kept.",
    Success(200, "One transparent pixel", bytes, "GIF89a", media_type="image/gif"),
    parameters=(
        Parameter("key", "the website's public write key", example="demo-shop-public-key"),
        Parameter("path", "the page; else what the Referer says", example="/lamps"),
    ),
    refuses=_NOT_TAKEN,
)

AREAS = (
    Area("Visitors", "What visitors of websites do.", (_TRACKER, _COLLECT, _PIXEL), {}, "Visitor"),
)
