"""Every key that has to do with what all customers do, and with whom they reach. The other keys:
mteja.store.keys.

Each function shows what it returns. Access paths that use them: docs/access-patterns.md.
"""

from mteja.store.index_keys import LOG_SHARDS
from mteja.store.keys import Key, customer_partition, shard_of

_ALL = "CUSTOMERS"


def shop_model() -> Key:
    """`CUSTOMERS` / `MODEL`: what the customers of the shop have in common today"""
    return Key(_ALL, "MODEL")


def shop_months() -> Key:
    """`CUSTOMERS` / `MONTHS`: what they were at the end of each month"""
    return Key(_ALL, "MONTHS")


def leaving() -> Key:
    """`CUSTOMERS` / `LEAVING`: who may be about to leave, as of last night"""
    return Key(_ALL, "LEAVING")


ADVOCATES_PARTITION = "ADVOCATES"


def advocates_part(number: int) -> Key:
    """`ADVOCATES` / `0003`: who brought revenue and who has reach, as of last night"""
    return Key(ADVOCATES_PARTITION, f"{number:04d}")


REACH_SK = "REACH"


def reach(customer: str) -> Key:
    """`CUSTOMER#cus_01…` / `REACH`: a customer's personal code, and their followers"""
    return Key(customer_partition(customer), REACH_SK)


def reach_log(customer: str) -> str:
    """`reach#3of8`: all who have a code or followers"""
    return reach_log_shard(shard_of(customer, LOG_SHARDS))


def reach_log_shard(shard: int) -> str:
    """`reach#3of8`"""
    return f"reach#{shard}of{LOG_SHARDS}"


def referral_log(entry: str) -> str:
    """`referral#3of8`: visits by a personal link"""
    return referral_log_shard(shard_of(entry, LOG_SHARDS))


def referral_log_shard(shard: int) -> str:
    """`referral#3of8`"""
    return f"referral#{shard}of{LOG_SHARDS}"
