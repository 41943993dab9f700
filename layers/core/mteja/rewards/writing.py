"""Writing entries of the ledger: each in the transaction of the fact that it follows from, with the
customer's PROFILE, which says when something will expire."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from mteja.customers.items import ProfileItem
from mteja.rewards.items import PointsItem
from mteja.rewards.spans import Span
from mteja.store import keys
from mteja.store.table import Put, State

if TYPE_CHECKING:
    from mteja.rewards.ledger import Entry


class Line(NamedTuple):
    """An entry to be written. `id` is derived from what it follows from, so that twice is once."""

    id: str
    unit: str
    kind: str
    amount: int
    lot: str | None = None
    span: Span | None = None
    told: int | None = None
    most_a_day: int | None = None
    rule: str | None = None
    about: str | None = None
    gift: str | None = None
    by: str | None = None
    sealed: bytes | None = None

    def put(self, customer: str, profile: ProfileItem, source: str, trust: str, at: int) -> Put:
        """Return the write. `profile` is as the same transaction found it."""
        key = keys.points(customer, at, self.id)
        spans = self.span
        ends = None if spans is None or spans.expires_on is None else spans.expires_on.isoformat()
        item = PointsItem(
            pk=key.pk,
            sk=key.sk,
            id=self.id,
            seq=profile.v + 1,
            at=at,
            unit=self.unit,
            kind=self.kind,
            amount=self.amount,
            source=source,
            trust=trust,
            lot=self.lot,
            told=self.told,
            most_a_day=self.most_a_day,
            rule=self.rule,
            about=self.about,
            gift=self.gift,
            earned_on=None if spans is None else spans.earned_on.isoformat(),
            active_from=None if spans is None else spans.active_from.isoformat(),
            expires_on=ends,
            by=self.by,
            sealed=self.sealed,
        )
        return Put(item.model_dump(exclude_none=True), State.ABSENT)

    def entry(self, customer: str, profile: ProfileItem, at: int, day: date) -> "Entry":
        """Return the entry as the ledger will count it."""
        from mteja.rewards.ledger import Entry

        return Entry(
            customer,
            self.id,
            profile.v + 1,
            at,
            day,
            self.unit,
            self.kind,
            self.amount,
            self.lot,
            self.rule,
            self.span,
        )


def earlier(known: str | None, other: date | None) -> str | None:
    """Return the earlier of a stored day and another, as it is stored."""
    days = [one for one in (known, None if other is None else other.isoformat()) if one is not None]
    return min(days, default=None)
