"""What becomes of an offer. Pure rules: the same uses give the same offer in whatever order they
were told."""

from collections.abc import Iterable

from mteja.offers.items import CodeItem, OfferItem, Standing, Use
from mteja.sources.own import STAFF
from mteja.store import index_keys, offer_keys
from mteja.store.keys import Key
from mteja.store.table import Put, State, Write
from mteja.times import DAY_MS

# More are not kept of one code: the earliest count, and what comes after them changes nothing.
MOST_USES = 20


def key_of(item: OfferItem | CodeItem) -> Key:
    return Key(item.pk, item.sk)


def redeemed(offer: OfferItem) -> Use | None:
    """Return the use that counts, the earliest in time; None where none does. An order that was
    placed after the offer's end is noted and does not count: what it was given, the shop gave. Nor
    does one from before the offer, but for clocks that differ by a day."""
    fits = [one for one in offer.uses if offer.at - DAY_MS <= one.at <= offer.ends]
    return min(fits, key=_rank, default=None)


def redeemed_at_till(offers: Iterable[OfferItem], since: int) -> bool:
    """Whether staff redeemed any of some offers since (epoch ms): its person bought something then,
    though no order may tell of it."""
    uses = (redeemed(one) for one in offers)
    return any(use is not None and use.source == STAFF and use.at > since for use in uses)


def used(offer: OfferItem, uses: Iterable[Use]) -> OfferItem:
    """Return an offer whose code was used so, in its next version."""
    kept = sorted(uses, key=_rank)[:MOST_USES]
    return _stood(offer.model_copy(update={"v": offer.v + 1, "uses": kept}))


def stopped(offer: OfferItem, reason: str) -> OfferItem:
    """Return an offer that was stopped, in its next version. One that was used all the same is
    redeemed."""
    return _stood(offer.model_copy(update={"v": offer.v + 1, "reason": reason}))


def placed(offer: OfferItem) -> OfferItem:
    """Return an offer with its place in the list of those that stand like it."""
    use = redeemed(offer)
    moment = offer.ends if offer.standing is Standing.OPEN else use.at if use else offer.at
    return offer.model_copy(
        update={
            "open_pk": offer_keys.offers_standing(offer.standing),
            "open_sk": index_keys.open_position(moment, offer.id),
        }
    )


def _stood(offer: OfferItem) -> OfferItem:
    standing = Standing.OPEN
    if redeemed(offer) is not None:
        standing = Standing.REDEEMED
    elif offer.reason is not None:
        standing = Standing.STOPPED
    return placed(offer.model_copy(update={"standing": standing}))


def changed(code: CodeItem, before: OfferItem, after: OfferItem) -> tuple[Write, Write]:
    """Return the writes that change an offer and what its code tells of it."""
    told = code.model_copy(update={"v": code.v + 1, "offer": after})
    return put(after, before.v), put(told, code.v)


def put(item: OfferItem | CodeItem, when: State | int) -> Put:
    return Put(item.model_dump(exclude_none=True), when)


def _rank(use: Use) -> tuple[int, str, str]:
    return use.at, use.source, use.id
