"""What visitors do: `page`, `screen` and `track` as events of the table `events`.

Nothing of a person is in them: of texts only what `properties` and `clean` let pass.
"""

from collections.abc import Collection, Mapping
from typing import Any

from mteja.segment import clean, properties
from mteja.segment.messages import Message, Refused, text_of
from mteja.tracking.packed import Event

EVENTS = frozenset({"page", "screen", "track"})
_CAMPAIGN = {"source": "source", "medium": "medium", "name": "campaign", "term": "term",
             "content": "content"}  # fmt: skip
_SMALL, _MEDIUM = 640, 1_024  # widths in pixels up to which a screen is a telephone's, a tablet's


def event(sent: Message, declared: Collection[str]) -> Event:
    """Return a call as an event. Raises Refused for a `track` that names no event.

    `declared`: the properties that the owner's file names.
    """
    page = sent.context.get("page")
    page = page if isinstance(page, dict) else {}
    if sent.type != "track":
        page = {**page, **sent.part("properties")}
    told: dict[str, Any] = {
        "id": sent.id,
        "at": sent.at,
        "host": clean.host_of(page.get("url")),
        "screen": _screen(sent.context.get("screen")),
        "language": text_of(sent.context.get("locale"), 20),
    }
    match sent.type:
        case "track":
            name = clean.masked(sent.content.get("event"))
            if name is None:
                raise Refused("no-event")
            told |= {
                "type": "event",
                "name": name,
                "path": _path(page),
                "properties": properties.kept(name, sent.part("properties"), declared) or None,
            }
        case "screen":
            name = clean.masked(sent.content.get("name"))
            told |= {"type": "page", "name": name, "path": f"/{name or ''}"}
        case _:
            told |= {
                "type": "page",
                "name": clean.masked(sent.content.get("name")),
                "path": _path(page) or "/",
                "title": clean.masked(page.get("title"), 200),
                "referrer": _other_host(page),
                "campaign": _campaign(sent.context.get("campaign")),
            }
    return Event(**told)


def _path(page: Mapping[str, Any]) -> str | None:
    return clean.path_of(page.get("path")) or clean.path_of(page.get("url"))


def _other_host(page: Mapping[str, Any]) -> str | None:
    host = clean.host_of(page.get("referrer"))
    return None if host == clean.host_of(page.get("url")) else host


def _campaign(given: object) -> dict[str, str] | None:
    if not isinstance(given, dict):
        return None
    read = {short: clean.masked(given.get(name)) for name, short in _CAMPAIGN.items()}
    return {name: text for name, text in read.items() if text is not None} or None


def _screen(given: object) -> str | None:
    width = given.get("width") if isinstance(given, dict) else None
    if not isinstance(width, int) or isinstance(width, bool) or width <= 0:
        return None
    return "s" if width <= _SMALL else "m" if width <= _MEDIUM else "l"
