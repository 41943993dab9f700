"""record(): one fact, one transaction (design, section 3).

Reads what the fact touches, plans, writes on the condition that nothing of it changed, and begins
again where something did. Delivered twice, ten times or at once, a fact counts once.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from mteja.business import business
from mteja.business.load import watching
from mteja.business.model import Business
from mteja.errors import Conflict, MtejaError, NotFound, StaleVersion, Unreadable
from mteja.identity.resolve import Attachment, Known, hints_onto, resolve, resolve_onto
from mteja.ids import new_customer_id
from mteja.observing import logger
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, Recorded, nameless
from mteja.recording.orders import merge
from mteja.recording.payments import adopt, awaited_by, wait_for_order
from mteja.recording.plan import Planner
from mteja.recording.reading import Stored, paid_orders_customer, read_named, read_touched
from mteja.recording.riders import Rider
from mteja.store import keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import (
    MAX_ITEM_BYTES,
    MAX_WRITES,
    Put,
    State,
    Table,
    Write,
    customers_table,
)
from mteja.store.wire import size
from mteja.troubles import trouble
from mteja.vault.keyring import KeyPair
from mteja.vault.vault import Vault, vault

if TYPE_CHECKING:
    from mteja.business.winning_back import Watching

# A call to AWS lasts at most some 12 s with its tries (mteja.aws.clients). No new one is begun
# after 10 s, so that a function with 25 s answers before its own time-out.
_LONGEST_S = 10.0


@dataclass(frozen=True)
class Recorder:
    """What recording needs: the tables, the vault, the business, and the rules by which a quiet
    customer becomes due: loaded when a fact first moves that."""

    table: Table
    vault: Vault
    business: Business
    watching: "Callable[[], Watching]" = watching


@cache
def recorder() -> Recorder:
    """Return the recorder of this process."""
    return Recorder(customers_table(), vault(), business())


def record(fact: Fact, within: Recorder) -> Recorded:
    """Record a fact, durably, before returning.

    Raises Conflict after 12 lost attempts (at most about 3 s of pauses) or 10 s; Unreadable for an
    order that can't be right; NotFound and StaleVersion for a fact that staff give to a customer
    who is not there or has changed; RateLimited for one claim too many; what a rider raises; errors
    of AWS as they are. In each case nothing was written, but for an error of AWS: then the fact may
    be there, and the same one again is a duplicate, which does what was left to do.
    """
    done: Recorded | None = None
    try:
        done = until_it_holds(_Attempts(fact, within).once)
    finally:
        if done is None or done.result != "recorded":
            for rider in fact.riders:
                _let_go(rider)
    return done


def _let_go(rider: Rider) -> None:
    """Let a rider give back what it took. Where it can't, that is logged: what became of the fact
    is what the caller must learn, and the other riders are asked too."""
    try:
        rider.let_go()
    except (BotoCoreError, ClientError, MtejaError) as error:
        logger("recording").error("a rider could not let go", **trouble(error))


class _Attempts:
    """One fact on its way. Keeps over attempts what costs a call: indexes and new key pairs."""

    def __init__(self, fact: Fact, within: Recorder) -> None:
        self._fact = fact
        self._within = within
        self._ends = time.monotonic() + _LONGEST_S
        index = within.vault.index
        self._indexes = {one: index.of(one.kind, one.value) for one in fact.identifiers}
        self._shops = [one.id for one in within.business.sources if one.role == "orders"]
        self._new_id = fact.makes or new_customer_id(fact.received_at)
        self._pairs: dict[str, KeyPair] = {}

    def once(self) -> Recorded:
        """Try once. Raises TransactionLost."""
        fact, table = self._fact, self._within.table
        self._check_time()
        stored = read_named(table, fact, self._indexes, self._shops, awaited_by(fact))
        order = None
        if fact.order is not None:
            order = stored.order(fact.source, fact.order.order_id)
        if order is not None and fact.order is not None and fact.order.digest in order.seen:
            adopt(fact, stored, order.customer, table)  # where the first time it did not succeed
            return Recorded("duplicate", order.customer)
        receipt = stored.receipt(fact)
        if receipt is not None:
            named_by = _named_by(fact, self._known(fact, stored))
            return Recorded("duplicate", named_by, told=receipt.told or {}, taken_at=receipt.at)
        if order is not None and order.tombstone_until and order.tombstone_until > fact.received_at:
            fact = nameless(fact)
        known = self._known(fact, stored)
        payer = paid_orders_customer(table, fact, stored, self._shops)
        attachment = _attached_to_order(_attachment(fact, known, stored), payer)
        named = None if attachment is None else attachment.customer or self._new_id
        merged = None if fact.order is None else merge(order, fact.source, fact.order, named)
        customer = named or (merged.after.customer if merged else None)
        self._check_time()
        read_touched(table, fact, stored, attachment, customer, merged)
        used: set[str] = set()
        draft = Draft(
            self._within.vault.index,
            lambda owner: self._public_key(owner, stored, used),
            fact.source,
            fact.trust,
        )
        planner = Planner(
            fact,
            stored,
            attachment,
            customer,
            merged,
            table,
            self._within.vault,
            self._within.business,
            self._within.watching,
            draft,
        )
        planner.plan()
        if customer is not None:
            self._public_key(customer, stored, used)
        pairs = [Put(self._pairs[owner].item, State.ABSENT, table.keys) for owner in sorted(used)]
        writes = [*draft.writes(), *pairs]
        if customer is None:
            writes += wait_for_order(fact, table)
        if not writes:  # it names nobody and tells nothing
            return Recorded("ignored")
        _check_size(writes)
        self._check_time()
        table.transact(writes)
        adopt(fact, stored, merged.after.customer if merged else None, table)
        return Recorded("recorded", customer, tuple(draft.notes), planner.told)

    def _known(self, fact: Fact, stored: Stored) -> list[Known]:
        return [stored.known(one, self._indexes[one]) for one in fact.identifiers]

    def _check_time(self) -> None:
        if time.monotonic() > self._ends:
            raise Conflict("AWS is too slow")

    def _public_key(self, owner: str, stored: Stored, used: set[str]) -> bytes:
        """Return the key to seal with. Makes the pair of an owner that has none, and notes that it
        must be written."""
        pk = keys.customer_key(owner) if owner.startswith("cus_") else keys.scope_key(owner)
        public = stored.public_key(pk)
        if public is not None:
            return public
        if owner not in self._pairs:
            at = self._fact.received_at
            self._pairs[owner] = self._within.vault.keyring.new_pair(owner, pk, at)
        used.add(owner)
        return self._pairs[owner].public


def _attachment(fact: Fact, known: list[Known], stored: Stored) -> Attachment | None:
    """Return where the fact goes. Raises NotFound and StaleVersion where staff say where, and that
    customer is not there or not as they saw it."""
    if fact.customer is not None:
        profile = stored.profile(fact.customer)
        if profile is None or profile.erased_at is not None:
            raise NotFound("customer")
        for customer, version in fact.if_versions.items():
            other = stored.profile(customer)
            if other is None or other.v != version:
                raise StaleVersion
        if fact.unconfirmed:
            return hints_onto(fact.customer, known)
        return resolve_onto(fact.customer, known, by_claims_only=profile.trust == "claimed")
    attachment = resolve(known, fact.trust)
    if attachment is None and fact.makes is not None:
        return Attachment(None)
    if attachment is None or not fact.finds_only:
        return attachment
    return None if attachment.customer is None else Attachment(attachment.customer)


def _named_by(fact: Fact, known: list[Known]) -> str | None:
    """Return whom a fact that was recorded before names today."""
    attachment = None if fact.customer is not None else resolve(known, fact.trust)
    return fact.customer if attachment is None else attachment.customer


def _attached_to_order(attachment: Attachment | None, payer: str | None) -> Attachment | None:
    """A payment that names nobody is of whoever ordered what it pays. Where it names somebody else,
    somebody paid for another, or the two are one: a candidate."""
    if payer is None:
        return attachment
    if attachment is None:
        return Attachment(payer)
    if attachment.customer == payer:
        return attachment
    return replace(attachment, candidates=(*attachment.candidates, (payer, "order")))


def _check_size(writes: Sequence[Write]) -> None:
    """Raise Unreadable for what DynamoDB would refuse however often it is tried."""
    if len(writes) > MAX_WRITES:
        raise Unreadable("too large:writes")
    for write in writes:
        if isinstance(write, Put) and size(write.item) > MAX_ITEM_BYTES:
            raise Unreadable(f"too large:{write.key[-1].partition('#')[0]}")
