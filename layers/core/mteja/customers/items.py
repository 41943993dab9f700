"""The items of a customer's partition that every fact may touch. Times are epoch milliseconds."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from mteja.inventory import Category, KeptFor, StoredItem


class Hold(StrEnum):
    """How a customer holds an identifier.

    VERIFIED and CLAIMED find the customer; a HINT (a claim on a customer that is known by verified
    facts) finds nobody and only makes duplicate candidates.
    """

    VERIFIED = "verified"
    CLAIMED = "claimed"
    HINT = "hint"


_kept = KeptFor("relationship")


class HeldIdentifier(StoredItem):
    STORE: ClassVar[str] = "customers.PROFILE.identifiers"
    kind: Annotated[str, _kept(Category.TECHNICAL, "kind of identifier")]
    index: Annotated[str, _kept(Category.PSEUDONYMOUS, "blind index by which it is found")]
    sealed: Annotated[bytes, _kept(Category.PERSONAL, "the identifier, sealed")]
    hold: Annotated[Hold, _kept(Category.TECHNICAL, "verified, claimed or hint")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "trust at the time of sealing")]
    source: Annotated[str, _kept(Category.TECHNICAL, "which source said so")]
    at: Annotated[int, _kept(Category.TECHNICAL, "when it was observed")]


class OrderTotals(StoredItem):
    """Counters over the orders that count (contract, "what counts")."""

    STORE: ClassVar[str] = "customers.PROFILE.orders"
    count: Annotated[int, _kept(Category.BUSINESS, "orders that count", "orders")] = 0
    net: Annotated[
        dict[str, tuple[int, int]],
        _kept(Category.BUSINESS, "by currency: orders, net minor units", "orders"),
    ] = Field(default_factory=dict)
    first: Annotated[int | None, _kept(Category.BUSINESS, "first purchase", "orders")] = None
    last: Annotated[int | None, _kept(Category.BUSINESS, "last purchase", "orders")] = None


class WatchedRule(StoredItem):
    """How far a rule is with a customer in one silence."""

    STORE: ClassVar[str] = "customers.PROFILE.watched"
    cycle: Annotated[int, _kept(Category.BUSINESS, "the purchase or log-in that was the last one")]
    done: Annotated[int, _kept(Category.BUSINESS, "how many of its steps are behind")] = 0
    on: Annotated[str | None, _kept(Category.BUSINESS, "day of its last step")] = None
    days: Annotated[
        int | None, _kept(Category.BUSINESS, "for which day of silence the ladder had that step")
    ] = None
    lapse: Annotated[
        str | None, _kept(Category.BUSINESS, "day by which it would usually have bought again")
    ] = None


class ProfileItem(StoredItem):
    """Counters, identifiers and the due date. `v` guards the whole customer: whatever changes a
    customer writes this item too, on the condition that nobody else did meanwhile. A BatchGet may
    return items from before and after another's transaction; `traits_v` shows it."""

    STORE: ClassVar[str] = "customers.PROFILE"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "PROFILE")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    created_at: Annotated[int, _kept(Category.TECHNICAL, "when we first heard of the customer")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified, or known by claims only")]
    identifiers: Annotated[
        list[HeldIdentifier], _kept(Category.PERSONAL, "what the customer is found by")
    ] = Field(default_factory=list)
    seen: Annotated[
        dict[str, int],
        _kept(Category.TECHNICAL, "by field: when its standing value was observed again"),
    ] = Field(default_factory=dict)
    traits_v: Annotated[
        int, _kept(Category.TECHNICAL, "version of TRAITS that belongs to this")
    ] = 0
    orders: Annotated[OrderTotals, _kept(Category.BUSINESS, "totals", "orders")] = OrderTotals()
    consents: Annotated[
        dict[str, dict[str, tuple[str, int]]],
        _kept(Category.BUSINESS, "by purpose and source: latest status and when", "accountability"),
    ] = Field(default_factory=dict)
    claimed_consents: Annotated[
        dict[str, dict[str, tuple[str, int]]] | None,
        _kept(
            Category.BUSINESS,
            "the same of what anybody could type; opens no gate",
            "accountability",
        ),
    ] = None
    claims: Annotated[
        tuple[str, int] | None,
        _kept(Category.TECHNICAL, "day of the last claim, and how many came on it"),
    ] = None
    confirmations: Annotated[
        tuple[str, int] | None,
        _kept(Category.TECHNICAL, "day of the last mail that asks to confirm, and how many"),
    ] = None
    declined: Annotated[
        dict[str, int] | None,
        _kept(Category.BUSINESS, "by field: when the customer would rather not tell it"),
    ] = None
    last_login_at: Annotated[
        int | None, _kept(Category.BUSINESS, "last log-in that a server told of")
    ] = None
    yearly_at: Annotated[
        int | None, _kept(Category.TECHNICAL, "when the yearly invitation to a survey is due")
    ] = None
    language: Annotated[
        tuple[str, int] | None,
        _kept(Category.BUSINESS, "which language they read, and when that was told"),
    ] = None
    lots_expire_on: Annotated[
        str | None, _kept(Category.TECHNICAL, "day on which points or stamps are to be looked at")
    ] = None
    loyalty_number: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "number of the card that we gave")
    ] = None
    erased_at: Annotated[
        int | None, _kept(Category.TECHNICAL, "since when erasure is under way", "accountability")
    ] = None
    fresh_asked_at: Annotated[
        int | None,
        _kept(Category.TECHNICAL, "when the customer was last asked whether all is still right"),
    ] = None
    log_pk: Annotated[
        str | None,
        _kept(Category.TECHNICAL, "day on which something was told that nothing else logs"),
    ] = None
    log_sk: Annotated[str | None, _kept(Category.TECHNICAL, "when, and by which source")] = None
    watched: Annotated[
        dict[str, WatchedRule] | None,
        _kept(Category.BUSINESS, "by rule of the daily job: how far it is"),
    ] = None
    due_pk: Annotated[
        str | None, _kept(Category.TECHNICAL, "day on which a rule would act next")
    ] = None
    due_sk: Annotated[str | None, _kept(Category.PSEUDONYMOUS, "the customer")] = None


