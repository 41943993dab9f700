"""The websites of the owner's file as the way of a beacon reads them: without pydantic.

The file was checked when it was compiled; mteja.business.load checks its shape for everybody else.
"""

import json
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from typing import Any

from mteja.errors import BadSignature, ForeignOrigin, Misconfigured


@dataclass(frozen=True)
class Website:
    """One of `sites`. `origins`: of its pages. `zone`: the business's IANA time zone.
    `properties`: of its own events, that are kept."""

    id: str
    origins: frozenset[str]
    keep_days: int
    zone: str
    properties: frozenset[str] = frozenset()

    def expect(self, origin: str | None) -> None:
        """Raises ForeignOrigin for a page of another website. A sender that is no browser tells
        none, and is taken."""
        if origin is not None and origin.lower() not in self.origins:
            raise ForeignOrigin


@cache
def websites() -> dict[str, Website]:
    """Return the websites by their public write keys. Raises Misconfigured."""
    business = _part("business.json")
    everywhere = [str(one) for one in business.get("allowed_origins", ())]
    return {
        site["write_key"]: Website(
            id=site["id"],
            origins=frozenset(one.lower() for one in site.get("origins") or everywhere),
            keep_days=site.get("keep_days", 90),
            zone=business["time_zone"],
            properties=frozenset(site.get("properties", ())),
        )
        for site in _part("sites.json")["sites"]
    }


def website(write_key: object) -> Website:
    """Return whose key it is. Raises BadSignature."""
    found = websites().get(write_key) if isinstance(write_key, str) else None
    if found is None:
        raise BadSignature
    return found


def _part(name: str) -> dict[str, Any]:
    try:
        raw = get_data("mteja_business", name)
    except (FileNotFoundError, ModuleNotFoundError):
        raw = None
    if raw is None:
        raise Misconfigured("the business layer is missing")
    part: dict[str, Any] = json.loads(raw)
    return part
