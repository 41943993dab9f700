"""One event as a browser sends it, read by hand: no model library on the way of a beacon.

An event that can't be taken is refused alone, for a reason that is counted with its batch; what a
member of it says wrongly beside what it needs is left out.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlsplit

from mteja.times import DAY_MS, parse_rfc3339
from mteja.tracking import masking, properties, shares
from mteja.tracking.packed import Event

TYPES = frozenset({"page", "leave", "event", "consent"})
# Late events are still put right; those that claim to be older, or of the future, are refused.
OLDEST_MS = 30 * DAY_MS
AHEAD_MS = 60 * 60_000
MAX_PROPERTIES = 2_000
_MAX_URL, _MAX_NAME, _MAX_CAMPAIGN, _MAX_LOAD_MS = 4_000, 100, 100, 600_000
_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_CAMPAIGN = frozenset({"source", "medium", "campaign", "term", "content", "id", "ref", "share"})
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LOAD = ("ttfb", "dom", "load", "lcp")
# What a paid click is known by. Its value names the click, and so the person: only whose is kept.
_CLICKS = {"gclid": "google", "msclkid": "microsoft"}


class Refused(Exception):
    """The event is not taken. `reason`: `type`, `time`, `url`, `name`, `properties`, `identify`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Clock:
    """The time by which a sender's clock is put right: `ahead_ms` is what it was ahead of ours."""

    received_at: int
    ahead_ms: int = 0

    @classmethod
    def of(cls, received_at: int, sent_at: object) -> "Clock":
        """Return it by the time at which the sender says that it sent the batch."""
        told = moment(sent_at)
        return cls(received_at) if told is None else cls(received_at, told - received_at)

    def right(self, told: object) -> int:
        """Return when something was, in epoch ms. Raises Refused."""
        if told is None:
            return self.received_at
        at = moment(told)
        if at is None:
            _refuse("time")
        at -= self.ahead_ms
        if not self.received_at - OLDEST_MS <= at <= self.received_at + AHEAD_MS:
            _refuse("time")
        return min(at, self.received_at)


def moment(told: object) -> int | None:
    """Return epoch ms of an RFC 3339 time or of epoch ms, or None."""
    if isinstance(told, str):
        try:
            return parse_rfc3339(told[:40])
        except (ValueError, OverflowError):
            return None
    return told if type(told) is int and 0 <= told < 10**14 else None


def read(raw: object, name: str, clock: Clock, declared: frozenset[str] = frozenset()) -> Event:
    """Return an event. `name`: its id where it brings none. `declared`: names of properties of the
    site's own events. Raises Refused."""
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        _refuse("type")
    kind: str = raw["type"]
    if kind == "identify":
        # Who somebody is belongs to another function, with other rights; its traits stop here.
        _refuse("identify")
    if kind not in TYPES:
        _refuse("type")
    address = _address(raw.get("url"))
    if address is None and kind in {"page", "leave"}:
        _refuse("url")
    told = raw.get("id")
    return Event(
        id=told if isinstance(told, str) and _ID.fullmatch(told) else name,
        type=kind,
        at=clock.right(raw.get("at")),
        path=address.path if address else None,
        host=address.host if address else None,
        referrer=_referrer(raw.get("referrer")),
        title=_text(raw.get("title")) if kind == "page" else None,
        campaign=_campaign(raw.get("campaign"), address) if kind == "page" else None,
        load=_load(raw.get("load")),
        active_ms=_count(raw.get("active_ms"), DAY_MS),
        name=_name(raw.get("name"), kind),
        properties=_properties(raw.get("properties"), str(raw.get("name", "")), declared),
        screen=raw["screen"] if raw.get("screen") in ("s", "m", "l") else None,
        language=_language(raw.get("language")),
    )


@dataclass(frozen=True)
class _Address:
    path: str
    host: str | None
    query: str


def _address(raw: object) -> _Address | None:
    """Return the parts of a page's address, or of its path alone; None for what is none."""
    return _parts(raw[:_MAX_URL]) if isinstance(raw, str) and raw else None


@lru_cache(maxsize=100)  # the events of a batch are of few pages
def _parts(raw: str) -> _Address | None:
    try:
        parts = urlsplit(raw)
    except ValueError:
        return None
    if parts.scheme in {"http", "https"} and parts.netloc:
        host = masking.host(parts.netloc)
        return None if host is None else _Address(masking.path(parts.path), host, parts.query)
    if not parts.scheme and not parts.netloc and parts.path.startswith("/"):
        return _Address(masking.path(parts.path), None, parts.query)
    return None


def _campaign(told: object, address: _Address | None) -> dict[str, str] | None:
    """Return the campaign by short names, of what is told and of the address's query."""
    found = _of_query(address.query) if address and address.query else {}
    if isinstance(told, dict):
        found |= {name: value for name, value in told.items() if name in _CAMPAIGN}
    if "share" in found:
        # `?s=` is also how WordPress's shops are searched: only a network's name tells of a share.
        found["share"] = shares.network(found["share"]) if isinstance(found["share"], str) else None
    kept = {
        name: masking.masked(value, _MAX_CAMPAIGN)
        for name, value in found.items()
        if isinstance(value, str) and value.strip()
    }
    return kept or None


def _of_query(query: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, max_num_fields=None, errors="replace"):
        if name.startswith("utm_") and name[4:] in _CAMPAIGN:
            found.setdefault(name[4:], value)
        elif name in {"ref", "s"}:
            found.setdefault("share" if name == "s" else name, value)
        elif name in _CLICKS:
            found["click"] = _CLICKS[name]
    return found


def _referrer(raw: object) -> str | None:
    if not isinstance(raw, str) or not raw:
        return None
    try:
        name = urlsplit(raw[:_MAX_URL]).netloc if "//" in raw else raw
    except ValueError:
        return None
    return masking.host(name)


def _text(raw: object) -> str | None:
    return (masking.masked(raw) or None) if isinstance(raw, str) else None


def _name(raw: object, kind: str) -> str | None:
    name = masking.masked(raw, _MAX_NAME) if isinstance(raw, str) else ""
    if not name and kind == "event":
        _refuse("name")
    return name or None


def _load(raw: object) -> dict[str, int] | None:
    if not isinstance(raw, dict):
        return None
    times = {name: _count(raw.get(name), _MAX_LOAD_MS) for name in _LOAD}
    return {name: value for name, value in times.items() if value} or None


def _count(raw: object, most: int) -> int | None:
    """Return a whole number of milliseconds; browsers also give fractions."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= most:
        return None
    return int(raw)


def _language(raw: object) -> str | None:
    return raw if isinstance(raw, str) and _LANGUAGE.fullmatch(raw) else None


def _properties(raw: object, event: str, declared: frozenset[str]) -> dict[str, Any] | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        _refuse("properties")
    wanted = properties.names(event, declared)
    given = {name: value for name, value in raw.items() if name in wanted}
    if isinstance(raw.get("products"), list):
        given["products"] = [
            {name: value for name, value in one.items() if name in properties.PRODUCT}
            for one in raw["products"]
            if isinstance(one, dict)
        ]
    try:
        kept = masking.values(given)
    except ValueError:
        _refuse("properties")
    if isinstance(kept.get("share_via"), str):
        kept["share_via"] = shares.network(kept["share_via"]) or kept["share_via"]
    if len(_encoded(kept).encode()) > MAX_PROPERTIES:
        _refuse("properties")
    return kept or None


def _refuse(reason: str) -> NoReturn:
    raise Refused(reason)
