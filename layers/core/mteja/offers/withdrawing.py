"""Stopping an offer that did not reach anybody."""

from collections.abc import Mapping

from mteja.offers import stock
from mteja.offers.codes import typed
from mteja.offers.items import CodeItem, OfferItem, Standing
from mteja.offers.making import named
from mteja.offers.standing import changed, key_of, put, stopped
from mteja.store import offer_keys
from mteja.store.table import Delete, Table, Write


def given_up(table: Table, offer: OfferItem, why: str, now_ms: int) -> tuple[Write, ...]:
    """Return the writes that stop an offer whose message never left: nobody saw its code, which is
    removed, or goes back to its list, unless an order used it all the same. Nothing where it was
    stopped or redeemed already."""
    if offer.standing is not Standing.OPEN:
        return ()
    after = stopped(offer, why)
    code = _code(table, offer)
    if code is None:
        return (put(after, offer.v),)
    after = after.model_copy(update={"code": None, "stock": None})
    if code.stock is None:
        return put(after, offer.v), Delete(key_of(code), code.v)
    back = code.model_copy(update={"v": code.v + 1, "offer": None})
    if offer.uses:
        spoilt = back.model_copy(update={"spoilt": offer.uses[0].at})
        return put(after, offer.v), put(spoilt, code.v)
    return put(after, offer.v), put(back, code.v), stock.free(back, now_ms)


def bounced(table: Table, customer: str, about: Mapping[str, str]) -> tuple[Write, ...]:
    """Return the writes that stop the offer of a message that came back. Its code stays: whoever
    has seen it all the same may use it."""
    raw = table.get(named(customer, about))
    offer = None if raw is None else OfferItem.model_validate(raw)
    if offer is None or offer.standing is not Standing.OPEN:
        return ()
    code, after = _code(table, offer), stopped(offer, "bounced")
    return (put(after, offer.v),) if code is None else changed(code, offer, after)


def _code(table: Table, offer: OfferItem) -> CodeItem | None:
    plain = None if offer.code is None else typed(offer.code)
    raw = None if plain is None else table.get(offer_keys.code(plain))
    return None if raw is None else CodeItem.model_validate(raw)
