"""An authentic delivery on its way to a fact."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from mteja.business.sources import Source
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.orders.model import Order, OrderNews, Refund, Tender
from mteja.orders.platforms.person import Person
from mteja.recording.facts import Consent, Fact, Happening, Receipt


@dataclass(frozen=True)
class Named:
    """What a delivery calls itself: its topic, and the sender's id of it. `said`: its body as it
    was read for that, so that it is not read again; None where it was not, or long ago."""

    topic: str | None
    delivery: str | None
    said: object = None


@dataclass(frozen=True)
class Message:
    """A delivery as `normalise` gets it. `region`: where its national telephone numbers are
    dialled. `content`: what makes it the same delivery when it comes again, where that is not its
    bytes."""

    body: bytes
    named: Named
    source: Source
    received_at: int
    region: str
    content: bytes | None = None

    @cached_property
    def digest(self) -> bytes:
        return hashlib.sha256(self.body if self.content is None else self.content).digest()

    @property
    def receipt(self) -> Receipt:
        return Receipt(self.digest[:12].hex(), self.named.delivery)

    def fact(
        self,
        at: int,
        person: Person | None = None,
        *,
        consents: tuple[Consent, ...] = (),
        happenings: tuple[Happening, ...] = (),
        order: OrderNews | None = None,
        finds_only: bool = False,
        placed_at: int | None = None,
    ) -> Fact:
        """Return the fact that was observed at a time. Without an order's news, which is its own
        receipt, the delivery gets one. `placed_at`: when the person was on the shop's pages, where
        that was before."""
        known = person or Person()
        return Fact(
            source=self.source.id,
            trust=Trust.VERIFIED,
            observed_at=at,
            received_at=self.received_at,
            identifiers=known.identifiers(self.source.id, self.region),
            traits={} if finds_only else known.traits(self.region),
            consents=consents,
            happenings=happenings,
            order=order,
            receipt=self.receipt if order is None else None,
            finds_only=finds_only,
            language=None if finds_only else known.language,
            language_at=placed_at,
        )

    def news(
        self,
        order_id: str,
        state: Order | None = None,
        refunds: tuple[Refund, ...] = (),
        tenders: tuple[Tender, ...] = (),
    ) -> OrderNews:
        """Return what the delivery says of an order. Beside a shop, a payment is shown with its
        order and adds nothing to totals."""
        attached = self.source.role == "payments"
        return OrderNews(order_id, self.digest[:8], state, refunds, tenders, attached=attached)

    def account_deleted(self, customer_id: str, at: int) -> Fact:
        """The shop deleted its account of a customer. That is noted; it is no request to erase."""
        note = Happening(
            kind="note",
            id=derived_id("del", self.source.id, customer_id),
            at=at,
            data={"text": "account deleted in the shop", "source": self.source.id},
        )
        return self.fact(at, Person(customer_id), happenings=(note,), finds_only=True)
