"""Summaries as they are stored: a part of one shard, day, site and kind in one item, as a whole.

What is stored is a pure function of the events: made again of the same ones, `data` is the same to
the byte.
"""

import json
import zlib
from collections.abc import Iterator
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
    """A part as it is stored: of which shard and day, and when it was made (epoch ms)."""

    day: date
    shard: int
    made_at: int
    data: bytes

    @property
    def part(self) -> Part:
        """The part itself, unpacked anew each time: of many days not all are there at once."""
        told: Part = json.loads(zlib.decompress(self.data))
        return told


def stored_form(kind_name: str, part: Part) -> bytes:
    """Return a part as bytes that fit one item: with at most MAX_ROWS rows in each list, and half
    of them as often as it takes. Without any row it fits whatever visitors sent: what it holds then
    is named by us or by the owner's file."""
    rows = MAX_ROWS
    while True:
        part = kind(kind_name).cut(part, rows)
        text = json.dumps(part, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
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


def read_parts(
    table: TableApart, kind_name: str, site: str, first: date, last: date
) -> Iterator[StoredPart]:
    """Yield the parts of the days from the first to the last, those that were made, in order of
    days, with one Query a month."""
    days = days_between(first, last)
    for month in dict.fromkeys(keys.summary_partition(kind_name, site, day) for day in days):
        for raw in table.query(month, between=keys.days_between(first, last)):
            item = SummaryItem.model_validate(raw)
            day, _, name = item.sk.partition("#")
            shard, _, of = name.partition("of")
            if of == str(EVENT_SHARDS):
                yield StoredPart(date.fromisoformat(day), int(shard), item.made_at, item.data)
