"""The shop's median gap: of all gaps between the days on which one person bought, within a year.

The daily job takes it for whoever has too few gaps of their own. It is not what the model of what
comes next calls usual (mteja.predictions.model): there each person counts once, and who is silent
counts too; here each gap that has ended counts, so that who buys often counts most, and it is short
rather than long.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from mteja.products.storing import told_of
from mteja.store import product_keys
from mteja.store.apart import TableApart
from mteja.store.keys import Key


def gap_item(days_of: Iterable[Sequence[int]]) -> dict[Key, Any]:
    """Return the median gap by key, None of no gaps, and of how many gaps it is. `days_of`: of each
    person the days on which they bought, counted from anywhere, in order, each once."""
    gaps = sorted(after - before for days in days_of for before, after in pairwise(days))
    number = len(gaps)
    median = (gaps[(number - 1) // 2] + gaps[number // 2]) / 2 if gaps else None
    return {product_keys.median_gap(): {"median": median, "gaps": number}}


def read_gap(table: TableApart) -> float | None:
    """Return the shop's median gap in days; None where nobody bought twice, or no night was yet."""
    for raw in table.get_many([product_keys.median_gap()]).values():
        found = told_of(raw)["median"]
        return None if found is None else float(found)
    return None
