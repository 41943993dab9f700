"""What visitors do: `page`, `screen` and `track` as events of the table `events`.

A call becomes the event that our own tracker would have sent, and is read as that: addresses and
texts are masked in one place. Of properties only those pass that `properties` lets.
"""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

from mteja.segment import properties
from mteja.segment.messages import Message, text_of
from mteja.tracking import events
from mteja.tracking.packed import Event

EVENTS = frozenset({"page", "screen", "track"})
_CAMPAIGN = {
    "source": "source", "medium": "medium", "name": "campaign", "term": "term",
    "content": "content",
}  # fmt: skip
_SMALL, _MEDIUM = 768, 1_200  # pixels, as the tracker has them


def event(sent: Message, declared: Collection[str], received_at: int) -> Event:
    """Return a call as an event. Raises Refused, by the tracker's reasons: `name` where a `track`
    names no event, `time` for one that was long ago.

    `declared`: the properties that the owner's file names.
    """
    page = sent.context.get("page")
    page = page if isinstance(page, dict) else {}
    if sent.type == "page":
        page = {**page, **sent.part("properties")}
    raw: dict[str, Any] = {
        "id": sent.id,
        "at": sent.at,
        "url": _address(page),
        "screen": _screen(sent.context.get("screen")),
        "language": text_of(sent.context.get("locale"), 20),
    }
    if sent.type == "track":
        name = sent.text("event")
        raw |= {
            "type": "event",
            "name": name,
            "properties": properties.kept(name or "", sent.part("properties"), declared),
        }
    else:
        raw |= {"type": "page", "name": sent.text("name")}
    if sent.type == "screen":
        raw["url"] = f"/{quote(sent.text('name') or '')}"
    elif sent.type == "page":
        raw["url"] = raw["url"] or "/"
        raw |= {
            "title": page.get("title"),
            "referrer": page.get("referrer"),
            "campaign": _campaign(sent.context.get("campaign")),
        }
    clock = events.Clock(received_at)
    return events.read(raw, sent.digest, clock, frozenset(declared))


def _address(page: Mapping[str, Any]) -> object:
    return page.get("url") or page.get("path")


def _campaign(given: object) -> dict[str, Any]:
    if not isinstance(given, dict):
        return {}
    return {short: given[name] for name, short in _CAMPAIGN.items() if name in given}


def _screen(given: object) -> str | None:
    width = given.get("width") if isinstance(given, dict) else None
    if not isinstance(width, int) or isinstance(width, bool) or width <= 0:
        return None
    return "s" if width < _SMALL else "m" if width < _MEDIUM else "l"
