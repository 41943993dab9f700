"""A transaction in the making: what customers become, and the writes that make it so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from mteja.customers.items import ProfileItem, TraitsItem
from mteja.customers.traits import told, with_seen, without_seen
from mteja.store import index_keys, keys
from mteja.store.keys import Key
from mteja.store.table import Check, Put, State, TransactionLost, Write
from mteja.vault.index import BlindIndex
from mteja.vault.sealing import Place, seal


class Draft:
    """Collects changes to customers and single writes; `writes()` gives them all.

    A customer's PROFILE is written once, whatever changes of the customer, on the condition that it
    is still what was read.
    """

    def __init__(
        self, index: BlindIndex, public_key_of: Callable[[str], bytes], source: str, trust: str
    ) -> None:
        self.index = index
        self.notes: list[str] = []
        self._public_key_of = public_key_of
        self._source = source
        self._trust = trust
        self._profiles: dict[str, tuple[ProfileItem | None, ProfileItem]] = {}
        self._traits: dict[str, tuple[TraitsItem, TraitsItem]] = {}
        self._writes: list[Write] = []

    def take_up(
        self, customer: str, stored: ProfileItem | None, created_at: int, trust: str
    ) -> None:
        """Begin with a customer as it is stored, or new."""
        if stored is None:
            key = keys.profile(customer)
            fresh = ProfileItem(pk=key.pk, sk=key.sk, v=0, created_at=created_at, trust=trust)
            self._profiles[customer] = (None, fresh)
        else:
            self._profiles[customer] = (stored, stored)

    def take_up_traits(self, customer: str, stored: TraitsItem | None) -> None:
        key = keys.traits(customer)
        known = stored or TraitsItem(pk=key.pk, sk=key.sk)
        if known.v != self.profile(customer).traits_v:
            raise TransactionLost  # read while another transaction was being applied
        self._traits[customer] = (known, with_seen(known, self.profile(customer).seen))

    def has(self, customer: str) -> bool:
        return customer in self._profiles

    def profile(self, customer: str) -> ProfileItem:
        return self._profiles[customer][1]

    def profiles(self) -> list[tuple[str, ProfileItem | None, ProfileItem]]:
        """Return each customer that is written, as it is stored (None: new) and as it will be."""
        return [(customer, before, now) for customer, (before, now) in self._profiles.items()]

    def traits(self, customer: str) -> TraitsItem:
        return self._traits[customer][1]

    def is_new_of(self, customer: str) -> bool:
        """Whether it becomes known by more, or of more, or later than it was."""
        before, now = self._profiles[customer]
        known, fields = self._traits[customer]
        return (
            before is None
            or before.identifiers != now.identifiers
            or with_seen(known, before.seen) != fields
        )

    def told_of(self, customer: str) -> dict[str, int] | None:
        """Return by field when its verified value was last observed; None where the customer's
        traits are not at hand."""
        return told(self._traits[customer][1]) if customer in self._traits else None

    def tells_more_of(self, customer: str) -> bool:
        """Whether a field has a verified value that had none."""
        if customer not in self._traits:
            return False
        before, now = self._traits[customer]
        return bool(told(now).keys() - told(before).keys())

    def is_logged(self, customer: str, day: date) -> bool:
        """Whether a fact of a day stands in the log among the customer's writes."""
        partition = keys.customer_partition(customer)
        logs = {index_keys.log_day(kind, day) for kind in index_keys.FACTS}
        return any(
            isinstance(write, Put)
            and write.item["pk"] == partition
            and str(write.item.get("log_pk", "")).rpartition("#")[0] in logs
            for write in self._writes
        )

    def entry_of_change(self, customer: str) -> Key | None:
        """Return the key of an entry among the writes that keeps a value which a customer's field
        had or has; None where there is none."""
        partition = keys.customer_partition(customer)
        return next(
            (
                Key(*map(str, write.key))
                for write in self._writes
                if isinstance(write, Put)
                and write.item["pk"] == partition
                and write.item.get("kind") == "trait"
            ),
            None,
        )

    def change(self, customer: str, **changes: Any) -> None:
        before, now = self._profiles[customer]
        self._profiles[customer] = (before, now.model_copy(update=changes))

    def change_traits(self, customer: str, **changes: Any) -> None:
        before, now = self._traits[customer]
        self._traits[customer] = (before, now.model_copy(update=changes))

    def seal(self, owner: str, place: str, field: str, value: bytes, at_ms: int) -> bytes:
        return self.seal_for(Place(owner, place, field, self._source, self._trust, at_ms), value)

    def seal_for(self, place: Place, value: bytes) -> bytes:
        """Seal a value that another fact may put in its place."""
        return seal(value, self._public_key_of(place.owner), place)

    def add(self, *writes: Write) -> None:
        self._writes.extend(writes)

    def amend(self, key: Key, **changes: Any) -> None:
        """Change attributes of an item that is already among the writes; None takes one away."""
        for number, one in enumerate(self._writes):
            if isinstance(one, Put) and one.table is None and Key(*map(str, one.key)) == key:
                item = {name: told for name, told in (one.item | changes).items()
                        if told is not None}  # fmt: skip
                self._writes[number] = replace(one, item=item)

    def writes(self) -> list[Write]:
        """Return all writes. Every customer taken up is written: its version guards the rest."""
        everything: list[Write] = []
        for customer, (stored, now) in self._traits.items():
            traits, seen = without_seen(stored, now)
            self.change(customer, seen=seen)
            if traits != stored:
                version = self.profile(customer).v + 1
                self.change(customer, traits_v=version)
                changed = traits.model_copy(update={"v": version})
                everything.append(Put(changed.model_dump(exclude_none=True)))
        for before, profile in self._profiles.values():
            now_profile = profile.model_copy(update={"v": profile.v + 1})
            when = State.ABSENT if before is None else before.v
            everything.append(Put(now_profile.model_dump(exclude_none=True), when))
        everything.extend(self._writes)
        return _checks_without_put(everything)


def _checks_without_put(writes: list[Write]) -> list[Write]:
    """DynamoDB takes one action an item: a check falls away where the item is written anyway."""
    written: set[Key] = set()
    for write in writes:
        if isinstance(write, Put) and write.table is None:
            written.add(Key(*map(str, write.key)))
    return [one for one in writes if not isinstance(one, Check) or one.key not in written]
