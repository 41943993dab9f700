"""Where the areas are: `AREAS` of every module called `api` in the package `mteja`."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import mteja
from mteja.http.operations import Area, Operation


def areas() -> list[Area]:
    """Return all areas in the order of their names."""
    root = Path(mteja.__file__).parent
    modules = [
        ".".join(("mteja", *path.relative_to(root).with_suffix("").parts))
        for path in sorted(root.rglob("api.py"))
    ]
    found = [area for module in modules for area in import_module(module).AREAS]
    return sorted(found, key=lambda area: area.name)


def operations() -> Iterator[tuple[Area, Operation]]:
    """Yield every operation with its area."""
    for area in areas():
        for operation in area.operations:
            yield area, operation
