"""Erasure: what stands of how fresh a customer's fields are."""

from functools import partial

from mteja.freshness.storing import Wanted, put_rows
from mteja.store.attempts import until_it_holds
from mteja.store.freshness_keys import shard_of_person
from mteja.store.table import Table


def forget(table: Table, customer: str) -> int:
    """Remove a customer's row and what it adds to the sums; return how many rows that were. Raises
    Conflict."""
    wanted = {customer: Wanted(None)}
    return until_it_holds(partial(put_rows, table, shard_of_person(customer), wanted))
