"""A table that holds millions of items, in a file of SQLite, and counts the read units that
DynamoDB would charge for what is read of it: by the sizes of the items, page by page.

Units: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html.
A Query is charged for the sizes of its items together, in 4 KB, at least one; half of it where it
is not consistent, as of an index; a Get for each item by itself. A page ends at 1 MB.
"""

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from mteja.store.keys import Apart, Key
from mteja.store.table import Delete, Put, State, Table, TransactionLost, Write
from mteja.store.wire import Item, size

_UNIT, _PAGE = 4096, 1_048_576
_NEITHER = "a write that the daily job and the loading of a table do not make"


class LargeTable(Table):
    """Stands in for `mteja.store.table.Table`, with the index `due` and no other."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.customers, self.keys = "customers", "keys"
        self.read_units = 0.0
        self._rows = sqlite3.connect(path, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute(
            "CREATE TABLE items (pk TEXT, sk TEXT, due_pk TEXT, due_sk TEXT, item BLOB,"
            " PRIMARY KEY (pk, sk)) WITHOUT ROWID"
        )

    def load(self, items: Iterable[Item]) -> None:
        """Put many items at once, and sort the index when all are there."""
        self._rows.execute("BEGIN")
        self._rows.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?)", map(_row, items))
        self._rows.execute("COMMIT")
        self._rows.execute(
            "CREATE INDEX IF NOT EXISTS due ON items (due_pk, due_sk) WHERE due_pk IS NOT NULL"
        )

    def close(self) -> None:
        self._rows.close()

    def get_many(self, wanted: Iterable[Key | Apart], keys: Iterable[str] = ()) -> dict[Any, Item]:
        found: dict[Any, Item] = {}
        for one in [*dict.fromkeys(wanted), *(Key(pk, "") for pk in keys)]:
            raw = None if isinstance(one, Apart) else self._item(one)
            self.read_units += 1 if raw is None else ceil(size(raw) / _UNIT)
            if raw is not None:
                found[one if raw.get("sk") else raw["pk"]] = raw
        return found

    def query(
        self,
        partition: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        index: str | None = None,
        newest_first: bool = False,
        start: Item | None = None,  # noqa: ARG002 - nothing that is measured goes on so
        limit: int | None = None,
        only: Sequence[str] = (),  # noqa: ARG002 - it costs the same
    ) -> Iterator[Item]:
        """Yield what is in a partition, charged page by page."""
        low, high = between or (prefix, f"{prefix}\U0010ffff")
        names = ("pk", "sk") if index is None else ("due_pk", "due_sk")
        order = "DESC" if newest_first else "ASC"
        told = self._rows.execute(
            f"SELECT pk, sk, due_pk, due_sk, item FROM items WHERE {names[0]} = ?"  # noqa: S608
            f" AND {names[1]} BETWEEN ? AND ? ORDER BY {names[1]} {order}",
            (partition, low, high),
        )
        share = 1.0 if index is None else 0.5
        page, number = 0, 0
        for pk, sk, due_pk, due_sk, blob in told.fetchall():
            keys_only: Item = {"pk": pk, "sk": sk, "due_pk": due_pk, "due_sk": due_sk}
            raw: Item = keys_only if index is not None else pickle.loads(blob)  # noqa: S301 - ours
            if page + size(raw) > _PAGE or (limit is not None and number == limit):
                self.read_units += share * ceil(page / _UNIT)
                page, number = 0, 0
            page, number = page + size(raw), number + 1
            yield raw
        self.read_units += share * max(1, ceil(page / _UNIT))

    def put(self, item: Item) -> None:
        self._rows.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", _row(item))

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:  # noqa: ARG002
        for write in writes:
            if not isinstance(write, Put | Delete) or not self._holds(write):
                raise TransactionLost(_NEITHER)
        for write in writes:
            if isinstance(write, Put):
                self.put(write.item)

    def _holds(self, write: Put | Delete) -> bool:
        pk, *sk = write.key
        raw = self._item(Key(str(pk), str(sk[0]) if sk else ""))
        match write.when:
            case State.ANY:
                return True
            case State.ABSENT:
                return raw is None
            case State.PRESENT:
                return raw is not None
            case version:
                return raw is not None and raw.get("v") == version

    def _item(self, key: Key) -> Item | None:
        told = self._rows.execute("SELECT item FROM items WHERE pk = ? AND sk = ?", key).fetchone()
        return None if told is None else dict(pickle.loads(told[0]))  # noqa: S301 - ours

    def items(self) -> Iterator[Item]:
        """Yield everything."""
        for (blob,) in self._rows.execute("SELECT item FROM items").fetchall():
            yield dict(pickle.loads(blob))  # noqa: S301 - ours


def _row(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        item["pk"],
        item.get("sk", ""),
        item.get("due_pk"),
        item.get("due_sk"),
        pickle.dumps(dict(item), protocol=5),
    )
