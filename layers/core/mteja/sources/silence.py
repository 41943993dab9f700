"""A source that was heard from and then is silent for longer than is usual for it.

Shops switch webhooks off after failures, WooCommerce without telling anybody; orders then stop, and
nothing else says so. What is usual comes from the source's own last orders.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice, pairwise, product

from mteja.store import index_keys
from mteja.store.table import Table
from mteja.times import DAY_MS, business_day, parse_rfc3339

LOOK_BACK_DAYS = 14
ENOUGH = 40
MOST_READ = 20_000  # about 500 read units, every hour at most
_PAGE = 200
_FEWEST = 5
# What is told late stands, by when it was told, under its customer alone.
_KINDS = ("order", "payment", index_keys.TOLD)
_SHORTEST_SILENCE_MS = DAY_MS
_FACTOR = 3


def is_silent(times: Sequence[int], now_ms: int) -> bool:
    """Whether the silence since the last of some times (epoch ms) is unusual.

    Unusual is longer than a day and than three times the longest usual pause, which is the 95th
    percentile of the pauses between them. Fewer than five orders in two weeks tell nothing.
    """
    if len(times) < _FEWEST:
        return False
    ordered = sorted(times)
    pauses = sorted(later - earlier for earlier, later in pairwise(ordered))
    usual = pauses[min(len(pauses) - 1, len(pauses) * 95 // 100)]
    return now_ms - ordered[-1] > max(_SHORTEST_SILENCE_MS, _FACTOR * usual)


def silent_sources(table: Table, sources: Iterable[str], now_ms: int, zone: str) -> list[str]:
    """Return the sources that are silent."""
    heard = heard_of(table, sources, now_ms, zone)
    return [source for source, times in heard.items() if is_silent(times, now_ms)]


def heard_of(table: Table, sources: Iterable[str], now_ms: int, zone: str) -> dict[str, list[int]]:
    """Return when each source told of its last orders and payments, in epoch milliseconds: by their
    own time, or where that is past, by when they came.

    Reads days backwards until every source has 40: two weeks at most, and MOST_READ entries.
    A busy shop alone costs one day, and a quiet one beside it the days of both.
    """
    heard: dict[str, list[int]] = {source: [] for source in sources}
    today = business_day(now_ms, zone)
    left = MOST_READ
    for back in range(LOOK_BACK_DAYS):
        lacking = {source for source, times in heard.items() if len(times) < ENOUGH}
        if not lacking:
            break
        day = today - timedelta(days=back)
        for kind, shard in product(_KINDS, range(index_keys.LOG_SHARDS)):
            if left <= 0:
                break
            found, read = _heard_in(table, index_keys.log_shard(kind, day, shard), lacking, left)
            left -= read
            for source, times in found.items():
                heard[source] += times
    return heard


def _heard_in(
    table: Table, partition: str, sources: set[str], most: int
) -> tuple[dict[str, list[int]], int]:
    """Return when some sources were heard from in a partition of the index, newest first, until
    each has enough; and how many entries were read for it, at most so many."""
    heard: dict[str, list[int]] = {source: [] for source in sources}
    lacking = set(sources)
    read = 0
    entries = table.query(partition, index="log", newest_first=True, limit=min(most, _PAGE))
    for entry in islice(entries, most):
        read += 1
        at, source, _ = str(entry["log_sk"]).split("#", 2)
        if source not in lacking:
            continue
        heard[source].append(parse_rfc3339(at))
        if len(heard[source]) == ENOUGH:
            lacking.remove(source)
            if not lacking:
                break
    return heard, read
