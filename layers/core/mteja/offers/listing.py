"""Offers by what became of them, page by page, and who redeemed them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mteja.customers.reading import read_person
from mteja.errors import NotFound
from mteja.offers.items import OfferItem, Standing, Use
from mteja.offers.standing import redeemed
from mteja.orders.items import OrderItem
from mteja.sources.own import STAFF
from mteja.store import keys, offer_keys
from mteja.store.keys import Key
from mteja.store.table import Table
from mteja.store.wire import Item
from mteja.times import rfc3339


class Status(StrEnum):
    """What became of an offer, by now: one that is open has ended some day."""

    OPEN = "open"
    REDEEMED = "redeemed"
    HELD_OUT = "held-out"
    STOPPED = "stopped"
    EXPIRED = "expired"


class By(StrEnum):
    """Who redeemed an offer: its person, somebody else to whom the code was handed on, somebody of
    whom the order says nothing (any more), or staff at a till."""

    CUSTOMER = "customer"
    OTHER = "other"
    UNKNOWN = "unknown"
    STAFF = "staff"


def status(offer: OfferItem, now_ms: int) -> Status:
    """Return what became of an offer by now."""
    expired = offer.standing is Standing.OPEN and offer.ends < now_ms
    return Status.EXPIRED if expired else Status(offer.standing.value)


@dataclass(frozen=True)
class Page:
    """Offers, and the position after which the next page begins, None at the end."""

    offers: tuple[OfferItem, ...]
    next: tuple[str, str, str] | None


def listed(table: Table, of: Status, after: Sequence[str] | None, limit: int, now_ms: int) -> Page:
    """Return offers of a status: open ones by when they end, soonest first, others newest first. A
    page may be shorter than `limit`: the index lags behind. One Query and one read of each."""
    pointers = list(_pointers(table, of, after, limit + 1, now_ms))
    page = pointers[:limit]
    wanted = [Key(str(one["pk"]), str(one["sk"])) for one in page]
    stored = table.get_many(wanted)
    offers = [OfferItem.model_validate(stored[key]) for key in wanted if key in stored]
    more = len(pointers) > limit
    last = page[-1] if more else None
    return Page(
        tuple(one for one in offers if status(one, now_ms) is of),
        None if last is None else (str(last["pk"]), str(last["sk"]), str(last["open_sk"])),
    )


def _pointers(
    table: Table, of: Status, after: Sequence[str] | None, limit: int, now_ms: int
) -> Iterator[Item]:
    standing = Standing.OPEN if of is Status.EXPIRED else Standing(of.value)
    partition = offer_keys.offers_standing(standing)
    start: Item | None = None
    first = now = rfc3339(now_ms)
    if after is not None:
        pk, sk, position = after
        start = {"pk": pk, "sk": sk, "open_pk": partition, "open_sk": position}
        # What the page before ended with may have ended since; DynamoDB refuses to go on from
        # outside of what it is asked for.
        first = min(now, position)
    between = None
    if standing is Standing.OPEN:
        between = ("0", now) if of is Status.EXPIRED else (first, "~")
    found = table.query(
        partition,
        index="open",
        between=between,
        newest_first=of is not Status.OPEN,
        start=start,
        limit=limit,
    )
    for number, pointer in enumerate(found):
        if number == limit:
            return
        yield pointer


def who_redeemed(table: Table, offers: Sequence[OfferItem]) -> Mapping[str, By]:
    """Return by the id of an offer who redeemed it, of those that were. Whose an order is stands
    with the order; only where that is not the offer's own customer, the person is read."""
    uses = {one.id: use for one in offers if (use := redeemed(one)) is not None}
    wanted = {one: _order(use) for one, use in uses.items()}
    stored = table.get_many(wanted.values())
    told: dict[str, By] = {}
    for offer in offers:
        if offer.id not in uses:
            continue
        raw = stored.get(wanted[offer.id])
        order = None if raw is None else OrderItem.model_validate(raw)
        if order is None and uses[offer.id].source == STAFF:
            told[offer.id] = By.STAFF  # at a till, without a sale
        elif order is None or order.customer is None:
            told[offer.id] = By.UNKNOWN
        else:
            told[offer.id] = _by(table, offer, order.customer)
    return told


def _by(table: Table, offer: OfferItem, customer: str) -> By:
    if customer == offer.customer:
        return By.CUSTOMER
    try:
        return By.CUSTOMER if customer in read_person(table, offer.customer).ids else By.OTHER
    except NotFound:  # it is being erased
        return By.UNKNOWN


def _order(use: Use) -> Key:
    return keys.order(use.source, use.id)
