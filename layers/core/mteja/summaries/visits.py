"""Summary `sessions`: how many visits, of whom, by which way they came, and which way they took."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from mteja.summaries.days import ShardDay
from mteja.summaries.kinds import Part
from mteja.summaries.rows import bounded, cut_counts
from mteja.summaries.sketches import Distinct, Quantiles
from mteja.tracking.sessions import Session

# Of a longer way, the first pages are told.
MAX_STEPS = 6
_LISTS = ("paths", "transitions", "campaigns")
_APART = ("bots", "late", "refused", "goals")
_NUMBERS = ("sessions", "bounces", "views")
_OF_SOURCE = ("sessions", "bounces", "with_goal")


def of(day: ShardDay) -> Part:
    """Return the part of one shard."""
    visits = [one for one in day.sessions if one.is_visit]
    visitors = Distinct(session.visitor for session, _ in day.views)
    duration = Quantiles((one.end - one.start) // 1000 for one in visits)
    goals: Counter[str] = Counter()
    paths: Counter[str] = Counter()
    transitions: Counter[str] = Counter()
    campaigns: Counter[str] = Counter()
    for one in visits:
        goals.update(one.goals)
        pages = one.path
        paths[json.dumps(pages[:MAX_STEPS], ensure_ascii=False)] += 1
        transitions.update(json.dumps(step, ensure_ascii=False) for step in pairwise(pages))
        campaign = one.views[0].event.campaign or {}
        if campaign.get("campaign"):
            campaigns[campaign["campaign"]] += 1
    return {
        "sessions": len(visits),
        "bounces": sum(one.bounced for one in visits),
        "views": len(day.views),
        "visitors": visitors.packed(),
        "duration": duration.packed(),
        "by_source": _by_source(visits),
        "goals": dict(goals),
        "paths": dict(paths),
        "transitions": dict(transitions),
        "campaigns": dict(campaigns),
        "bots": dict(day.bots),
        "late": dict(day.late),
        "refused": dict(day.refused),
    }


def _by_source(visits: Iterable[Session]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in visits:
        row = found.setdefault(one.channel, [0] * len(_OF_SOURCE))
        row[0] += 1
        row[1] += one.bounced
        row[2] += bool(one.goals)
    return found


def merge(parts: Iterable[Part]) -> Part:
    """Return parts as one. They are taken one after the other, and need not be there together."""
    visitors, duration = Distinct(), Quantiles()
    sources: dict[str, list[int]] = {}
    counts: Counter[str] = Counter()
    named: dict[str, Counter[str]] = {name: Counter() for name in (*_LISTS, *_APART)}
    for part in parts:
        counts.update({name: part[name] for name in _NUMBERS})
        visitors.take_packed(part["visitors"])
        duration.take_packed(part["duration"])
        for channel, row in part["by_source"].items():
            known = sources.get(channel, [0] * len(_OF_SOURCE))
            sources[channel] = [one + two for one, two in zip(known, row, strict=True)]
        for name in named:
            named[name].update(part[name])
            named[name] = bounded(named[name])
    told = {name: counts[name] for name in _NUMBERS}
    sketches = {"visitors": visitors.packed(), "duration": duration.packed()}
    lists = {name: dict(counted) for name, counted in named.items()}
    return told | sketches | {"by_source": sources} | lists


def of_a_day(parts: Iterable[Part]) -> dict[str, int]:
    """Return what is told of one day: how many visits, visitors and views."""
    visitors, counts = Distinct(), Counter[str]()
    for part in parts:
        counts.update(sessions=part["sessions"], views=part["views"])
        visitors.take_packed(part["visitors"])
    return {"sessions": counts["sessions"], "visitors": visitors.count, "views": counts["views"]}


def brief(part: Part) -> Part:
    """Return of a part what `of_a_day` needs."""
    return {name: part[name] for name in ("sessions", "views", "visitors")}


def cut(part: Part, rows: int) -> Part:
    """Return the most travelled paths and transitions, and the others as one."""
    return part | {name: cut_counts(part[name], rows) for name in _LISTS}


def steps(path: str) -> list[str] | None:
    """Return the pages of a path or a transition, None for the row of the others."""
    return json.loads(path) if path.startswith("[") else None


def sources_of(part: Mapping[str, Any]) -> list[tuple[str, dict[str, int]]]:
    """Return the ways by which visits came, those of most visits first."""
    rows = sorted(part["by_source"].items(), key=lambda row: (-row[1][0], row[0]))
    return [(name, dict(zip(_OF_SOURCE, row, strict=True))) for name, row in rows]


def visitors_of(part: Part) -> int:
    """Return how many visitors there were; who did not agree to an id is another one each day."""
    return Distinct.unpacked(part["visitors"]).count


def duration_of(part: Part) -> int | None:
    """Return the median of the visits' durations in seconds, None where there were none."""
    return Quantiles.unpacked(part["duration"]).at(0.5)
