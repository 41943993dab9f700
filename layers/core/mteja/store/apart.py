"""The tables `events` and `summaries`: single items by key, and whole partitions.

Nothing in them is changed on the condition of something else: a batch is put once, a summary as a
whole. What must be true together is in the customers table (mteja.store.table).
"""

import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from mteja import config
from mteja.aws import clients
from mteja.errors import Conflict
from mteja.store.keys import Key
from mteja.store.wire import Item, item_from_wire, item_to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_IN_ONE_GET = 100


class TableApart:
    """One table with `pk` and `sk`."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self.name = name

    def query(self, partition: str, *, consistent: bool = True) -> Iterator[Item]:
        """Yield the items of a partition in key order, page by page. Read consistently, it costs
        twice as much."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "ConsistentRead": consistent,
            "KeyConditionExpression": "#h = :h",
            "ExpressionAttributeNames": {"#h": "pk"},
            "ExpressionAttributeValues": {":h": {"S": partition}},
        }
        while True:
            answer = self._client.query(**request)
            for raw in answer["Items"]:
                yield item_from_wire(raw)
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def get_many(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        """Return items by key, those that exist, strongly consistent. Raises Conflict when DynamoDB
        keeps leaving some unprocessed."""
        unique = list(dict.fromkeys(wanted))
        found: dict[Key, Item] = {}
        for start in range(0, len(unique), _IN_ONE_GET):
            self._get(unique[start : start + _IN_ONE_GET], found)
        return found

    def _get(self, wanted: list[Key], found: dict[Key, Item]) -> None:
        asked: list[Any] = [{"pk": {"S": key.pk}, "sk": {"S": key.sk}} for key in wanted]
        for attempt in range(5):
            if not asked:
                return
            time.sleep(0.02 * attempt)
            answer = self._client.batch_get_item(
                RequestItems={self.name: {"ConsistentRead": True, "Keys": asked}}
            )
            for raw in answer["Responses"].get(self.name, []):
                item = item_from_wire(raw)
                found[Key(str(item["pk"]), str(item["sk"]))] = item
            left: dict[str, Any] = answer.get("UnprocessedKeys", {})
            asked = left[self.name]["Keys"] if self.name in left else []
        if asked:
            raise Conflict("the table is too busy")

    def put(self, item: Item) -> None:
        """Write a whole item, whatever was there."""
        self._client.put_item(TableName=self.name, Item=item_to_wire(item))

    def delete(self, key: Key) -> None:
        """Remove an item, if it is there."""
        self._client.delete_item(
            TableName=self.name, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        )


@cache
def events_table() -> TableApart:
    """Return the table of events of this process. Raises Misconfigured."""
    return TableApart(clients.dynamodb(), config.events_table())


@cache
def summaries_table() -> TableApart:
    """Return the table of summaries of this process. Raises Misconfigured."""
    return TableApart(clients.dynamodb(), config.summaries_table())
