"""A table of millions of items in a file of SQLite, which answers in DynamoDB's own words what the
daily job asks of it, with the read units that DynamoDB would charge.

Units: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html.
A Query is charged for the sizes of its items together, in 4 KB, at least one; half of it where it
is not consistent, as of an index; a Get for each item by itself. A page ends at 1 MB.
"""

import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import Any

from mteja_bench.capacity import size

type Wire = dict[str, Any]
type Row = tuple[str, str, str | None, str | None, str]

_UNIT, _PAGE = 4096, 1_048_576
_INDEX = "due"


class Refused(Exception):
    """What DynamoDB refuses, by its name for that, and what it says beside."""

    def __init__(self, name: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(name)
        self.told = {"__type": f"com.amazonaws.dynamodb.v20120810#{name}", **(more or {})}


class LargeTable:
    """The customers table with its index `due`, of keys only, and the keys table beside it, whose
    items have no `sk`. What the job does not ask for is refused."""

    def __init__(self, path: Path) -> None:
        self._rows = sqlite3.connect(path, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS items (pk TEXT, sk TEXT, due_pk TEXT, due_sk TEXT,"
            " item TEXT, PRIMARY KEY (pk, sk)) WITHOUT ROWID"
        )
        self._operations: dict[str, Callable[[Wire], Wire]] = {
            "Query": self._query,
            "BatchGetItem": self._batch_get,
            "PutItem": self._put_item,
            "TransactWriteItems": self._transact,
        }

    def load(self, items: Iterable[Wire]) -> None:
        """Put many items at once, and sort the index when all are there."""
        self._rows.execute("BEGIN")
        self._rows.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?)", map(_row, items))
        self._rows.execute("COMMIT")
        self._rows.execute(
            "CREATE INDEX IF NOT EXISTS due ON items (due_pk, due_sk) WHERE due_pk IS NOT NULL"
        )

    def items(self) -> Iterator[Wire]:
        """Yield everything."""
        for (text,) in self._rows.execute("SELECT item FROM items").fetchall():
            yield item_from_json(text)

    def close(self) -> None:
        self._rows.close()

    def answer(self, operation: str, request: Wire) -> Wire:
        """Return what DynamoDB answers. Raises Refused."""
        if operation not in self._operations:
            raise Refused("UnknownOperationException")
        return self._operations[operation](request)

    def _query(self, asked: Wire) -> Wire:
        indexed = "IndexName" in asked
        names = ("due_pk", "due_sk") if indexed else ("pk", "sk")
        low, high = _range(asked)
        start = asked.get("ExclusiveStartKey", {}).get(names[1], {}).get("S")
        ascending = asked.get("ScanIndexForward", True)
        after, direction = (">", "ASC") if ascending else ("<", "DESC")
        told = self._rows.execute(
            f"SELECT pk, sk, due_pk, due_sk, item FROM items WHERE {names[0]} = ?"  # noqa: S608
            f" AND {names[1]} BETWEEN ? AND ? AND (? IS NULL OR {names[1]} {after} ?)"
            f" ORDER BY {names[1]} {direction}",
            (asked["ExpressionAttributeValues"][":h"]["S"], low, high, start, start),
        )
        items: list[Wire] = []
        page = 0
        more: Wire = {}
        for row in told:
            item = _keys_only(row) if indexed else item_from_json(row[4])
            if items and (page + size(item) > _PAGE or len(items) == asked.get("Limit")):
                more = {"LastEvaluatedKey": _key_of(items[-1], indexed=indexed)}
                break
            items.append(item)
            page += size(item)
        units = max(1, ceil(page / _UNIT)) * (1.0 if asked.get("ConsistentRead") else 0.5)
        return {"Items": items, "Count": len(items), **more, **_consumed(units)}

    def _batch_get(self, asked: Wire) -> Wire:
        found: dict[str, list[Wire]] = {}
        units = 0
        for table, wanted in asked["RequestItems"].items():
            items = found.setdefault(table, [])
            for key in wanted["Keys"]:
                item = self._item(key)
                units += 1 if item is None else ceil(size(item) / _UNIT)
                items += [] if item is None else [item]
        capacity = {"ConsumedCapacity": [{"CapacityUnits": float(units)}]}
        return {"Responses": found, "UnprocessedKeys": {}, **capacity}

    def _put_item(self, asked: Wire) -> Wire:
        if "ConditionExpression" in asked:
            raise Refused("ValidationException")
        self._put(asked["Item"])
        return {}

    def _transact(self, asked: Wire) -> Wire:
        writes = [write["Put"] for write in asked["TransactItems"] if "Put" in write]
        if len(writes) < len(asked["TransactItems"]):
            raise Refused("ValidationException")
        held = [self._holds(write) for write in writes]
        if not all(held):
            reasons = [{"Code": "None" if one else "ConditionalCheckFailed"} for one in held]
            raise Refused("TransactionCanceledException", {"CancellationReasons": reasons})
        for write in writes:
            self._put(write["Item"])
        return {}

    def _holds(self, write: Wire) -> bool:
        stored = self._item(write["Item"])
        match write.get("ConditionExpression"):
            case None:
                return True
            case "attribute_not_exists(#c)":
                return stored is None
            case "attribute_exists(#c)":
                return stored is not None
            case "#c = :v":
                version = write["ExpressionAttributeValues"][":v"]
                return stored is not None and stored.get("v") == version
        raise Refused("ValidationException")

    def _put(self, item: Wire) -> None:
        self._rows.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", _row(item))

    def _item(self, key: Wire) -> Wire | None:
        told = self._rows.execute(
            "SELECT item FROM items WHERE pk = ? AND sk = ?", _row_key(key)
        ).fetchone()
        return None if told is None else item_from_json(told[0])


def item_from_json(text: str | bytes) -> Wire:
    """Return what DynamoDB's JSON says, with binary values as bytes."""
    return dict(json.loads(text, object_hook=_binary))


def to_json(told: Wire) -> str:
    """Return DynamoDB's JSON of an item or an answer."""
    return json.dumps(told, default=_base64, separators=(",", ":"))


def _binary(told: Wire) -> Wire:
    # An attribute called B holds a value of a type, never bare text.
    if len(told) == 1 and isinstance(told.get("B"), str):
        return {"B": b64decode(told["B"])}
    return told


def _base64(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not stored")


def _range(asked: Wire) -> tuple[str, str]:
    """Return the first and last key that the condition lets through."""
    values = asked["ExpressionAttributeValues"]
    match asked["KeyConditionExpression"]:
        case "#h = :h":
            return "", "\U0010ffff"
        case "#h = :h AND begins_with(#r, :r)":
            return values[":r"]["S"], f"{values[':r']['S']}\U0010ffff"
        case "#h = :h AND #r BETWEEN :low AND :high":
            return values[":low"]["S"], values[":high"]["S"]
    raise Refused("ValidationException")


def _keys_only(row: Row) -> Wire:
    return {name: {"S": value} for name, value in zip(_INDEX_KEYS, row[:4], strict=True)}


_INDEX_KEYS = ("pk", "sk", f"{_INDEX}_pk", f"{_INDEX}_sk")


def _key_of(item: Wire, *, indexed: bool) -> Wire:
    return {name: item[name] for name in (_INDEX_KEYS if indexed else ("pk", "sk"))}


def _consumed(units: float) -> Wire:
    return {"ConsumedCapacity": {"CapacityUnits": units}}


def _row_key(item: Wire) -> tuple[str, str]:
    return item["pk"]["S"], item.get("sk", {}).get("S", "")


def _row(item: Wire) -> Row:
    due_pk, due_sk = (item.get(name, {}).get("S") for name in _INDEX_KEYS[2:])
    return (*_row_key(item), due_pk, due_sk, to_json(item))
