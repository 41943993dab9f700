"""The items of rewards, and the entries of the ledger in them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar

from mteja.inventory import Category, KeptFor, StoredItem
from mteja.rewards.spans import Span
from mteja.times import business_day

if TYPE_CHECKING:
    from mteja.rewards.ledger import Entry

_kept = KeptFor("relationship")


class PointsItem(StoredItem):
    """One entry of a customer's ledger. Entries are added, never changed."""

    STORE: ClassVar[str] = "customers.POINTS"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "time and id")]
    id: Annotated[str, _kept(Category.TECHNICAL, "id")]
    seq: Annotated[int, _kept(Category.TECHNICAL, "version of PROFILE that it was written with")]
    at: Annotated[int, _kept(Category.BUSINESS, "when it was written")]
    unit: Annotated[str, _kept(Category.BUSINESS, "points or stamps")]
    kind: Annotated[str, _kept(Category.BUSINESS, "earned, reversed, spent, adjusted, expired")]
    amount: Annotated[int, _kept(Category.BUSINESS, "how many, below zero where some are taken")]
    source: Annotated[str, _kept(Category.TECHNICAL, "which source said so")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]
    lot: Annotated[str | None, _kept(Category.TECHNICAL, "what was earned at once")] = None
    told: Annotated[
        int | None, _kept(Category.BUSINESS, "what the lot would hold without a day's limit")
    ] = None
    most_a_day: Annotated[int | None, _kept(Category.BUSINESS, "that limit of a day")] = None
    rule: Annotated[str | None, _kept(Category.BUSINESS, "by which rule")] = None
    about: Annotated[str | None, _kept(Category.TECHNICAL, "id of the order or form")] = None
    gift: Annotated[str | None, _kept(Category.BUSINESS, "what it was spent on")] = None
    earned_on: Annotated[str | None, _kept(Category.BUSINESS, "day of the lot")] = None
    active_from: Annotated[str | None, _kept(Category.BUSINESS, "day from which it counts")] = None
    expires_on: Annotated[str | None, _kept(Category.BUSINESS, "day on which it lapses")] = None
    by: Annotated[str | None, _kept(Category.PSEUDONYMOUS, "member of staff")] = None
    sealed: Annotated[bytes | None, _kept(Category.PERSONAL, "the reason, sealed")] = None

    def entry(self, member: str, zone: str, *, held: bool) -> "Entry":
        """Return the entry as the ledger counts it."""
        from mteja.rewards.ledger import Entry

        lasts = None
        if self.earned_on is not None and self.active_from is not None:
            ends = None if self.expires_on is None else date.fromisoformat(self.expires_on)
            begins = date.fromisoformat(self.active_from)
            lasts = Span(date.fromisoformat(self.earned_on), begins, ends)
        return Entry(
            member,
            self.id,
            self.seq,
            self.at,
            business_day(self.at, zone),
            self.unit,
            self.kind,
            self.amount,
            self.lot,
            self.rule,
            lasts,
            held,
        )
