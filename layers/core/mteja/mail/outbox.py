"""The outbox: messages that wait, written in the transaction of the fact that causes them.

The outbox is the queue (docs/decisions/0021): a message that is committed is found by the next
look, so that nothing can be lost between a commit and a send, and there is nothing to send before.
"""

from collections.abc import Iterable, Iterator, Mapping

from mteja.customers.items import ProfileItem
from mteja.mail.items import MessageItem
from mteja.mail.messages import Message, key_of
from mteja.recording.draft import Draft
from mteja.recording.facts import Json
from mteja.recording.reading import Stored
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import Delete, Put, State, Table, Write
from mteja.store.wire import Item
from mteja.times import rfc3339

_LOOKED_AT = 100


class OutboxRider:
    """Writes a message with its fact. A fact that is nobody's has nobody to write to."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def reads(self) -> Iterable[Key]:
        return ()

    def ride(
        self,
        stored: Stored,  # noqa: ARG002 - a message hangs on nothing else
        customer: str | None,
        draft: Draft,
    ) -> Mapping[str, Json]:
        if customer is not None:
            draft.add(post(self._message, customer))
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""


def post(message: Message, customer: str) -> Put:
    """Return the write that puts a message into the outbox. One that has an id of its own is new
    there; one whose id is made of what it is about may be there already, and is the same."""
    return Put(message.item(customer).model_dump(exclude_none=True))


def keep_until(message: Message, customer: str) -> Put:
    """Return the write by which a message waits for long: apart from the outbox, so that what waits
    there is little. `PROFILE.yearly_at` says when it is due. It may be there already."""
    key = keys.yearly(message.due, message.id)
    item = message.item(customer).model_copy(update={"pk": key.pk, "sk": key.sk})
    return Put(item.model_dump(exclude_none=True))


def partitions() -> list[str]:
    """Return where messages wait."""
    return [*(keys.outbox_partition(one) for one in range(keys.OUTBOX_SHARDS)), keys.YEARLY]


def due(table: Table, partition: str, now_ms: int) -> Iterator[MessageItem]:
    """Yield the messages of a partition whose time has come, oldest first, strongly consistent; not
    those that another mailer is at."""
    until = ("0", rfc3339(now_ms) + "~")
    for raw in table.query(partition, between=until, limit=_LOOKED_AT):
        item = MessageItem.model_validate(raw)
        if (item.leased_until or 0) <= now_ms:
            yield item


def cancel(table: Table, customer: str) -> int:
    """Remove what waits for a customer; return how many messages that were.

    Reads all that waits in the customer's shard: erasures are few, and what waits is little. Of
    what waits for a year it reads what is due at the customer's moment.
    """
    partition = keys.outbox_partition(keys.shard_of(customer, keys.OUTBOX_SHARDS))
    waiting = [*table.query(partition), *_yearly(table, customer)]
    theirs = [Key(str(raw["pk"]), str(raw["sk"])) for raw in waiting if raw["customer"] == customer]
    for key in theirs:
        table.transact([Delete(key)])
    return len(theirs)


def _yearly(table: Table, customer: str) -> Iterator[Item]:
    raw = table.get(keys.profile(customer))
    at = None if raw is None else ProfileItem.model_validate(raw).yearly_at
    if at is not None:
        yield from table.query(keys.YEARLY, prefix=f"{rfc3339(at)}#")


def again(item: MessageItem, due_ms: int, **changes: object) -> list[Write]:
    """Return the writes that put a message off: in the outbox, it stands under its time."""
    key = keys.outbox(item.customer, due_ms, item.id)
    later = item.model_copy(
        update={"pk": key.pk, "sk": key.sk, "v": item.v + 1, "due": due_ms, **changes}
    )
    if key == key_of(item):
        return [Put(later.model_dump(exclude_none=True), item.v)]
    return [Delete(key_of(item), item.v), Put(later.model_dump(exclude_none=True), State.ABSENT)]
