"""The tables, as the rest of the code sees them: consistent reads, pages, and transactions.

A write is a whole item and the state it was planned on: what is written was computed from what was
read, and the condition says that it still holds. A put costs what an update of the same item costs.
Only counters that many facts move at once are moved by an expression: by Add in a transaction, by
Table.add alone.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from mteja.aws import clients
from mteja.config import settings
from mteja.store.keys import Apart, Key
from mteja.store.reads import get_by_key, query_pages
from mteja.store.wire import Item, item_from_wire, item_to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_WRITES = 100  # of one TransactWriteItems
MAX_ITEM_BYTES = 380_000  # DynamoDB's limit is 400 KB; the rest is room for counting differently


class State(Enum):
    """What an item must be for a write to happen."""

    ANY = "any"
    ABSENT = "absent"
    PRESENT = "present"


@dataclass(frozen=True)
class Put:
    """Write an item. `when` is a State, or the `v` that the stored item must have."""

    item: Item
    when: State | int = State.ANY
    table: str | None = None  # None: the customers table

    @property
    def key(self) -> tuple[str, ...]:
        return _key_of(self.item)


@dataclass(frozen=True)
class Delete:
    key: Key
    when: State | int = State.ANY


@dataclass(frozen=True)
class DeleteKey:
    """Destroy a key pair: an item of the keys table, by its `pk`."""

    pk: str


@dataclass(frozen=True)
class Check:
    """Nothing is written, but the transaction fails unless this holds."""

    key: Key
    when: State | int


@dataclass(frozen=True)
class Add:
    """Add to a counter of an item, which is made where it is absent: only where the counter is then
    at most `limit`. No whole item is written: everybody who wants one of ten places meets here, and
    of a counter nothing but its sum matters (docs/decisions/0012)."""

    key: Key
    counter: str
    by: int
    limit: int | None = None


type Write = Put | Delete | DeleteKey | Check | Add


class TransactionLost(Exception):
    """The transaction did not happen: something it was planned on has changed meanwhile."""


class Table:
    """The customers table and, for key items only, the keys table."""

    def __init__(self, client: "DynamoDBClient", customers: str, keys: str) -> None:
        self._client = client
        self.customers = customers
        self.keys = keys

    def get(self, key: Key) -> Item | None:
        """Return an item, strongly consistent."""
        return self.get_many([key]).get(key)

    def get_many(self, wanted: Iterable[Key | Apart], keys: Iterable[str] = ()) -> dict[Any, Item]:
        """Return items of the customers table by Key, of another by Apart and of the keys table by
        pk, those that exist.

        Strongly consistent. Raises Conflict when DynamoDB keeps leaving some unprocessed.
        """
        requests: list[tuple[str, dict[str, Any]]] = []
        for one in dict.fromkeys(wanted):
            table, key = one if isinstance(one, Apart) else (self.customers, one)
            requests.append((table, {"pk": {"S": key.pk}, "sk": {"S": key.sk}}))
        requests += [(self.keys, {"pk": {"S": pk}}) for pk in dict.fromkeys(keys)]
        return {
            self._name_of(table, item): item for table, item in get_by_key(self._client, requests)
        }

    def _name_of(self, table: str, item: Item) -> object:
        if table == self.keys:
            return item["pk"]
        return _key_of(item) if table == self.customers else Apart(table, _key_of(item))

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
        """Yield the items of a partition in key order, page by page; of the table, consistently.

        `limit` is how many items are read at a time; whoever wants no more stops taking them.
        """
        request = self._query(partition, prefix, between, index)
        request["ScanIndexForward"] = not newest_first
        if start is not None:
            request["ExclusiveStartKey"] = item_to_wire(start)
        if limit is not None:
            request["Limit"] = limit
        return query_pages(self._client, request)

    def _query(
        self, partition: str, prefix: str, between: tuple[str, str] | None, index: str | None
    ) -> dict[str, Any]:
        hash_name, range_name = ("pk", "sk") if index is None else (f"{index}_pk", f"{index}_sk")
        request: dict[str, Any] = {"TableName": self.customers}
        names = {"#h": hash_name}
        values: dict[str, Any] = {":h": {"S": partition}}
        condition = "#h = :h"
        if between is not None:
            condition += " AND #r BETWEEN :low AND :high"
            values |= {":low": {"S": between[0]}, ":high": {"S": between[1]}}
        elif prefix:
            condition += " AND begins_with(#r, :r)"
            values[":r"] = {"S": prefix}
        if between is not None or prefix:
            names["#r"] = range_name
        if index is None:
            request["ConsistentRead"] = True
        else:
            request["IndexName"] = index
        return request | {
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def put(self, item: Item) -> None:
        self._client.put_item(TableName=self.customers, Item=item_to_wire(item))

    def add(
        self, key: Key, counter: str, by: int = 1, *, at: Mapping[str, int] | None = None
    ) -> Item:
        """Add to a counter at once, by itself; return the whole item as it is then. Of any number
        of callers no two get the same. `at` says when, and is written beside it."""
        names, values = {"#n": counter}, {":n": {"N": str(by)}}
        when = []
        for number, (name, ms) in enumerate((at or {}).items()):
            names[f"#t{number}"] = name
            values[f":t{number}"] = {"N": str(ms)}
            when.append(f"#t{number} = :t{number}")
        answer = self._client.update_item(
            **self._keyed(key),
            UpdateExpression="ADD #n :n" + (f" SET {', '.join(when)}" if when else ""),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ReturnValues="ALL_NEW",
        )
        return item_from_wire(answer["Attributes"])

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        """Do all writes or none.

        A request that is repeated counts once, by its `token` (ClientRequestToken), which is made
        here where none is given.
        Raises TransactionLost where a condition no longer holds or another transaction is at the
        same items; other errors of DynamoDB as they are.
        """
        try:
            self._client.transact_write_items(
                TransactItems=[self._request(write) for write in writes],  # type: ignore[misc]
                ClientRequestToken=token or os.urandom(16).hex(),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "TransactionCanceledException":
                reasons = {
                    reason.get("Code", "None")
                    for reason in error.response.get("CancellationReasons", [])
                }
                lost = {"ConditionalCheckFailed", "TransactionConflict", "None"}
                if reasons and reasons <= lost:
                    raise TransactionLost from None
            elif error.response["Error"]["Code"] == "TransactionInProgressException":
                raise TransactionLost from None
            raise

    def _request(self, write: Write) -> dict[str, Any]:
        if isinstance(write, DeleteKey):
            return {"Delete": {"TableName": self.keys, "Key": {"pk": {"S": write.pk}}}}
        if isinstance(write, Add):
            return {"Update": self._keyed(write.key) | _addition(write)}
        condition = _condition(write.when)
        match write:
            case Put():
                body = {"Item": item_to_wire(write.item), **condition}
                return {"Put": {"TableName": write.table or self.customers, **body}}
            case Delete():
                return {"Delete": self._keyed(write.key) | condition}
            case Check():
                return {"ConditionCheck": self._keyed(write.key) | condition}

    def _keyed(self, key: Key) -> dict[str, Any]:
        return {
            "TableName": self.customers,
            "Key": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        }


@cache
def customers_table() -> Table:
    """Return the tables of this process."""
    chosen = settings()
    return Table(clients.dynamodb(), chosen.customers_table, chosen.keys_table)


def _key_of(item: Item) -> Key:
    return Key(str(item["pk"]), str(item.get("sk", "")))


def _addition(write: Add) -> dict[str, Any]:
    request: dict[str, Any] = {
        "UpdateExpression": "ADD #n :n",
        "ExpressionAttributeNames": {"#n": write.counter},
        "ExpressionAttributeValues": {":n": {"N": str(write.by)}},
    }
    if write.limit is not None:
        room = write.limit - write.by
        request["ExpressionAttributeValues"][":room"] = {"N": str(room)}
        # An absent counter is 0.
        absent = "attribute_not_exists(#n) OR " if room >= 0 else ""
        request["ConditionExpression"] = f"{absent}#n <= :room"
    return request


def _condition(when: State | int) -> dict[str, Any]:
    if when is State.ANY:
        return {}
    if when is State.ABSENT:
        return {
            "ConditionExpression": "attribute_not_exists(#c)",
            "ExpressionAttributeNames": {"#c": "pk"},
        }
    if when is State.PRESENT:
        return {
            "ConditionExpression": "attribute_exists(#c)",
            "ExpressionAttributeNames": {"#c": "pk"},
        }
    return {
        "ConditionExpression": "#c = :v",
        "ExpressionAttributeNames": {"#c": "v"},
        "ExpressionAttributeValues": {":v": {"N": str(when)}},
    }
