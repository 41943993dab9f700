"""What one person or browser thinks of one product: saved or not, the rating, days of looking.

Two of these join into one in any order, any number of times, with the same result: of saving and of
rating the latest counts, days of looking are a set. So events may come late, twice and from two
browsers of one person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce

from mteja.products.signals import RATED, SAVED, UNSAVED, VIEWED, Signal
from mteja.times import business_day

type Told = tuple[int, str, int]
"""When (epoch ms), by which event, and what: the latest wins, of one moment the greater event."""

# Days of looking that are kept, the latest: enough to tell who looks often.
MAX_DAYS = 30
# Looked at on so many days, somebody looks often.
OFTEN = 3
# From so many stars on, somebody likes it.
LIKES = 4


@dataclass(frozen=True)
class Interest:
    """`saved`: 1 or 0 and since when; `stars`: 1 to 5 and since when; `days`: when looked at."""

    saved: Told | None = None
    stars: Told | None = None
    days: frozenset[date] = frozenset()

    @property
    def is_saved(self) -> bool:
        return self.saved is not None and self.saved[2] == 1

    @property
    def rating(self) -> int | None:
        return None if self.stars is None else self.stars[2]

    @property
    def looks_often(self) -> bool:
        return len(self.days) >= OFTEN

    @property
    def likes(self) -> bool:
        return self.is_saved or (self.rating or 0) >= LIKES

    @property
    def last_day(self) -> date | None:
        return max(self.days, default=None)


NONE = Interest()


def join(one: Interest, other: Interest) -> Interest:
    """Return what two together say. Commutative, associative, idempotent."""
    days = sorted(one.days | other.days)[-MAX_DAYS:]
    return Interest(_later(one.saved, other.saved), _later(one.stars, other.stars), frozenset(days))


def over_claims(verified: Interest, claimed: Interest) -> Interest:
    """Return what stands where a claim says something beside what is verified: what is verified
    about saving and rating stays; somebody looked on the days of both."""
    together = join(verified, claimed)
    return Interest(verified.saved or claimed.saved, verified.stars or claimed.stars, together.days)


def interest_of(signal: Signal, zone: str) -> Interest:
    """Return what one event says. `zone`: the business's time zone."""
    match signal.kind:
        case str(kind) if kind == VIEWED:
            return Interest(days=frozenset({business_day(signal.at, zone)}))
        case str(kind) if kind in {SAVED, UNSAVED}:
            return Interest(saved=(signal.at, signal.id, int(kind == SAVED)))
        case str(kind) if kind == RATED and signal.stars is not None:
            return Interest(stars=(signal.at, signal.id, signal.stars))
    return NONE


def interests(signals: Iterable[Signal], zone: str) -> dict[str, Interest]:
    """Return by product what the events of one person or browser say."""
    found: dict[str, Interest] = {}
    for one in signals:
        found[one.product] = join(found.get(one.product, NONE), interest_of(one, zone))
    return found


def joined(several: Iterable[Interest]) -> Interest:
    return reduce(join, several, NONE)


def _later(one: Told | None, other: Told | None) -> Told | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
