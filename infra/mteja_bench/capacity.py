"""Capacity units of what a piece of code does to DynamoDB, and its calls of KMS.

Write units are what DynamoDB answers to `ReturnConsumedCapacity`, asked for by an event hook of
botocore: the measured code knows nothing of it. A transaction charges an item twice and an index
once. Two things are computed: read units, since the emulator counts them flat, and the share of
each item, since DynamoDB answers by table only; the shares must add up to what was answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain
from typing import Any

from mteja_local.clients import Clients
from mteja_local.errors import LocalError

type Wire = dict[str, Any]

_WRITE_UNIT = 1024
_READ_UNIT = 4096
_INDEXES = ("due", "log", "open", "lookup")


@dataclass(frozen=True)
class Written:
    """An item written: its size in bytes, its units of the table and of each index."""

    kind: str
    size: int
    units: int
    index_units: dict[str, int]


@dataclass
class Spent:
    """What was spent: units by table and index, and by kind of item as far as it can be told."""

    table_units: float = 0
    index_units: dict[str, float] = field(default_factory=dict)
    read_units: float = 0
    calls: dict[str, int] = field(default_factory=dict)
    items: list[Written] = field(default_factory=list)

    @property
    def write_units(self) -> float:
        return self.table_units + sum(self.index_units.values())

    @property
    def kms_calls(self) -> int:
        return sum(self.calls.get(name, 0) for name in ("GenerateMac", "Encrypt", "Decrypt"))

    def check(self) -> None:
        """Raise LocalError where the items' shares do not add up to what DynamoDB answered."""
        shares = sum(one.units + sum(one.index_units.values()) for one in self.items)
        if shares != self.write_units:
            raise LocalError(f"items add up to {shares} units, DynamoDB says {self.write_units}")


class Meter:
    """Counts on the given clients. What was written before is remembered, for an item costs by the
    larger of its old and new size."""

    def __init__(self, clients: Clients) -> None:
        self._now: Spent | None = None
        self._stored: dict[tuple[str, str, str], Wire] = {}
        self._asked: dict[str, Any] = {}
        events = clients("dynamodb").meta.events
        events.register("provide-client-params.dynamodb", self._ask)
        events.register("after-call.dynamodb", self._answered)
        clients("kms").meta.events.register("after-call.kms", self._called)

    @contextmanager
    def measured(self) -> Iterator[Spent]:
        """Count into the Spent that is given."""
        self._now = spent = Spent()
        try:
            yield spent
        finally:
            self._now = None

    def _ask(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        self._asked = params
        return params | {"ReturnConsumedCapacity": "INDEXES"}

    def _called(self, model: Any, **_: Any) -> None:
        if self._now is not None:
            self._now.calls[model.name] = self._now.calls.get(model.name, 0) + 1

    def _answered(self, http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        spent = self._now or Spent()
        self._called(model)
        if http_response.status_code != HTTPStatus.OK:
            return
        if model.name in {"GetItem", "BatchGetItem", "Query"}:
            spent.read_units += _read_units(model.name, self._asked, parsed)
            return
        for capacity in _as_list(parsed.get("ConsumedCapacity", [])):
            indexes = capacity.get("GlobalSecondaryIndexes", {})
            for name, units in indexes.items():
                so_far = spent.index_units.get(name, 0)
                spent.index_units[name] = so_far + units["CapacityUnits"]
            of_indexes = sum(units["CapacityUnits"] for units in indexes.values())
            spent.table_units += capacity["CapacityUnits"] - of_indexes
        factor = 2 if model.name == "TransactWriteItems" else 1
        for table, write in _writes(self._asked):
            self._account(spent, table, write, factor)

    def _account(self, spent: Spent, table: str, write: Wire, factor: int) -> None:
        named = write.get("Item") or write["Key"]
        key = (table, named["pk"]["S"], named.get("sk", {}).get("S", ""))
        old, new = self._stored.get(key, {}), write.get("Item", {})
        if "UpdateExpression" in write:  # a counter: an item of a few bytes, whatever it counts
            spent.items.append(Written(_kind(key), size(write["Key"]), factor, {}))
            return
        if write.get("check"):
            units = factor * _units(size(old), _WRITE_UNIT)
            spent.items.append(Written(f"check of {_kind(key)}", size(old), units, {}))
            return
        largest = max(size(old), size(new))
        of_indexes = {name: _index_units(name, old, new) for name in _INDEXES}
        of_indexes = {name: units for name, units in of_indexes.items() if units}
        units = factor * _units(largest, _WRITE_UNIT)
        spent.items.append(Written(_kind(key), largest, units, of_indexes))
        if new:
            self._stored[key] = new
        else:
            self._stored.pop(key, None)


def size(item: Wire) -> int:
    """Return an item's size in bytes. Source: developer guide, "Item sizes and formats"."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(attribute: Wire) -> int:
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "B":
            return len(value)
        case "N":
            digits = len(str(value).lstrip("-").replace(".", "").strip("0"))
            return (digits + 1) // 2 + 1 + int(str(value).startswith("-"))
        case "L":
            return 3 + sum(1 + _value_size(one) for one in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(one) for name, one in value.items())
        case _:
            return 1


def _writes(params: dict[str, Any]) -> Iterator[tuple[str, Wire]]:
    if "Item" in params or "UpdateExpression" in params:
        yield params["TableName"], params
    for action in params.get("TransactItems", []):
        ((what, write),) = action.items()
        yield write["TableName"], write | {"check": what == "ConditionCheck"}


def _kind(key: tuple[str, str, str]) -> str:
    table, pk, sk = key
    if table == "keys":
        return "key pair"
    first = pk.partition("#")[0]
    name = sk.partition("#")[0] or first
    if name == "AT":
        return f"timeline: {sk.rpartition('#')[2].partition('_')[0]}"
    return f"{name} {pk.split('#')[1].partition('@')[0]}" if name == "IDENTIFIER" else name


def _index_units(name: str, old: Wire, new: Wire) -> int:
    """Return what one index costs: nothing where its keys stay, one for a change of one entry, two
    where it moves. Its entries hold keys only, less than 1 KB."""
    before, after = (_entry(name, item) for item in (old, new))
    if before == after:
        return 0
    return 1 if before is None or after is None else 2


def _entry(name: str, item: Wire) -> tuple[Any, ...] | None:
    if f"{name}_pk" not in item:
        return None
    return item[f"{name}_pk"], item.get(f"{name}_sk")


def _read_units(operation: str, asked: dict[str, Any], parsed: dict[str, Any]) -> float:
    """Return the units of a read. A batch charges each item by itself, and one unit for what is not
    there; a read of an index is not strongly consistent and costs half."""
    if operation == "Query":
        units = _units(sum(size(one) for one in parsed["Items"]), _READ_UNIT)
        return units if asked.get("ConsistentRead") else units / 2
    if operation == "GetItem":
        return _units(size(parsed.get("Item", {})), _READ_UNIT)
    found = list(chain.from_iterable(parsed["Responses"].values()))
    wanted = sum(len(one["Keys"]) for one in asked["RequestItems"].values())
    return sum(_units(size(one), _READ_UNIT) for one in found) + wanted - len(found)


def _units(size_in_bytes: int, unit: int) -> int:
    return max(1, -(-size_in_bytes // unit))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
