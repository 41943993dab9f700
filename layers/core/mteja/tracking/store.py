"""The tables of events and of salts as the way of a beacon uses them: put a batch if absent, make
and read the salts.

No other right is needed, and none is given: what was written can't be read back or removed by
whoever takes this function over, and overwritten only where its key is known. The salts are the one
thing that it reads.
"""

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from mteja.errors import TooLarge
from mteja.store.keys import Key, events, salt
from mteja.store.table import MAX_ITEM_BYTES
from mteja.store.wire import item_to_wire, size
from mteja.times import DAY_MS, business_day, day_begins
from mteja.tracking.packed import EVENT_SHARDS, Batch, shard_of, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SALT_BYTES = 16
SALT_DAYS = 2  # 48 hours from the beginning of its day


class EventStore:
    """Batches and salts. `zone`s are IANA time zones of the business."""

    def __init__(self, client: "DynamoDBClient", table: str, salts: str) -> None:
        self._client = client
        self._table = table
        self._salts_table = salts
        self._salts: dict[date, bytes | None] = {}

    def add(self, batch: Batch, zone: str, keep_days: int) -> bool:
        """Store a batch; return False where it is there already. Raises TooLarge."""
        day = business_day(batch.received_at, zone)
        pk, sk = events(day, shard_of(batch.visitor), EVENT_SHARDS, batch.id)
        expires_at = (batch.received_at + keep_days * DAY_MS) // 1000
        item = to_item(batch, pk, sk, expires_at)
        if size(item) > MAX_ITEM_BYTES:
            raise TooLarge
        return self._put_if_absent(self._table, item)

    def salt_of(self, day: date, zone: str) -> bytes:
        """Return the salt of a day, made by whoever asks first."""
        known = self._salts.get(day) or self._read(salt(day))
        if known is None:
            known = os.urandom(SALT_BYTES)
            expires_at = (day_begins(day, zone) + SALT_DAYS * DAY_MS) // 1000
            pk, sk = salt(day)
            item = {"pk": pk, "sk": sk, "salt": known, "expires_at": expires_at}
            if not self._put_if_absent(self._salts_table, item):
                known = self._read(salt(day)) or known
        self._remember(day, known)
        return known

    def salt_before(self, day: date) -> bytes | None:
        """Return the salt of the day before, or None where nobody came then."""
        before = day - timedelta(days=1)
        if before not in self._salts:
            self._remember(before, self._read(salt(before)))
        return self._salts[before]

    def _remember(self, day: date, known: bytes | None) -> None:
        """Keep a salt in memory, and none that is older than the day before: they are destroyed."""
        self._salts[day] = known
        oldest = max(self._salts) - timedelta(days=1)
        self._salts = {one: it for one, it in self._salts.items() if one >= oldest}

    def _read(self, key: Key) -> bytes | None:
        answer = self._client.get_item(
            TableName=self._salts_table,
            Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            ConsistentRead=True,
        )
        found = answer.get("Item")
        return None if found is None else bytes(found["salt"]["B"])

    def _put_if_absent(self, table: str, item: dict[str, Any]) -> bool:
        try:
            self._client.put_item(
                TableName=table,
                Item=item_to_wire(item),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True
