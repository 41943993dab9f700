"""What an erased customer held beside others: its place goes to who is next, its serial is free.

Nobody is served here: the line moves on with whoever comes next, or when staff look (`settle`).
"""

from mteja.forms.items import OwnsItem, PlaceItem, TicketItem, WarrantyItem
from mteja.forms.preorder import given_back
from mteja.store import product_keys
from mteja.store.keys import Key
from mteja.store.table import Delete, Table, Write


def given_up(key: Key, table: Table) -> list[Write]:
    """Return the writes that go with the removal of one item of a customer's partition."""
    raw = table.get(key)
    if raw is None:
        return []
    if key.sk.startswith(product_keys.PLACE_PREFIX):
        return _place(PlaceItem.model_validate(raw), table)
    if key.sk.startswith(product_keys.OWNS_PREFIX):
        return _piece(OwnsItem.model_validate(raw), table)
    return []


def _place(place: PlaceItem, table: Table) -> list[Write]:
    ticket_key = product_keys.preorder_ticket(place.product, place.ticket)
    raw = table.get(ticket_key)
    if raw is None:
        return []
    ticket = TicketItem.model_validate(raw)
    return [Delete(ticket_key, ticket.v), *given_back(place.product, ticket)]


def _piece(piece: OwnsItem, table: Table) -> list[Write]:
    key = product_keys.warranty(piece.product, piece.serial)
    raw = table.get(key)
    customer = piece.pk.partition("#")[2]
    if raw is None or WarrantyItem.model_validate(raw).customer != customer:
        return []
    return [Delete(key, WarrantyItem.model_validate(raw).v)]
