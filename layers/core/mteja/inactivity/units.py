"""Counting the units that this process uses of DynamoDB, from what it answers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READING = frozenset({"Query", "GetItem", "BatchGetItem"})
_WRITING = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})


class Units:
    """Read and write units since it was made. Asks DynamoDB for them with each call; telling them
    costs nothing."""

    def __init__(self) -> None:
        self.read = self.written = 0.0

    def used(self) -> tuple[float, float]:
        return self.read, self.written

    def watch(self, client: "DynamoDBClient") -> None:
        """Count from now on what a client uses."""
        events = client.meta.events
        for name in _READING | _WRITING:
            events.register(f"provide-client-params.dynamodb.{name}", _ask)  # type: ignore[arg-type]
            events.register(f"after-call.dynamodb.{name}", self._count)

    def _count(self, parsed: Mapping[str, Any], model: Any, **_: object) -> None:
        told = parsed.get("ConsumedCapacity", [])
        several = told if isinstance(told, list) else [told]
        used = sum(float(one.get("CapacityUnits", 0)) for one in several)
        if model.name in _READING:
            self.read += used
        else:
            self.written += used


def _ask(params: Mapping[str, Any], **_: object) -> dict[str, Any]:
    return {**params, "ReturnConsumedCapacity": "TOTAL"}
