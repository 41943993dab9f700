"""Erasure of a person: the keys destroyed, the finding ended, the rest removed or made anonymous.

Each step can be begun again where it was cut off. What comes first matters:
1. quarantined deliveries that name the person, and what its browsers did, are removed while its
   identifiers are still there;
2. in one transaction a member's key pair is destroyed, its identifiers stop finding it, and PROFILE
   says so: from here on nothing sealed can be opened, and no fact can be recorded for it;
3. its orders become orders of nobody, with a tombstone of 30 days, so that totals and reports of
   all others stay right and a retried delivery does not revive the person;
4. its items are removed, PROFILE last. Messages that wait for it go before that, and after it what
   reports count of it.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from mteja.customers.items import (
    HeldIdentifier,
    Hold,
    IdentifierItem,
    InteractionItem,
    ProfileItem,
)
from mteja.errors import CannotOpen, Conflict
from mteja.forms.giving_up import given_up
from mteja.freshness.forgetting import forget
from mteja.identity.identifiers import Identifier
from mteja.mail.outbox import cancel
from mteja.offers.forgetting import withdrawn
from mteja.orders.items import OrderItem
from mteja.privacy.naming import names_person
from mteja.privacy.tracks import Tracks
from mteja.products.favourites import forget_browser
from mteja.quarantine import quarantine
from mteja.recording.orders import entry_key
from mteja.sources.own import of_segment
from mteja.store import keys
from mteja.store.attempts import until_it_holds
from mteja.store.keys import Key
from mteja.store.table import Delete, DeleteKey, Put, Table, TransactionLost, Write
from mteja.surveys.forgetting import forgotten
from mteja.times import DAY_MS, rfc3339
from mteja.vault.sealing import Place, open_sealed
from mteja.vault.vault import Vault

TOMBSTONE_DAYS = 30
_ATTEMPTS = 8
_IN_ONE = 90
# User ids of a site's server, which may tell of them together with any browser.
_OF_SERVERS = f"customer@{of_segment('')}"
_OF_ORDERS = frozenset({"order", "payment", "refund", "sale"})


@dataclass
class Receipt:
    """What was done: numbers of items, and what stays for how long. No values."""

    removed: Counter[str] = field(default_factory=Counter)
    tombstones: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, told: Mapping[str, object]) -> "Receipt":
        """Return the receipt that `as_json` made."""
        removed, tombstones = told.get("removed"), told.get("tombstones")
        return cls(
            Counter(removed if isinstance(removed, dict) else {}),
            list(tombstones) if isinstance(tombstones, list) else [],
        )

    def tombstone(self, source: str, order_id: str, until: int) -> None:
        if not any((one["source"], one["order"]) == (source, order_id) for one in self.tombstones):
            self.tombstones.append({"source": source, "order": order_id, "until": rfc3339(until)})

    def as_json(self) -> dict[str, object]:
        return {"removed": dict(sorted(self.removed.items())), "tombstones": list(self.tombstones)}


def erase(
    customers: list[str],
    *,
    table: Table,
    vault: Vault,
    tracks: Tracks,
    now_ms: int,
    receipt: Receipt | None = None,
    save: Callable[[Receipt], None] = lambda _: None,
) -> Receipt:
    """Erase all members of a person. Safe to call again. Raises Conflict when it must be.

    `customers` are the members, as they were read when erasure was asked for: links go too. A
    receipt of an earlier, cut-off run is gone on with; `save` keeps it before each member's orders
    lose their name, so that a killed run forgets no tombstone. `tracks`: what visitors did.
    """
    receipt = receipt or Receipt()
    for customer in customers:
        _remove_from_quarantine(customer, table, vault, receipt)
        _remove_tracks(customer, tracks, table, now_ms, receipt)
    for customer in customers:
        _stop_finding(customer, table, now_ms, receipt)
        waiting = cancel(table, customer)
        if waiting:
            receipt.removed["waiting messages"] += waiting
    for customer in customers:
        while _remove_tracks(customer, tracks, table, now_ms, receipt) or _sweep(
            customer, table, now_ms, receipt, save
        ):
            pass
        rows = forget(table, customer)
        if rows:
            receipt.removed["rows of freshness"] += rows
    return receipt


def _remove_from_quarantine(customer: str, table: Table, vault: Vault, receipt: Receipt) -> None:
    waiting = list(quarantine.listed(table))
    if not waiting:
        return
    person = _identifiers(customer, table, vault)
    for item in waiting if person else ():
        try:
            delivery = quarantine.reopen(item.id, table=table, vault=vault)
        except CannotOpen:
            continue  # nobody can read it, whoever it names
        if names_person(delivery, person):
            quarantine.release(item.id, table=table)
            receipt.removed["quarantined deliveries"] += 1


def _remove_tracks(
    customer: str, tracks: Tracks, table: Table, now_ms: int, receipt: Receipt
) -> bool:
    """Remove what was done and saved with a customer's browsers, whose they were, and in the end
    what leads to them; return whether there were any."""
    partition, prefix = keys.customer_partition(customer), keys.BROWSER_PREFIX
    names = [str(raw["sk"]).removeprefix(prefix) for raw in table.query(partition, prefix=prefix)]
    by_servers = _is_told_by_servers(customer, table)
    if not names and not by_servers:
        return False
    for browser in tracks.theirs(customer, names):
        receipt.removed["favourites of browsers"] += forget_browser(browser, table)
    browsers, batches = tracks.remove(customer, names, now_ms, everywhere=by_servers)
    receipt.removed["browsers"] += browsers
    receipt.removed["batches of events"] += batches
    for name in names:
        until_it_holds(partial(_forget_browser, customer, name, tracks, table))
    return bool(names)


def _forget_browser(customer: str, name: str, tracks: Tracks, table: Table) -> None:
    table.transact([*tracks.former(customer, [name]), Delete(keys.browser(customer, name))])


def _is_told_by_servers(customer: str, table: Table) -> bool:
    raw = table.get(keys.profile(customer))
    held = [] if raw is None else ProfileItem.model_validate(raw).identifiers
    return any(one.kind.startswith(_OF_SERVERS) for one in held)


def _identifiers(customer: str, table: Table, vault: Vault) -> set[Identifier]:
    stored = table.get_many([keys.profile(customer)], [keys.customer_key(customer)])
    if keys.profile(customer) not in stored or keys.customer_key(customer) not in stored:
        return set()
    profile = ProfileItem.model_validate(stored[keys.profile(customer)])
    private = vault.keyring.open(customer, stored[keys.customer_key(customer)])
    found: set[Identifier] = set()
    for held in profile.identifiers:
        field_name = f"identifier:{held.kind}"
        place = Place(customer, "PROFILE", field_name, held.source, held.trust, held.at)
        try:
            found.add(Identifier(held.kind, open_sealed(held.sealed, private, place).decode()))
        except CannotOpen:
            continue
    return found


def _stop_finding(customer: str, table: Table, now_ms: int, receipt: Receipt) -> None:
    for attempt in range(_ATTEMPTS):
        raw = table.get(keys.profile(customer))
        if raw is None:
            return
        profile = ProfileItem.model_validate(raw)
        if profile.erased_at is not None:
            return
        erased = ProfileItem(
            pk=profile.pk,
            sk=profile.sk,
            v=profile.v + 1,
            created_at=profile.created_at,
            trust=profile.trust,
            yearly_at=profile.yearly_at,
            erased_at=now_ms,
        )
        writes: list[Write] = [
            Put(erased.model_dump(exclude_none=True), profile.v),
            DeleteKey(keys.customer_key(customer)),
        ]
        let_go = _let_go(customer, profile.identifiers, table)
        while len(let_go) > _IN_ONE:  # of a transaction's 100; the keys go with the last of them
            table.transact(let_go[:_IN_ONE])
            del let_go[:_IN_ONE]
        writes += let_go
        try:
            table.transact(writes)
        except TransactionLost:
            time.sleep(0.02 * 2**attempt)
            continue
        receipt.removed["keys"] += 1
        receipt.removed["identifiers"] += len(writes) - 2
        return
    raise Conflict("the customer is too busy to be erased")


def _let_go(customer: str, held: list[HeldIdentifier], table: Table) -> list[Write]:
    """Return the writes by which identifiers find this customer no more."""
    wanted = [keys.identifier(one.kind, one.index) for one in held]
    stored = table.get_many(wanted)
    writes: list[Write] = []
    for key in dict.fromkeys(wanted):
        if key not in stored:
            continue
        item = IdentifierItem.model_validate(stored[key])
        if customer not in item.holders:
            continue
        others = {one: holder for one, holder in item.holders.items() if one != customer}
        if any(holder.hold is not Hold.HINT for holder in others.values()):
            changed = item.model_copy(update={"v": item.v + 1, "holders": others})
            writes.append(Put(changed.model_dump(exclude_none=True), item.v))
        else:
            writes.append(Delete(key, item.v))
    return writes


def _sweep(
    customer: str,
    table: Table,
    now_ms: int,
    receipt: Receipt,
    save: Callable[[Receipt], None],
) -> bool:
    """Remove what is left; return whether there was anything. No fact is recorded for the customer
    any more, nor for its orders until they have their tombstones. Called until nothing is found: a
    transaction from just before may still be being applied while the first time reads."""
    orders: dict[tuple[str, str], list[InteractionItem]] = {}
    found = False
    for raw in list(table.query(keys.customer_partition(customer))):
        key = Key(str(raw["pk"]), str(raw["sk"]))
        if key == keys.profile(customer) or key.sk.startswith(keys.AUDIT_PREFIX):
            continue
        found = True
        if key.sk.startswith(keys.BROWSER_PREFIX):
            continue  # what was done with it must go first
        if key.sk.startswith(keys.INTERACTION_PREFIX) and raw["kind"] in _OF_ORDERS:
            entry = InteractionItem.model_validate(raw)
            orders.setdefault((entry.source, str(entry.data["order_id"])), []).append(entry)
            continue
        _remove(customer, key, table)
        receipt.removed[key.sk.partition("#")[0].lower()] += 1
    until = now_ms + TOMBSTONE_DAYS * DAY_MS
    for source, order_id in orders:
        receipt.tombstone(source, order_id, until)
    if orders:
        save(receipt)
    for (source, order_id), entries in orders.items():
        _make_anonymous(source, order_id, entries, table, until)
        receipt.removed["orders made anonymous"] += 1
    if not found and table.get(keys.profile(customer)) is not None:
        table.transact([Delete(keys.profile(customer))])
        receipt.removed["profile"] += 1
    return found


def _remove(customer: str, key: Key, table: Table) -> None:
    """Remove an item, and its mirror in another customer's partition where it has one."""
    writes: list[Write] = [Delete(key)]
    kind, _, other = key.sk.partition("#")
    if kind == "LINK":
        writes.append(Delete(keys.link(other, customer)))
    elif kind == "CANDIDATE":
        writes.append(Delete(keys.candidate(other, customer)))
    else:
        writes += [*given_up(key, table), *forgotten(key, table), *withdrawn(key, table)]
    table.transact(writes)


def _make_anonymous(
    source: str, order_id: str, entries: list[InteractionItem], table: Table, until: int
) -> None:
    """Turn an order into one of nobody: its entries move beside it, unchanged."""
    writes: list[Write] = []
    raw = table.get(keys.order(source, order_id))
    if raw is not None:
        order = OrderItem.model_validate(raw)
        changes = {"v": order.v + 1, "customer": None, "tombstone_until": until}
        nobodys = order.model_copy(update=changes)
        writes.append(Put(nobodys.model_dump(exclude_none=True), order.v))
        for entry in entries:
            to = entry_key(nobodys, source, order_id, entry.at, entry.id)
            beside = entry.model_copy(update={"pk": to.pk, "sk": to.sk})
            writes.append(Put(beside.model_dump(exclude_none=True)))
    writes += [Delete(Key(entry.pk, entry.sk)) for entry in entries]
    table.transact(writes)
