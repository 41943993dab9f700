"""The items of the tables `events`, `salts` and `summaries`. The way of a beacon imports none."""

from typing import Annotated, ClassVar

from mteja.inventory import Category, KeptFor, StoredItem

_kept = KeptFor("relationship")

type Owner = tuple[int, str]
"""Since when (epoch ms) a browser is whose."""
NOBODY = ""


class EventsItem(StoredItem):
    """One batch of events (mteja.tracking.packed)."""

    STORE: ClassVar[str] = "events.EVENTS"
    pk: Annotated[str, _kept(Category.TECHNICAL, "day on which it came, and shard")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "id of the batch")]
    site: Annotated[str, _kept(Category.TECHNICAL, "which website")]
    visitor: Annotated[
        str, _kept(Category.PSEUDONYMOUS, "random id of the browser, or a hash of the day")
    ]
    before: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "the hash of the day before, at midnight")
    ] = None
    at: Annotated[int, _kept(Category.TECHNICAL, "when it came")]
    consent: Annotated[str, _kept(Category.TECHNICAL, "what the visitor agreed to")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed")] = "claimed"
    known: Annotated[bool, _kept(Category.TECHNICAL, "whether the visitor was identified")] = False
    customer: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "whose events these are, told by a server")
    ] = None
    bot: Annotated[str | None, _kept(Category.TECHNICAL, "why this counts as a robot")] = None
    refused: Annotated[
        dict[str, int] | None, _kept(Category.TECHNICAL, "events that were refused, by reason")
    ] = None
    events: Annotated[
        bytes,
        _kept(Category.BUSINESS, "pages without query, load times, declared events; compressed"),
    ]
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds", "operation")]


class SaltItem(StoredItem):
    """The salt of one day, under which visitors without consent are told apart. Destroyed after 48
    hours, in a table that can't be restored."""

    STORE: ClassVar[str] = "salts.SALT"
    pk: Annotated[str, _kept(Category.TECHNICAL, "day", "operation")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "SALT", "operation")]
    salt: Annotated[bytes, _kept(Category.TECHNICAL, "16 random bytes", "operation")]
    expires_at: Annotated[int, _kept(Category.TECHNICAL, "TTL, epoch seconds", "operation")]


class VisitorItem(StoredItem):
    """Whose browser a visitor is, by claims or by verified facts, and whose it was before. Goes
    with the last of them. NOBODY stands for an owner who is known no longer."""

    STORE: ClassVar[str] = "events.VISITOR"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "random id of the browser")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "VISITOR")]
    v: Annotated[int, _kept(Category.TECHNICAL, "version")]
    customer: Annotated[str, _kept(Category.PSEUDONYMOUS, "whose")]
    at: Annotated[int, _kept(Category.TECHNICAL, "since when")]
    trust: Annotated[str, _kept(Category.TECHNICAL, "verified or claimed, of all owners")]
    earlier: Annotated[
        tuple[Owner, ...], _kept(Category.PSEUDONYMOUS, "since when it was whose, oldest first")
    ] = ()
    former: Annotated[
        tuple[str, ...], _kept(Category.PSEUDONYMOUS, "who had claimed it before a server spoke")
    ] = ()

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Since when it was whose, oldest first."""
        return (*self.earlier, (self.at, self.customer))

    def whose(self, at: int) -> str | None:
        """Return whose it was at a time (epoch ms). Before it was said for the first time whose it
        is, it was the first one's."""
        since, customer = self.owners[0]
        for since, name in self.owners:
            if since <= at:
                customer = name
        return customer or None

    @property
    def everybody(self) -> frozenset[str]:
        """All whose it ever was or was said to be."""
        return frozenset({*(name for _, name in self.owners), *self.former} - {NOBODY})


class BrowserItem(StoredItem):
    """Points from a customer, in the table `customers`, to a browser that was said to be theirs:
    erasure finds all of them by it. Stays where the browser is known as another's since."""

    STORE: ClassVar[str] = "customers.VISITOR"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the customer")]
    sk: Annotated[str, _kept(Category.PSEUDONYMOUS, "random id of the browser")]


class SummaryItem(StoredItem):
    """What one day was, of one subject: written as a whole, a pure function of the day's events."""

    STORE: ClassVar[str] = "summaries.SUMMARY"
    pk: Annotated[str, _kept(Category.BUSINESS, "kind, site and month", "operation")]
    sk: Annotated[str, _kept(Category.BUSINESS, "day and part", "operation")]
    made_at: Annotated[int, _kept(Category.TECHNICAL, "when it was worked out", "operation")]
    data: Annotated[bytes, _kept(Category.BUSINESS, "counts and sketches, compressed", "operation")]
