"""What one customer or browser thinks of one product, as it is stored."""

from datetime import date
from typing import Annotated, ClassVar

from mteja.inventory import Category, KeptFor, StoredItem
from mteja.products.interest import Interest

_kept = KeptFor("relationship")


class InterestItem(StoredItem):
    """A favourite, a rating, days of looking. What is verified and what is only claimed are two
    items, so that a claim changes nothing that is verified. A browser's goes over to the customer
    once it is known whose it is, and by itself after a while where nobody says so."""

    STORE: ClassVar[str] = "customers.INTEREST"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer, or random id of the browser")]
    sk: Annotated[str, _kept(Category.BUSINESS, "trust and product")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    product: Annotated[str, _kept(Category.BUSINESS, "which product")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")]
    saved: Annotated[
        tuple[int, str, int] | None,
        _kept(Category.BUSINESS, "since when, by which event, and whether it is on the wish list"),
    ] = None
    stars: Annotated[
        tuple[int, str, int] | None,
        _kept(Category.BUSINESS, "since when, by which event, and how it is rated"),
    ] = None
    days: Annotated[tuple[str, ...], _kept(Category.BUSINESS, "days on which it was viewed")] = ()
    lookup_pk: Annotated[
        str | None, _kept(Category.BUSINESS, "the product, to find who is interested")
    ] = None
    log_pk: Annotated[str, _kept(Category.TECHNICAL, "shard, for summaries")]
    log_sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "whose and which, for summaries")]
    expires_at: Annotated[
        int | None, _kept(Category.TECHNICAL, "TTL of a browser's, epoch seconds")
    ] = None

    @property
    def interest(self) -> Interest:
        return Interest(
            self.saved, self.stars, frozenset(date.fromisoformat(day) for day in self.days)
        )
