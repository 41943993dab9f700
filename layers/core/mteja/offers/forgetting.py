"""What goes with an erased customer's offers: their codes, which then open nothing."""

from mteja.offers.codes import typed
from mteja.offers.items import CodeItem, OfferItem
from mteja.offers.standing import key_of, put
from mteja.store import offer_keys
from mteja.store.keys import Key
from mteja.store.table import Delete, Table, Write


def withdrawn(key: Key, table: Table) -> list[Write]:
    """Return the writes that go with the removal of one item of a customer's partition. A code of
    ours is gone. One of a list stays known, as nobody's: whoever has the mail may still use it in
    the shop, and the same file uploaded again must not give it to somebody else."""
    if not key.sk.startswith(offer_keys.OFFER_PREFIX):
        return []
    raw = table.get(key)
    offer = None if raw is None else OfferItem.model_validate(raw)
    plain = None if offer is None or offer.code is None else typed(offer.code)
    stored = None if plain is None else table.get(offer_keys.code(plain))
    code = None if stored is None else CodeItem.model_validate(stored)
    if offer is None or code is None or code.offer is None or code.offer.id != offer.id:
        return []
    if code.stock is None:
        return [Delete(key_of(code), code.v)]
    nobodys = {"v": code.v + 1, "offer": None, "spoilt": offer.at}
    return [put(code.model_copy(update=nobodys), code.v)]
