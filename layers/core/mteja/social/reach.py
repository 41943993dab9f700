"""How many people a customer reaches: dated counts of followers, and the class that they make.

Classes are those of the trade, by followers on one network (Mediakix, "Influencer tiers", 2019):
nano from 1,000, micro from 10,000, mid from 50,000, macro from 500,000, mega from a million. Of
several networks the greatest counts: the same people follow on both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CLASSES = {
    "mega": 1_000_000, "macro": 500_000, "mid": 50_000, "micro": 10_000, "nano": 1_000,
}  # fmt: skip
"""The fewest followers of each class, the greatest first."""

# Of each network so many counts are kept, the latest.
MAX_COUNTS = 60
MAX_FOLLOWERS = 1_000_000_000

type Counts = Mapping[str, tuple[tuple[str, int], ...]]
"""By network: days (`2026-11-30`) and followers on them, the earliest first."""


@dataclass(frozen=True)
class Counted:
    """So many followers on a network, on a day."""

    network: str
    on: str
    followers: int


def with_counts(known: Counts, told: Iterable[Counted]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return counts with further ones: of a day the one that is told last."""
    by_network = {network: dict(series) for network, series in known.items()}
    for one in told:
        by_network.setdefault(one.network, {})[one.on] = one.followers
    return {
        network: tuple(sorted(series.items())[-MAX_COUNTS:])
        for network, series in sorted(by_network.items())
    }


def counted(counts: Counts) -> list[Counted]:
    """Return counts one by one."""
    return [Counted(network, on, followers)
            for network, series in counts.items() for on, followers in series]  # fmt: skip


def greatest(counts: Counts) -> Counted | None:
    """Return the latest count of the network with the most followers, None where none is known."""
    latest = [Counted(network, *series[-1]) for network, series in sorted(counts.items()) if series]
    return max(latest, key=lambda one: one.followers, default=None)


def class_of(followers: int) -> str | None:
    """Return the class that so many followers make, None of fewer than the least has."""
    return next((name for name, least in CLASSES.items() if followers >= least), None)
