"""Builders of what visitors do: events and batches."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count
from typing import Any

from mteja.business.sites import Goal, Site
from mteja.times import day_begins
from mteja.tracking.calendar import Calendar
from mteja.tracking.packed import Batch, Event
from mteja.tracking.sessions import Session, all_sessions

ZONE = "Africa/Dar_es_Salaam"
DAY = date(2026, 11, 20)
SITE = Site(
    id="shop",
    write_key="demo-shop-public-key",
    secret="sites/shop/secret",
    goals=(Goal(id="order", path="/thank-you*"), Goal(id="newsletter", event="Signed Up")),
)
_NUMBERS = count(1)


def moment(clock: str, day: date = DAY) -> int:
    """Return the epoch ms of `10:58` or `10:58:01` on a day of the business."""
    hours, minutes, *seconds = map(int, clock.split(":"))
    return day_begins(day, ZONE) + (hours * 3600 + minutes * 60 + sum(seconds)) * 1000


def page(at: int, path: str = "/", **more: Any) -> Event:
    told: dict[str, Any] = {"id": f"m{next(_NUMBERS)}", "type": "page", "at": at, "path": path}
    return Event(**(told | {"host": "shop.example"} | more))


def leave(at: int, path: str = "/", active_ms: int = 1000, **more: Any) -> Event:
    return page(at, path, type="leave", active_ms=active_ms, **more)


def event(at: int, name: str, path: str = "/", **more: Any) -> Event:
    return page(at, path, type="event", name=name, **more)


def batch(
    events: Event | Sequence[Event],
    visitor: str = "v1",
    received_at: int | None = None,
    **more: Any,
) -> Batch:
    """Return a batch that came as its last event happened, or later."""
    listed = [events] if isinstance(events, Event) else list(events)
    last = max((one.at for one in listed), default=moment("12:00"))
    told: dict[str, Any] = {
        "site": SITE.id,
        "id": f"b{next(_NUMBERS)}",
        "visitor": visitor,
        "received_at": last if received_at is None else received_at,
        "consent": "none",
        "events": tuple(listed),
    }
    return Batch(**(told | more))


def calendar(day: date = DAY) -> Calendar:
    return Calendar(ZONE, day, day)


def sessions_of(batches: Iterable[Batch], day: date = DAY) -> list[Session]:
    return list(all_sessions(batches, calendar(day), [SITE]))
