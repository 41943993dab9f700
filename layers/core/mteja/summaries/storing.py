"""Summaries as they are stored: a part of one shard, day, site and kind in one item, as a whole.

What is stored is a pure function of the events: made again of the same ones, `data` is the same to
the byte.
"""

import json
import zlib
from dataclasses import dataclass
from datetime import date

from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.store.table import MAX_ITEM_BYTES
from mteja.summaries.kinds import Part, kind
from mteja.tracking.calendar import days_between
from mteja.tracking.items import SummaryItem
from mteja.tracking.packed import EVENT_SHARDS

# Distinct rows of a day (paths, ways, transitions): the largest; the rest is one row, "(other)".
MAX_ROWS = 1_000


@dataclass(frozen=True)
class StoredPart:
    """A part and when it was made, in epoch milliseconds."""

    part: Part
    made_at: int


def stored_form(kind_name: str, part: Part) -> bytes:
    """Return a part as bytes that fit one item: with at most MAX_ROWS rows in each list, and half
    of them as often as it takes."""
    rows = MAX_ROWS
    while True:
        text = json.dumps(
            kind(kind_name).cut(part, rows),
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )
        data = zlib.compress(text.encode("utf-8", "replace"), 9)
        if len(data) <= MAX_ITEM_BYTES or rows == 0:
            return data
        rows //= 2


def put_part(
    table: TableApart, kind_name: str, site: str, day: date, shard: int, part: Part, made_at: int
) -> None:
    """Write the part of a shard in the place of the one before."""
    key = keys.summary(kind_name, site, day, keys.shard_part(shard, EVENT_SHARDS))
    item = SummaryItem(pk=key.pk, sk=key.sk, made_at=made_at, data=stored_form(kind_name, part))
    table.put(item.model_dump())


def read_days(
    table: TableApart, kind_name: str, site: str, first: date, last: date
) -> dict[date, dict[int, StoredPart]]:
    """Return the parts of each day from the first to the last by shard, those that were made, with
    one Query a month."""
    found: dict[date, dict[int, StoredPart]] = {day: {} for day in days_between(first, last)}
    months = dict.fromkeys(keys.summary_partition(kind_name, site, day) for day in found)
    for month in months:
        for raw in table.query(month, between=keys.days_between(first, last)):
            item = SummaryItem.model_validate(raw)
            day, _, name = item.sk.partition("#")
            shard, _, of = name.partition("of")
            if of == str(EVENT_SHARDS):
                part = json.loads(zlib.decompress(item.data))
                found[date.fromisoformat(day)][int(shard)] = StoredPart(part, item.made_at)
    return found
