"""The tables `events`, `salts` and `summaries`: single items by key, and whole partitions.

A batch is put once, a summary as a whole. The one thing that is changed on a condition is whose
browser a visitor is: in the transaction of the fact that says so (mteja.store.table).
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from mteja import config
from mteja.aws import clients
from mteja.store.keys import Key
from mteja.store.reads import get_by_key, query_pages
from mteja.store.wire import Item, item_to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class TableApart:
    """One table with `pk` and `sk`."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self.name = name

    def query(
        self, partition: str, *, between: tuple[str, str] | None = None, consistent: bool = True
    ) -> Iterator[Item]:
        """Yield the items of a partition, or of those whose sort keys lie `between` two, in key
        order, page by page. Read consistently, it costs twice as much."""
        asked = self._asked(partition, consistent=consistent)
        if between is not None:
            asked["KeyConditionExpression"] += " AND #r BETWEEN :low AND :high"
            asked["ExpressionAttributeNames"]["#r"] = "sk"
            low, high = between
            asked["ExpressionAttributeValues"] |= {":low": {"S": low}, ":high": {"S": high}}
        return query_pages(self._client, asked)

    def few(self, partition: str, limit: int) -> Iterator[Item]:
        """Yield at most `limit` items of a partition, not consistently, and read no more."""
        asked = self._asked(partition, consistent=False) | {"Limit": limit}
        return islice(query_pages(self._client, asked), limit)

    def _asked(self, partition: str, *, consistent: bool) -> dict[str, Any]:
        return {
            "TableName": self.name,
            "ConsistentRead": consistent,
            "KeyConditionExpression": "#h = :h",
            "ExpressionAttributeNames": {"#h": "pk"},
            "ExpressionAttributeValues": {":h": {"S": partition}},
        }

    def get_many(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        """Return items by key, those that exist, strongly consistent. Raises Conflict when DynamoDB
        keeps leaving some unprocessed."""
        asked = [
            (self.name, {"pk": {"S": key.pk}, "sk": {"S": key.sk}}) for key in dict.fromkeys(wanted)
        ]
        found = get_by_key(self._client, asked)
        return {Key(str(item["pk"]), str(item["sk"])): item for _, item in found}

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
def salts_table() -> TableApart:
    """Return the table of salts of this process. Raises Misconfigured."""
    return TableApart(clients.dynamodb(), config.salts_table())


@cache
def summaries_table() -> TableApart:
    """Return the table of summaries of this process. Raises Misconfigured."""
    return TableApart(clients.dynamodb(), config.summaries_table())
