"""Addresses that take no messages: they bounced, or their owner complained."""

from collections.abc import Sequence

from mteja.customers.person import MembersIdentifier
from mteja.mail.items import SuspectItem
from mteja.mail.messages import COMPLAINED
from mteja.store import keys
from mteja.store.table import Delete, Put, Table, Write

# A mailbox may come back. Whoever complained wants no more, ever.
_BOUNCE_DAYS = 180


def suspects(table: Table, addresses: Sequence[MembersIdentifier]) -> set[str]:
    """Return the blind indexes of those that are suspect."""
    wanted = [keys.suspect(one.held.kind, one.held.index) for one in addresses]
    stored = table.get_many(wanted)
    return {one.held.index for one, key in zip(addresses, wanted, strict=True) if key in stored}


def suspected(kind: str, index: str, why: str, now_ms: int) -> Write:
    """Return the write that makes an address suspect."""
    key = keys.suspect(kind, index)
    expires_at = None if why == COMPLAINED else now_ms // 1000 + _BOUNCE_DAYS * 86_400
    item = SuspectItem(pk=key.pk, sk=key.sk, why=why, at=now_ms, expires_at=expires_at)
    return Put(item.model_dump(exclude_none=True))


def trusted_again(kind: str, index: str) -> Write:
    """Return the write by which an address is suspect no more: its owner showed that it works."""
    return Delete(keys.suspect(kind, index))
