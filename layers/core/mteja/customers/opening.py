"""Opening what is sealed to the members of a person. Only functions that may decrypt use this."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mteja.customers.items import HeldIdentifier, InteractionItem, TraitEntry
from mteja.errors import CannotOpen
from mteja.store import keys
from mteja.store.table import Table
from mteja.store.wire import Item
from mteja.vault.keyring import Keyring
from mteja.vault.sealing import Place, open_sealed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from mteja.rewards.items import PointsItem


@dataclass(frozen=True)
class Opened:
    """A value, or the fact that it does not open (then `value` is None)."""

    value: Any
    readable: bool = True


_UNREADABLE = Opened(None, readable=False)


class Opener:
    """Opens values of one person. A member's private key is asked for when first needed: one KMS
    call a member at most.

    A value that does not open (changed bytes, moved, or its key destroyed) is no reason to hide all
    the others: it comes back unreadable, and `unreadable` counts them.
    """

    def __init__(self, members: Sequence[str], table: Table, keyring: Keyring) -> None:
        self._members = members
        self._table = table
        self._keyring = keyring
        self._key_items: dict[str, Item] | None = None
        self._private: dict[str, X25519PrivateKey | None] = {}
        self.unreadable = 0

    def identifier(self, customer: str, held: HeldIdentifier) -> Opened:
        field = f"identifier:{held.kind}"
        place = Place(customer, keys.profile(customer).sk, field, held.source, held.trust, held.at)
        raw = self._open(held.sealed, place)
        return _UNREADABLE if raw is None else Opened(raw.decode())

    def trait(self, customer: str, field: str, entry: TraitEntry) -> Opened:
        """Open a value of TRAITS, or one that was moved from there to the timeline: its envelope
        stays bound to TRAITS."""
        place = Place(
            customer, keys.traits(customer).sk, field, entry.source, entry.trust, entry.at
        )
        return self._json(entry.sealed, place)

    def personal(self, customer: str, item: InteractionItem) -> Opened:
        """Open the personal part of a timeline entry that has one."""
        place = Place(customer, item.sk, "personal", item.source, item.trust, item.at)
        return self._json(item.sealed or b"", place)

    def reason(self, customer: str, item: "PointsItem") -> Opened:
        """Open why staff entered something into the ledger."""
        place = Place(customer, item.sk, "reason", item.source, item.trust, item.at)
        return self._json(item.sealed or b"", place)

    def apart(self, customer: str, item: InteractionItem) -> dict[str, Opened]:
        """Open what of an entry is sealed each by itself, by its name."""
        return {
            name: self._json(
                sealed, Place(customer, item.sk, name, item.source, item.trust, item.at)
            )
            for name, sealed in (item.apart or {}).items()
        }

    def _json(self, sealed: bytes, place: Place) -> Opened:
        raw = self._open(sealed, place)
        return _UNREADABLE if raw is None else Opened(json.loads(raw))

    def _open(self, sealed: bytes, place: Place) -> bytes | None:
        private = self._key_of(place.owner)
        if private is not None:
            try:
                return open_sealed(sealed, private, place)
            except CannotOpen:
                pass
        self.unreadable += 1
        return None

    def _key_of(self, customer: str) -> "X25519PrivateKey | None":
        if customer not in self._private:
            self._private[customer] = self._unwrap(customer)
        return self._private[customer]

    def _unwrap(self, customer: str) -> "X25519PrivateKey | None":
        if self._key_items is None:
            wanted = [keys.customer_key(member) for member in self._members]
            self._key_items = self._table.get_many([], wanted)
        item = self._key_items.get(keys.customer_key(customer))
        if item is None:
            return None
        try:
            return self._keyring.open(customer, item)
        except CannotOpen:
            return None
