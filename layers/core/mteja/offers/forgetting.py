"""What goes with an erased customer's offers: their codes, which then open nothing."""

from mteja.offers.codes import typed
from mteja.offers.items import OfferItem
from mteja.store import offer_keys
from mteja.store.keys import Key
from mteja.store.table import Delete, Table, Write


def withdrawn(key: Key, table: Table) -> list[Write]:
    """Return the writes that go with the removal of one item of a customer's partition."""
    if not key.sk.startswith(offer_keys.OFFER_PREFIX):
        return []
    raw = table.get(key)
    code = None if raw is None else OfferItem.model_validate(raw).code
    plain = None if code is None else typed(code)
    return [] if plain is None else [Delete(offer_keys.code(plain))]