class TraitEntry(StoredItem):
    """One value of one field. `at` is bound into the envelope; `seen` moves when the same value is
    observed again: as it is stored, PROFILE.seen may be ahead of it (docs/decisions/0006)."""

    STORE: ClassVar[str] = "customers.TRAITS.fields"
    sealed: Annotated[bytes, _kept(Category.PERSONAL, "the value, sealed")]
    tag: Annotated[bytes, _kept(Category.PSEUDONYMOUS, "tells whether a new value is the same")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]
    source: Annotated[str, _kept(Category.TECHNICAL, "which source said so")]
    at: Annotated[int, _kept(Category.TECHNICAL, "when this value was first observed")]
    seen: Annotated[int, _kept(Category.TECHNICAL, "when this value was last observed")]


class TraitsItem(StoredItem):
    """What is known of the person, apart from PROFILE so that a counter does not pay for it."""

    STORE: ClassVar[str] = "customers.TRAITS"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "TRAITS")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version of PROFILE that wrote this")] = 0
    fields: Annotated[
        dict[str, TraitEntry], _kept(Category.PERSONAL, "name, e-mail, telephone, address, …")
    ] = Field(default_factory=dict)
    aside: Annotated[
        dict[str, TraitEntry],
        _kept(
            Category.PERSONAL, "claims from before the customer was verified, for staff to judge"
        ),
    ] = Field(default_factory=dict)


class Holder(StoredItem):
    STORE: ClassVar[str] = "customers.IDENTIFIER.holders"
    hold: Annotated[Hold, _kept(Category.TECHNICAL, "verified, claimed or hint")]
    alone: Annotated[
        bool, _kept(Category.TECHNICAL, "whether the customer is known by weak identifiers only")
    ] = False


class IdentifierItem(StoredItem):
    """From a blind index to who holds the identifier: one customer for those that attach, some for
    those that several people may share."""

    STORE: ClassVar[str] = "customers.IDENTIFIER"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "kind and blind index")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "IDENTIFIER")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    holders: Annotated[dict[str, Holder], _kept(Category.PSEUDONYMOUS, "customers")]
    lookup_pk: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "blind index of a telephone's last digits")
    ] = None


class LinkItem(StoredItem):
    """An edge between two members of one person. Removing it undoes the link; nothing ever
    moved.
    """

    STORE: ClassVar[str] = "customers.LINK"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the other customer")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    status: Annotated[str, _kept(Category.TECHNICAL, "linked or unlinked")]
    by: Annotated[str, _kept(Category.TECHNICAL, "which source or member of staff")]
    at: Annotated[int, _kept(Category.TECHNICAL, "when")]
    log_pk: Annotated[
        str | None, _kept(Category.TECHNICAL, "day, of what staff did; shard, while it holds")
    ] = None
    log_sk: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "time, of what staff did; or the other customer")
    ] = None


