"""Which User-Agents are robots', by the list in robots.txt (docs/decisions/0010)."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_LIST = Path(__file__).parent / "robots.txt"


class _Robots(NamedTuple):
    words: tuple[str, ...]
    beginnings: tuple[str, ...]
    ends: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]


@cache
def _robots() -> _Robots:
    lines = [
        line for line in _LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    marked = [line for line in lines if line.startswith(("^", "~")) or line.endswith("$")]
    return _Robots(
        words=tuple(line for line in lines if line not in set(marked)),
        beginnings=tuple(line[1:] for line in marked if line.startswith("^")),
        ends=tuple(line[:-1] for line in marked if line.endswith("$")),
        patterns=tuple(re.compile(line[1:]) for line in marked if line.startswith("~")),
    )


@lru_cache(maxsize=1000)
def robot_of(user_agent: str) -> str | None:
    """Return by which word of the list a User-Agent is a robot's, or None."""
    robots = _robots()
    for word in robots.words:
        if word in user_agent:
            return word
    if user_agent.startswith(robots.beginnings) or user_agent.endswith(robots.ends):
        return "marked"
    if any(pattern.search(user_agent) for pattern in robots.patterns):
        return "pattern"
    return None
