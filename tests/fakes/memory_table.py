"""The tables in memory, with the conditions and the limits of DynamoDB that our code can meet.

`tests/component/test_record_table.py` holds it to the same contract as the real class on moto.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from mteja.store.keys import Apart, Key
from mteja.store.table import Add, Delete, DeleteKey, Put, State, Table, TransactionLost, Write
from mteja.store.wire import Item, Plain, from_wire, item_from_wire, item_to_wire, size

ITEM_BYTES = 400 * 1024
TRANSACTION_ACTIONS = 100
TRANSACTION_BYTES = 4_000_000
NUMBER_DIGITS = 38


class MemoryTable(Table):
    """Stands in for `mteja.store.table.Table`. Items go over the wire format, as in DynamoDB."""

    def __init__(self) -> None:
        self.customers = "customers"
        self.keys = "keys"
        self.transactions = 0
        self._rows: dict[tuple[str, Key], dict[str, Any]] = {}
        self._lock = threading.Lock()

    def get_many(self, wanted: Iterable[Key | Apart], keys: Iterable[str] = ()) -> dict[Any, Item]:
        found: dict[Any, Item] = {}
        for one in dict.fromkeys(wanted):
            place = one if isinstance(one, Apart) else Apart(self.customers, one)
            raw = self._rows.get(place)
            if raw is not None:
                found[one] = item_from_wire(raw)
        for pk in dict.fromkeys(keys):
            raw = self._rows.get((self.keys, Key(pk, "")))
            if raw is not None:
                found[pk] = item_from_wire(raw)
        return found

    def query(
        self,
        partition: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        index: str | None = None,
        newest_first: bool = False,
        start: Item | None = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        hash_name, range_name = ("pk", "sk") if index is None else (f"{index}_pk", f"{index}_sk")
        low, high = between or (prefix, f"{prefix}\U0010ffff")
        after = None if start is None else _place_in(item_to_wire(start), range_name)
        with self._lock:
            everything = list(self._rows.items())
        rows = [
            (_place_in(raw, range_name), raw)
            for (table, _), raw in everything
            if table == self.customers and raw.get(hash_name) == {"S": partition}
        ]
        rows.sort(key=lambda row: row[0], reverse=newest_first)
        names = {"pk", "sk", hash_name, range_name}
        for place, raw in rows:
            if not low.encode() <= place[0] <= high.encode():
                continue
            if after is not None and (place >= after if newest_first else place <= after):
                continue
            whole = index is None
            yield {name: from_wire(one) for name, one in raw.items() if whole or name in names}

    def put(self, item: Item) -> None:
        self._check_item(item)
        key = Key(str(item["pk"]), str(item["sk"]))
        with self._lock:
            self._rows[self.customers, key] = item_to_wire(item)

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        self._check(writes)
        planned = [(self._place(write), write) for write in writes]
        with self._lock:
            for place, write in planned:
                if not _may(self._rows.get(place), write):
                    raise TransactionLost
            for place, write in planned:
                match write:
                    case Put():
                        self._rows[place] = item_to_wire(write.item)
                    case Delete() | DeleteKey():
                        self._rows.pop(place, None)
                    case Add():
                        self._add(place, write.counter, write.by)
            self.transactions += 1

    def add(
        self, key: Key, counter: str, by: int = 1, *, at: Mapping[str, int] | None = None
    ) -> Item:
        place = (self.customers, key)
        with self._lock:
            self._add(place, counter, by)
            self._rows[place] |= item_to_wire(dict(at or {}))
            return item_from_wire(self._rows[place])

    def _add(self, place: tuple[str, Key], counter: str, by: int) -> Item:
        key = {"pk": {"S": place[1].pk}, "sk": {"S": place[1].sk}}
        row = self._rows.get(place, key)
        total = _counted(row, counter) + by
        self._rows[place] = row | {counter: {"N": str(total)}}
        return item_from_wire(self._rows[place])

    def _check(self, writes: Sequence[Write]) -> None:
        if not writes or len(writes) > TRANSACTION_ACTIONS:
            raise _invalid(f"a transaction of {len(writes)} actions")
        if len({self._place(write) for write in writes}) != len(writes):
            raise _invalid("two actions on one item")
        items = [write.item for write in writes if isinstance(write, Put)]
        for item in items:
            self._check_item(item)
        if sum(size(item) for item in items) > TRANSACTION_BYTES:
            raise _invalid("a transaction of more than 4 MB")

    def items(self, table: str = "customers") -> list[Item]:
        """Return every item in key order, as our code reads it."""
        rows = sorted((key, raw) for (where, key), raw in self._rows.items() if where == table)
        return [item_from_wire(raw) for _, raw in rows]

    def _place(self, write: Write) -> tuple[str, Key]:
        if isinstance(write, DeleteKey):
            return self.keys, Key(write.pk, "")
        table = (isinstance(write, Put) and write.table) or self.customers
        pk, *sk = write.key
        return table, Key(str(pk), str(sk[0]) if sk else "")

    def _check_item(self, item: Item) -> None:
        if not item["pk"] or item.get("sk") == "":
            raise _invalid("an empty key")
        if size(item) > ITEM_BYTES:
            raise _invalid(f"an item of {size(item)} bytes")
        _check_numbers(dict(item))


def _place_in(raw: dict[str, Any], range_name: str) -> tuple[bytes, ...]:
    """Return by what an item is sorted in a partition of the table or of an index."""
    return tuple(str(raw.get(name, {}).get("S", "")).encode() for name in (range_name, "pk", "sk"))


def _may(raw: dict[str, Any] | None, write: Write) -> bool:
    match write:
        case DeleteKey():
            return True
        case Add():
            return write.limit is None or _counted(raw or {}, write.counter) + write.by <= (
                write.limit
            )
    return _holds(raw, write.when)


def _counted(raw: dict[str, Any], counter: str) -> int:
    return int(raw.get(counter, {"N": "0"})["N"])


def _holds(raw: dict[str, Any] | None, when: State | int) -> bool:
    if when is State.ANY:
        return True
    if when is State.ABSENT:
        return raw is None
    if when is State.PRESENT:
        return raw is not None
    return raw is not None and raw.get("v") == {"N": str(when)}


def _check_numbers(value: Plain) -> None:
    match value:
        case bool():
            return
        case int():
            if len(str(abs(value)).rstrip("0")) > NUMBER_DIGITS or abs(value) >= 10**126:
                raise _invalid("a number of more than 38 digits")
        case list() | tuple():
            for one in value:
                _check_numbers(one)
        case dict():
            for one in value.values():
                _check_numbers(one)


def _invalid(what: str) -> ClientError:
    error = {"Error": {"Code": "ValidationException", "Message": what}}
    return ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]
