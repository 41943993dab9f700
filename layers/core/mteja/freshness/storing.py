"""Rows of freshness and their sums as they are stored: what is changed of rows is changed of the
sums in the same transaction, so that they always add up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mteja.freshness.items import FreshnessLookItem, FreshnessRowItem, FreshnessSumsItem
from mteja.freshness.sums import Row, Sums, packed, unpacked
from mteja.store import freshness_keys as keys
from mteja.store.table import Check, Delete, Put, State, Table, Write


@dataclass(frozen=True)
class Wanted:
    """What should stand under a key: the row of the person whose first member that is, with its
    members; None where it is no person's first. `still`: what must hold for that."""

    row: Row | None
    members: tuple[str, ...] = ()
    still: tuple[Check, ...] = ()


def read_rows(table: Table, names: Collection[str]) -> dict[str, FreshnessRowItem]:
    """Return the rows that stand under some keys."""
    wanted = {keys.row(keys.shard_of_person(one), one): one for one in names}
    stored = table.get_many(wanted)
    return {wanted[key]: FreshnessRowItem.model_validate(raw) for key, raw in stored.items()}


def put_rows(table: Table, shard: int, wanted: Mapping[str, Wanted]) -> int:
    """Make the rows of one shard what they should be; return how many changed.

    Raises TransactionLost where something of it changed meanwhile. With more than 49 keys it is
    more than a transaction holds.
    """
    stored = read_rows(table, wanted)
    changed = {name: one for name, one in wanted.items() if not _stands(stored.get(name), one)}
    if not changed:
        return 0
    raw = table.get(keys.sums(shard))
    known = None if raw is None else FreshnessSumsItem.model_validate(raw)
    before = [row_of(stored[name]) for name in changed if name in stored]
    after = [one.row for one in changed.values() if one.row is not None]
    writes = [_sums(shard, sums_of(known).changed(before, after), known)]
    for name, one in changed.items():
        writes += [_row(shard, name, one, stored.get(name)), *one.still]
    table.transact(writes)
    return len(changed)


def read_sums(table: Table) -> tuple[Sums, FreshnessLookItem | None]:
    """Return what all rows add up to, and when they were last looked after."""
    total, look = Sums(), None
    for raw in table.query(keys.SUMS):
        if raw["sk"] == keys.last_look().sk:
            look = FreshnessLookItem.model_validate(raw)
        else:
            total += sums_of(FreshnessSumsItem.model_validate(raw))
    return total, look


def recount(table: Table, shard: int) -> None:
    """Add the rows of a shard up anew. Raises TransactionLost where they change meanwhile."""
    raw = table.get(keys.sums(shard))
    known = None if raw is None else FreshnessSumsItem.model_validate(raw)
    partition = keys.row(shard, "").pk
    rows = [row_of(FreshnessRowItem.model_validate(one)) for one in table.query(partition)]
    counted = Sums().changed((), rows)
    if counted != sums_of(known):
        table.transact([_sums(shard, counted, known)])


def row_of(item: FreshnessRowItem) -> Row:
    return Row(item.seen, item.suspect)


def sums_of(item: FreshnessSumsItem | None) -> Sums:
    return Sums() if item is None else unpacked(item.persons, item.cells)


def _stands(item: FreshnessRowItem | None, wanted: Wanted) -> bool:
    if item is None or wanted.row is None:
        return item is None and wanted.row is None
    return row_of(item) == wanted.row and item.members == list(wanted.members)


def _row(shard: int, name: str, wanted: Wanted, stored: FreshnessRowItem | None) -> Write:
    key = keys.row(shard, name)
    when = State.ABSENT if stored is None else stored.v
    if wanted.row is None:
        return Delete(key, when)
    item = FreshnessRowItem(
        pk=key.pk,
        sk=key.sk,
        v=1 if stored is None else stored.v + 1,
        members=list(wanted.members),
        seen=dict(wanted.row.seen),
        suspect=dict(wanted.row.suspect),
    )
    return Put(item.model_dump(), when)


def _sums(shard: int, sums: Sums, known: FreshnessSumsItem | None) -> Write:
    key = keys.sums(shard)
    item = FreshnessSumsItem(
        pk=key.pk,
        sk=key.sk,
        v=1 if known is None else known.v + 1,
        persons=sums.persons,
        cells=packed(sums),
    )
    return Put(item.model_dump(), State.ABSENT if known is None else known.v)
