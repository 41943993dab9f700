"""Codes that were made in the shop beforehand: lists of which each offer takes one."""

import os
from itertools import islice

from mteja.offers.codes import typed
from mteja.offers.items import CodeItem, FreeCodeItem, LowStockItem
from mteja.store import index_keys, offer_keys
from mteja.store.keys import Key
from mteja.store.table import Put, State, Table, TransactionLost
from mteja.store.wire import Item

_ANYWHERE_BYTES = 8


def some_free(table: Table, stock: str, most: int) -> list[FreeCodeItem]:
    """Return at most so many free codes of a list, from a place of chance on, so that workers who
    take one at the same moment seldom meet. Fewer than `most`: these are all."""
    anywhere = os.urandom(_ANYWHERE_BYTES)
    found = _from(table, stock, anywhere, most)
    if len(found) < most:  # on from the beginning
        known = {str(one["sk"]) for one in found}
        again = _from(table, stock, b"", most)
        found += [one for one in again if one["sk"] not in known]
    return [FreeCodeItem.model_validate(one) for one in found[:most]]


def _from(table: Table, stock: str, anywhere: bytes, most: int) -> list[Item]:
    between = offer_keys.free_codes_from(anywhere)
    pages = table.query(offer_keys.stock_partition(stock), between=between, limit=most)
    return list(islice(pages, most))


def key_of(item: FreeCodeItem) -> Key:
    return Key(item.pk, item.sk)


def free(code: CodeItem, now_ms: int) -> Put:
    """Return the write that puts a code into its list. Raises ValueError for one of none."""
    plain = typed(code.code)
    if code.stock is None or plain is None:
        raise ValueError("not a code of a list")
    key = offer_keys.free_code(code.stock, plain)
    item = FreeCodeItem(pk=key.pk, sk=key.sk, code=code.code, at=now_ms)
    return Put(item.model_dump(), State.ABSENT)


def note_low(table: Table, stock: str, now_ms: int) -> None:
    """Open a task for staff: a list has few codes left. Open already, nothing changes."""
    key = offer_keys.low_stock(stock)
    if table.get(key) is not None:
        return
    low = LowStockItem(
        pk=key.pk,
        sk=key.sk,
        at=now_ms,
        open_pk=offer_keys.LOW_STOCKS,
        open_sk=index_keys.open_position(now_ms, stock),
    )
    try:
        table.transact([Put(low.model_dump(), State.ABSENT)])
    except TransactionLost:
        return  # another worker said so
