"""Quarantine: what is authentic is kept, whole and sealed, until our code understands it.

Kept once however often it is delivered. Listed and replayed by the operator's command.
"""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from mteja.errors import CannotOpen, Conflict, NotFound
from mteja.ids import derived_id
from mteja.quarantine.items import QuarantineBodyItem, QuarantineItem
from mteja.store import index_keys, keys
from mteja.store.keys import Key
from mteja.store.table import Delete, Put, State, Table, TransactionLost, Write
from mteja.times import from_ms
from mteja.vault.sealing import Place, open_sealed, seal
from mteja.vault.vault import Vault

OPEN = "quarantine"
_PART_BYTES = 350_000
_ATTEMPTS = 5
_TRUST = "verified"


@dataclass(frozen=True)
class Delivery:
    """An authentic delivery as it came: source, the sender's topic and id, and the raw body."""

    source: str
    topic: str | None
    delivery: str | None
    body: bytes
    received_at: int


def keep(delivery: Delivery, reason: str, *, table: Table, vault: Vault) -> str:
    """Keep a delivery; return its id. Raises Conflict when the table is too busy.

    The body is compressed before it is sealed; 1 MB of a shop's JSON fits one item, and what does
    not is cut into parts.
    """
    digest = hashlib.sha256(delivery.body).hexdigest()
    quarantine_id = derived_id("qua", delivery.source, delivery.topic or "", digest)
    scope = f"quarantine-{from_ms(delivery.received_at):%Y-%m}"
    for _ in range(_ATTEMPTS):
        stored = table.get_many([keys.quarantine(quarantine_id)], [keys.scope_key(scope)])
        if keys.quarantine(quarantine_id) in stored:
            return quarantine_id
        writes: list[Write] = []
        public = stored.get(keys.scope_key(scope), {}).get("public")
        if not isinstance(public, bytes):
            pair = vault.keyring.new_pair(scope, keys.scope_key(scope), delivery.received_at)
            public = pair.public
            writes.append(Put(pair.item, State.ABSENT, table.keys))
        sealed = seal(
            zlib.compress(delivery.body),
            public,
            _place(scope, quarantine_id, delivery.source, delivery.received_at),
        )
        pieces = [sealed[at : at + _PART_BYTES] for at in range(0, len(sealed), _PART_BYTES)]
        for number, piece in enumerate(pieces):
            key = keys.quarantine_body(quarantine_id, number)
            part = QuarantineBodyItem(pk=key.pk, sk=key.sk, sealed=piece)
            writes.append(Put(part.model_dump()))
        key = keys.quarantine(quarantine_id)
        item = QuarantineItem(
            pk=key.pk,
            sk=key.sk,
            id=quarantine_id,
            source=delivery.source,
            topic=delivery.topic,
            delivery=delivery.delivery,
            reason=reason,
            received_at=delivery.received_at,
            scope=scope,
            parts=len(pieces),
            open_pk=OPEN,
            open_sk=index_keys.open_position(delivery.received_at, quarantine_id),
        )
        writes.append(Put(item.model_dump(exclude_none=True), State.ABSENT))
        try:
            table.transact(writes)
        except TransactionLost:
            continue
        return quarantine_id
    raise Conflict("quarantine is too busy")


def listed(table: Table) -> Iterator[QuarantineItem]:
    """Yield what is in quarantine, oldest first, without bodies."""
    for pointer in table.query(OPEN, index="open"):
        raw = table.get(Key(str(pointer["pk"]), str(pointer["sk"])))
        if raw is not None:
            yield QuarantineItem.model_validate(raw)


def reopen(quarantine_id: str, *, table: Table, vault: Vault) -> Delivery:
    """Return a delivery with its body. Needs the right to decrypt. Raises NotFound, CannotOpen."""
    raw = table.get(keys.quarantine(quarantine_id))
    if raw is None:
        raise NotFound("quarantined delivery")
    item = QuarantineItem.model_validate(raw)
    wanted = [keys.quarantine_body(quarantine_id, number) for number in range(item.parts)]
    stored = table.get_many(wanted, [keys.scope_key(item.scope)])
    if len(stored) < len(wanted) + 1:
        raise CannotOpen("body")
    pieces = [QuarantineBodyItem.model_validate(stored[key]).sealed for key in wanted]
    private = vault.keyring.open(item.scope, stored[keys.scope_key(item.scope)])
    place = _place(item.scope, quarantine_id, item.source, item.received_at)
    body = zlib.decompress(open_sealed(b"".join(pieces), private, place))
    return Delivery(item.source, item.topic, item.delivery, body, item.received_at)


def release(quarantine_id: str, *, table: Table) -> None:
    """Remove a delivery that was understood at last."""
    raw = table.get(keys.quarantine(quarantine_id))
    if raw is None:
        return
    item = QuarantineItem.model_validate(raw)
    writes: list[Write] = [Delete(keys.quarantine(quarantine_id), State.PRESENT)]
    writes += [Delete(keys.quarantine_body(quarantine_id, number)) for number in range(item.parts)]
    table.transact(writes)


def _place(scope: str, quarantine_id: str, source: str, at_ms: int) -> Place:
    return Place(scope, keys.quarantine(quarantine_id).pk, "body", source, _TRUST, at_ms)
