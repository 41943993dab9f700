"""Kinds of summaries. Each is one module with these functions, named in `KINDS`:

- `of(day)`: the part of one shard, day and site, as JSON;
- `merge(parts)`: the parts of shards and days in one, whatever their order;
- `cut(part, rows)`: the same with at most so many rows of each list, and the rest in one.

A part says nothing of a person: counts, paths, sketches.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from mteja.summaries.days import ShardDay

type Part = dict[str, Any]

# By name: the name stands in the keys of what is stored.
KINDS: Mapping[str, str] = {
    "pages": "mteja.summaries.pages",
    "sessions": "mteja.summaries.visits",
    "products": "mteja.summaries.products",
}


class Kind(Protocol):
    """What a module of a kind has."""

    def of(self, day: ShardDay) -> Part: ...

    def merge(self, parts: Iterable[Part]) -> Part: ...

    def cut(self, part: Part, rows: int) -> Part: ...


def kind(name: str) -> Kind:
    """Return a kind by its name."""
    return cast(Kind, import_module(KINDS[name]))
