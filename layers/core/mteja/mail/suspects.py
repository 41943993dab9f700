"""Addresses that take no messages: they bounced, or their owner complained."""

from collections.abc import Iterable, Sequence

from mteja.customers.items import HeldIdentifier
from mteja.customers.person import MembersIdentifier
from mteja.mail.items import SuspectItem
from mteja.mail.messages import BOUNCED, COMPLAINED
from mteja.store import keys
from mteja.store.table import Delete, Put, Table, Write

# A mailbox may come back. Whoever complained wants no more, ever.
_BOUNCE_DAYS = 180


def suspects(table: Table, addresses: Sequence[MembersIdentifier]) -> set[str]:
    """Return the blind indexes of those that are suspect."""
    wanted = [keys.suspect(one.held.kind, one.held.index) for one in addresses]
    stored = table.get_many(wanted)
    return {one.held.index for one, key in zip(addresses, wanted, strict=True) if key in stored}


def bounced(table: Table, addresses: Iterable[HeldIdentifier]) -> dict[str, tuple[int, int]]:
    """Return the blind indexes of those that bounced, each with since when, and until when that
    counts (epoch ms)."""
    wanted = {keys.suspect(one.kind, one.index): one.index for one in addresses}
    found: dict[str, tuple[int, int]] = {}
    for key, raw in table.get_many(wanted).items():
        item = SuspectItem.model_validate(raw)
        if item.why == BOUNCED and item.expires_at is not None:
            found[wanted[key]] = item.at, item.expires_at * 1000
    return found


def suspected(kind: str, index: str, why: str, now_ms: int) -> Write:
    """Return the write that makes an address suspect."""
    key = keys.suspect(kind, index)
    expires_at = None if why == COMPLAINED else now_ms // 1000 + _BOUNCE_DAYS * 86_400
    item = SuspectItem(pk=key.pk, sk=key.sk, why=why, at=now_ms, expires_at=expires_at)
    return Put(item.model_dump(exclude_none=True))


def trusted_again(kind: str, index: str) -> Write:
    """Return the write by which an address is suspect no more: its owner showed that it works."""
    return Delete(keys.suspect(kind, index))
