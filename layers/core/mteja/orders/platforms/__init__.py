"""Shop platforms, each a module or package of this folder that has PLATFORM: its name is what the
owner's file calls it.

A platform has three parts: `verify` raises BadSignature unless a delivery is the platform's;
`identify` says what the delivery calls itself; `normalise` turns it into a fact. It also says what
a source of it needs in the owner's file, and how it signs. Nothing else knows of it.
"""

from functools import cache

from mteja import discovery
from mteja.business.sources import SourceField
from mteja.errors import Misconfigured
from mteja.orders.platforms.base import Platform


@cache
def platform(name: str) -> Platform:
    """Return a platform. Its module is imported when it is first needed: a business has one or two
    of them, and every cold start would pay for all. Raises Misconfigured where there is none."""
    try:
        found: Platform = discovery.member(__name__, name, "PLATFORM")
    except LookupError:
        raise Misconfigured(f"this version has no platform {name}") from None
    return found


def available() -> dict[str, Platform]:
    """Return all platforms by name. Imports all of them: for builds and documents."""
    return discovery.members(__name__, "PLATFORM")


def source_fields() -> dict[str, tuple[SourceField, ...]]:
    """Return of each platform what its sources have in the owner's file."""
    return {name: one.fields for name, one in available().items()}
