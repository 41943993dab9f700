"""Somebody who orders, what is ordered, and a delivery that tells of it; the same on every
platform, so that what is measured differs by the platform alone.
"""

import copy
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from mteja_local.place import ROOT

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PRODUCTS = [
    ("IPod Touch 8GB", "IPOD2009BLACK", "199.00", 1),
    ("Leather sleeve for 8GB players", "SLEEVE-08-BRN", "24.50", 2),
    ("USB charging cable, 1 m, white", "CABLE-USB-1M-W", "9.90", 3),
]
TOTAL = "277.70"
TOTAL_CENTS = 27_770
_SAMPLES = ROOT / "tests/samples/webhooks"
_TO_ARRIVE = timedelta(seconds=3)


@dataclass(frozen=True)
class Sent:
    """A delivery: to which source, its topic, its body, and when it arrives (epoch ms)."""

    source: str
    topic: str
    body: bytes
    at_ms: int


@dataclass(frozen=True)
class Shopper:
    """Somebody who orders. `consent`: whether the box for e-mails is ticked."""

    number: int
    consent: bool = False
    city: str = "Dar es Salaam"
    first_name: str = "Amina"
    last_name: str = "Mwakyusa"
    country: str = "TZ"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"amina.mwakyusa.{self.number:05d}@example.com"

    @property
    def phone(self) -> str:
        return f"+255754{self.number:06d}"

    @property
    def card(self) -> str:
        return f"fingerprint{self.number:06d}"

    @property
    def street(self) -> str:
        return f"{self.number} Samora Avenue"

    def subscribed(self) -> "Shopper":
        return replace(self, consent=True)

    def moved_to(self, city: str) -> "Shopper":
        return replace(self, city=city)


@cache
def _loaded(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(_SAMPLES.joinpath(f"{name}.json").read_bytes())
    return body


def sample(name: str) -> dict[str, Any]:
    """Return a copy of a real body, such as `shopify/order_fulfilled`."""
    return copy.deepcopy(_loaded(name))


def placed(number: int, days: int) -> datetime:
    """Return when an order is placed: so many days after the start, no two in one second."""
    return START + timedelta(days=days, seconds=number % 1000)


def sent(source: str, topic: str, body: dict[str, Any], at: datetime) -> Sent:
    """Return a delivery of what happened at a time; it arrives a little later."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    return Sent(source, topic, raw, int((at + _TO_ARRIVE).timestamp() * 1000))


def utc(at: datetime) -> str:
    """`2026-11-22T09:00:00Z`"""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
