"""Giving a customer a code, and keeping how many follow them.

Written together with a check of PROFILE, so that nothing is written to somebody who is being
erased, and on the version of what is there.
"""

from collections.abc import Callable, Iterable
from functools import partial

from mteja.customers.present import profile_of, still
from mteja.errors import NotFound
from mteja.social.codes import new_code
from mteja.social.items import ReachItem
from mteja.social.reach import Counted, with_counts
from mteja.store import people_keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import Put, State, Table


def give_code(table: Table, customer: str) -> str:
    """Return a customer's personal code, made where they have none. Raises NotFound, Conflict."""
    kept = _keep(table, customer, lambda one: one if one.code else _changed(one, code=new_code()))
    return str(kept.code)


def keep_followers(table: Table, customer: str, told: Iterable[Counted]) -> ReachItem:
    """Keep counts of followers; return all that is kept. Raises NotFound, Conflict."""
    counts = list(told)
    return _keep(
        table, customer, lambda one: _changed(one, followers=with_counts(one.followers, counts))
    )


def _keep(table: Table, customer: str, change: Callable[[ReachItem], ReachItem]) -> ReachItem:
    return until_it_holds(partial(_try, table, customer, change))


def _try(table: Table, customer: str, change: Callable[[ReachItem], ReachItem]) -> ReachItem:
    profile = profile_of(table, customer)
    if profile is None:
        raise NotFound("customer")
    key = people_keys.reach(customer)
    stored = table.get(key)
    known = (
        ReachItem(
            pk=key.pk, sk=key.sk, v=0, log_pk=people_keys.reach_log(customer), log_sk=customer
        )
        if stored is None
        else ReachItem.model_validate(stored)
    )
    now = change(known)
    if now == known:
        return known
    now = now.model_copy(update={"v": known.v + 1})
    when = State.ABSENT if stored is None else known.v
    table.transact([Put(now.model_dump(exclude_none=True), when), still(profile)])
    return now


def _changed(one: ReachItem, **changes: object) -> ReachItem:
    return one.model_copy(update=changes)
