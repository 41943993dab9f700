"""Reports on what visitors do, made of summaries: numbers, of nobody.

Shares are numbers from 0 to 1; times of use and of loading are milliseconds.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mteja.intervals import wilson
from mteja.summaries import pages, visits
from mteja.summaries.reading import Whole
from mteja.summaries.rows import OTHER, largest
from mteja.summaries.storing import MAX_ROWS

# Of the ways through a site, the most travelled.
MAX_PATHS = 50


def pages_report(whole: Whole) -> dict[str, Any]:
    """Return what each page was, the most viewed first; the row `(other)`, last, is all pages
    beyond the first thousand of a day."""
    part = whole.part
    rows = pages.merged_rows([pages.cut(part, MAX_ROWS)])
    views = {path: row.counts["views"] for path, row in rows.items()}
    names = largest(views, MAX_ROWS) + ([OTHER] if OTHER in rows else [])
    return {
        "items": [_page(path, rows[path]) for path in names],
        "bots": {"views": part["bots"]},
    }


def _page(path: str, row: pages.Row) -> dict[str, Any]:
    counts = row.counts
    shares = pages.shares_of(row)
    return {
        "path": path,
        "views": counts["views"],
        "visitors": min(row.visitors.count, counts["views"]),
        "entries": counts["entries"],
        "exits": counts["exits"],
        # A session's last page may have been seen on the day after: never more than all.
        "exit_rate": min(1.0, share(counts["exits"], counts["views"])),
        "exits_without_goal": counts["exits_without_goal"],
        "bounces": counts["bounces"],
        "active_ms_median": row.active.at(0.5),
        "load_ms": {
            "p50": row.load.at(0.5),
            "p75": row.load.at(0.75),
            "p95": row.load.at(0.95),
        },
        "shares": sum(shares.values()),
        "shares_by_network": shares,
        "share_returns": counts["share_returns"],
    }


def sessions_report(whole: Whole) -> dict[str, Any]:
    """Return how many visits there were, on which days, whence, and the ways most travelled."""
    part = whole.part
    sessions = part["sessions"]
    return {
        "sessions": sessions,
        "visitors": visits.visitors_of(part),
        "views": part["views"],
        "bounce_rate": share(part["bounces"], sessions),
        "duration_median_s": visits.duration_of(part),
        "by_day": [
            {"day": str(day), **visits.of_a_day(parts)}
            for day, parts in sorted(whole.by_day.items())
        ],
        "by_source": [
            {"channel": channel, **row, "share": share(row["sessions"], sessions)}
            for channel, row in visits.sources_of(part)
        ],
        "paths": list(_ways(part["paths"])),
        "transitions": list(_ways(part["transitions"])),
        "goals": [
            {"goal": goal, "sessions": part["goals"][goal]} for goal in sorted(part["goals"])
        ],
        "campaigns": [
            {"campaign": name, "sessions": part["campaigns"][name]}
            for name in largest(part["campaigns"], MAX_PATHS)
        ],
        "bots": {"views": sum(part["bots"].values()), "by_reason": _sorted(part["bots"])},
        "late": sum(part["late"].values()),
        "refused": _sorted(part["refused"]),
    }


def _ways(counts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for way in largest(counts, MAX_PATHS):
        yield {"path": visits.steps(way), "count": counts[way]}


def sources_report(whole: Whole) -> dict[str, Any]:
    """Return by which way visits came, as it was measured."""
    part = whole.part
    total = part["sessions"]
    items = [
        {
            "channel": channel,
            "count": row["sessions"],
            "share": share(row["sessions"], total),
            "interval": list(wilson(row["sessions"], total)),
        }
        for channel, row in visits.sources_of(part)
    ]
    return {"items": items}


def share(hits: int, of: int) -> float:
    """Return a share to four decimals, 0 of nothing."""
    return round(hits / of, 4) if of else 0.0


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
