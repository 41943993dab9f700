"""Reads that take several calls: all pages of a query, and items by key however many."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mteja.errors import Conflict
from mteja.store.wire import Item, item_from_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_IN_ONE_GET = 100
_ATTEMPTS = 5


def query_pages(client: "DynamoDBClient", request: Mapping[str, Any]) -> Iterator[Item]:
    """Yield the items of a query, page by page as they are taken."""
    asked = dict(request)
    while True:
        answer = client.query(**asked)
        for raw in answer["Items"]:
            yield item_from_wire(raw)
        if "LastEvaluatedKey" not in answer:
            return
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def get_by_key(
    client: "DynamoDBClient", wanted: Sequence[tuple[str, dict[str, Any]]]
) -> Iterator[tuple[str, Item]]:
    """Yield the table and the item of each table and key, those that exist, strongly consistent.

    No pair may stand there twice. Raises Conflict when DynamoDB keeps leaving some unprocessed.
    """
    for start in range(0, len(wanted), _IN_ONE_GET):
        pending: dict[str, Any] = {}
        for table, key in wanted[start : start + _IN_ONE_GET]:
            pending.setdefault(table, {"ConsistentRead": True, "Keys": []})["Keys"].append(key)
        for attempt in range(_ATTEMPTS):
            time.sleep(0.02 * attempt)
            answer = client.batch_get_item(RequestItems=pending)
            for table, items in answer["Responses"].items():
                for raw in items:
                    yield table, item_from_wire(raw)
            pending = answer.get("UnprocessedKeys", {})
            if not pending:
                break
        else:
            raise Conflict("the table is too busy")
