"""Between plain Python values and DynamoDB's attribute values.

Plain means str, int, bytes, bool, None, list (a tuple comes back as one) and dict. There is no
float in the system, so there is
no Decimal either; an attribute that is none of these is a mistake and raises TypeError.
"""

from collections.abc import Mapping
from typing import Any

type Plain = (
    str | int | bytes | bool | None | list["Plain"] | tuple["Plain", ...] | dict[str, "Plain"]
)
type Item = dict[str, Plain]


def to_wire(value: Plain) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [to_wire(one) for one in value]}
        case dict():
            return {"M": {key: to_wire(one) for key, one in value.items()}}
    raise TypeError(f"{type(value).__name__} is not stored")


def from_wire(attribute: Mapping[str, Any]) -> Plain:
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value  # type: ignore[no-any-return]
        case "N":
            return int(value)
        case "B":
            return bytes(value)
        case "NULL":
            return None
        case "L":
            return [from_wire(one) for one in value]
        case "M":
            return {key: from_wire(one) for key, one in value.items()}
    raise TypeError(f"an attribute of type {kind} is not ours")


def item_to_wire(item: Item) -> dict[str, Any]:
    return {name: to_wire(value) for name, value in item.items()}


def item_from_wire(item: Mapping[str, Mapping[str, Any]]) -> Item:
    return {name: from_wire(value) for name, value in item.items()}


def size(item: Item) -> int:
    """Return the size of an item in bytes as DynamoDB counts it, a little over for numbers.

    Source: DynamoDB developer guide, "Item sizes and formats".
    """
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Plain) -> int:
    match value:
        case bool() | None:
            return 1
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case int():
            return len(str(value)) // 2 + 2
        case list() | tuple():
            return 3 + sum(1 + _size(one) for one in value)
        case dict():
            return 3 + sum(1 + len(key.encode()) + _size(one) for key, one in value.items())