class CandidateItem(StoredItem):
    """Two customers that may be one person, with the evidence, for staff to judge."""

    STORE: ClassVar[str] = "customers.CANDIDATE"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the other customer")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    status: Annotated[str, _kept(Category.TECHNICAL, "open or dismissed")]
    evidence: Annotated[
        dict[str, str], _kept(Category.TECHNICAL, "by kind of identifier: the fact that showed it")
    ]
    at: Annotated[int, _kept(Category.TECHNICAL, "when it was first seen")]
    open_pk: Annotated[str | None, _kept(Category.TECHNICAL, "candidate, while open")] = None
    open_sk: Annotated[str | None, _kept(Category.TECHNICAL, "position among the open")] = None


class ConsentItem(StoredItem):
    """One statement of consent. Rows are added, never changed."""

    STORE: ClassVar[str] = "customers.CONSENT"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer", "accountability")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "purpose, source and time", "accountability")]
    purpose: Annotated[str, _kept(Category.BUSINESS, "what for", "accountability")]
    status: Annotated[str, _kept(Category.BUSINESS, "granted, denied, withdrawn", "accountability")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was stated", "accountability")]
    channel: Annotated[str, _kept(Category.BUSINESS, "where it was stated", "accountability")]
    source: Annotated[str, _kept(Category.BUSINESS, "which source says so", "accountability")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed", "accountability")]
    text_version: Annotated[
        str | None, _kept(Category.BUSINESS, "which text was shown", "accountability")
    ] = None
    proof: Annotated[
        bytes, _kept(Category.TECHNICAL, "MAC over the statement, made by KMS", "accountability")
    ]
    log_pk: Annotated[str, _kept(Category.TECHNICAL, "day, for reports", "accountability")]
    log_sk: Annotated[str, _kept(Category.TECHNICAL, "time, for reports", "accountability")]


class InteractionItem(StoredItem):
    """One entry of the timeline. `data` is not personal; `sealed` is."""

    STORE: ClassVar[str] = "customers.INTERACTION"
    pk: Annotated[
        str, _kept(Category.PSEUDONYMOUS, "the customer, or the order or request of nobody")
    ]
    sk: Annotated[str, _kept(Category.TECHNICAL, "time and id")]
    id: Annotated[str, _kept(Category.TECHNICAL, "id")]
    kind: Annotated[str, _kept(Category.BUSINESS, "order, refund, call, visit, …")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it happened")]
    source: Annotated[str, _kept(Category.TECHNICAL, "which source said so")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]
    data: Annotated[
        dict[str, object],
        _kept(
            Category.BUSINESS,
            "products, totals, countries, codes, scores, kinds of calls",
            "orders",
        ),
    ]
    sealed: Annotated[bytes | None, _kept(Category.PERSONAL, "personal part, sealed")] = None
    apart: Annotated[
        dict[str, bytes] | None, _kept(Category.PERSONAL, "texts, each sealed by itself")
    ] = None
    parts: Annotated[int, _kept(Category.TECHNICAL, "how many items hold the order's lines")] = 0
    v: Annotated[int | None, _kept(Category.TECHNICAL, "version of the order that wrote this")] = (
        None
    )
    log_pk: Annotated[str | None, _kept(Category.TECHNICAL, "kind and day, for reports")] = None
    log_sk: Annotated[str | None, _kept(Category.TECHNICAL, "time and source, for reports")] = None
    open_pk: Annotated[str | None, _kept(Category.TECHNICAL, "what waits for staff")] = None
    open_sk: Annotated[str | None, _kept(Category.TECHNICAL, "since when")] = None
    expires_at: Annotated[
        int | None,
        _kept(Category.TECHNICAL, "TTL of a request of nobody", "operation"),
    ] = None


class PendingPaymentsItem(StoredItem):
    """Payments beside a shop that came before their order and name nobody."""

    STORE: ClassVar[str] = "customers.PAID"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "order id or number", "orders")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "PAYMENTS", "orders")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version", "orders")]
    payments: Annotated[
        list[tuple[str, str]], _kept(Category.PSEUDONYMOUS, "source and payment id", "orders")
    ]
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds", "operation")]


class ReceiptItem(StoredItem):
    """Proof that a delivery was taken, where the fact's own item can't serve as one."""

    STORE: ClassVar[str] = "customers.RECEIPT"
    pk: Annotated[str, _kept(Category.TECHNICAL, "source and content hash", "operation")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "RECEIPT", "operation")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version", "operation")] = 1
    delivery: Annotated[str | None, _kept(Category.TECHNICAL, "the sender's id", "operation")] = (
        None
    )
    at: Annotated[int, _kept(Category.TECHNICAL, "when it was taken", "operation")]
    told: Annotated[
        dict[str, object] | None,
        _kept(Category.TECHNICAL, "what whoever sends it again is told: ids, no values",
              "operation"),
    ] = None  # fmt: skip
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds", "operation")]
