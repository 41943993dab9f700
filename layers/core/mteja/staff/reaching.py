"""Whom a person reaches, of what was read along with the person."""

from collections.abc import Iterable, Mapping
from typing import Any

from mteja.customers.reading import Person
from mteja.social.reach import Counted, class_of, counted, greatest, with_counts


def reach_of(person: Person) -> dict[str, Any]:
    """Return codes and followers of all members, and the greatest reach, null where none is known.
    Read along with the person."""
    items = [member.reach for member in person.members if member.reach is not None]
    counts = with_counts({}, (one for item in items for one in counted(item.followers)))
    most = greatest(counts)
    return {
        "codes": sorted(item.code for item in items if item.code is not None),
        "followers": followers(counts),
        "reach": None if most is None else _counted(most),
    }


def followers(counts: Mapping[str, Iterable[tuple[str, int]]]) -> list[dict[str, Any]]:
    """Return the series of each network, the latest count first."""
    return [
        {
            "network": network,
            "counts": [{"on": on, "followers": number} for on, number in reversed([*series])],
        }
        for network, series in counts.items()
    ]


def _counted(one: Counted) -> dict[str, Any]:
    return {
        "network": one.network,
        "on": one.on,
        "followers": one.followers,
        "class": class_of(one.followers),
    }
