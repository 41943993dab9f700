"""Of whom something was told on a day, by the log: for what runs over everybody."""

from collections.abc import Iterable
from datetime import date
from itertools import product

from mteja.store import index_keys, keys
from mteja.store.wire import Item


def parts_of_day(kinds: Iterable[str], day: date) -> list[str]:
    """Return the partitions of the index `log` that hold some kinds of a day."""
    logged = [index_keys.log_day(kind, day) for kind in kinds]
    shards = range(index_keys.LOG_SHARDS)
    return [index_keys.log_part(kind, shard) for kind, shard in product(logged, shards)]


def customers_of(entries: Iterable[Item]) -> set[str]:
    """Return whose entries of the log are; of those that are nobody's, none."""
    owners = (keys.customer_of(str(entry["pk"])) for entry in entries)
    return {one for one in owners if one is not None}
