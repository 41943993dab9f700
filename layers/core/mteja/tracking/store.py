"""The table of events, as whoever writes batches and visitors sees it."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.wire import Item, item_from_wire, item_to_wire
from mteja.times import from_ms
from mteja.tracking.packed import EVENT_SHARDS, Batch, shard_of, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class EventsTable:
    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self.name = name

    def put(self, batch: Batch, keep_days: int) -> bool:
        """Put a batch where its item is absent; return whether it was. Durable on return."""
        day = from_ms(batch.received_at).date()
        key = keys.events(day, shard_of(batch.visitor), EVENT_SHARDS, batch.id)
        expires_at = batch.received_at // 1000 + keep_days * 86_400
        try:
            self._client.put_item(
                TableName=self.name,
                Item=item_to_wire(to_item(batch, key.pk, key.sk, expires_at)),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def get(self, key: Key) -> Item | None:
        """Return an item, strongly consistent."""
        answer = self._client.get_item(
            TableName=self.name,
            Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            ConsistentRead=True,
        )
        return item_from_wire(answer["Item"]) if "Item" in answer else None
