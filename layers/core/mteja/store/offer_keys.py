"""Every key of offers, codes and the daily job. Nothing else builds one: a test looks for strays.

Each function shows what it returns. Access paths that use them: docs/access-patterns.md.
"""

from datetime import date

from mteja.store.keys import LOG_SHARDS, Key, customer_partition, log_shard, shard_of
from mteja.times import rfc3339

OFFER_PREFIX = "OFFER#"


def offer(customer: str, rule: str, cycle_ms: int, step: int) -> Key:
    """`CUSTOMER#cus_01…` / `OFFER#quiet#2026-11-22T07:08:09.000Z#0`: what a rule did or held back
    at one step of one silence, which begins with the purchase or log-in at `cycle_ms`"""
    where = f"{OFFER_PREFIX}{rule}#{rfc3339(cycle_ms)}#{step}"
    return Key(customer_partition(customer), where)


def code(text: str) -> Key:
    """`CODE#MT-7K3F-9QXZ` / `CODE`: whose a code is and what became of it"""
    return Key(f"CODE#{text}", "CODE")


def stock_partition(stock: str) -> str:
    """`STOCK#shopify-ten`: a list of codes that were made in the shop"""
    return f"STOCK#{stock}"


FREE_PREFIX = "FREE#"


def free_code(stock: str, text: str) -> Key:
    """`STOCK#shopify-ten` / `FREE#TEN-0001`: a code that nobody has"""
    return Key(stock_partition(stock), f"{FREE_PREFIX}{text}")


def offers_log(day: date, offer_id: str) -> str:
    """Index `log`: `offer#2026-11-22#3of8`"""
    return offers_log_shard(day, shard_of(offer_id, LOG_SHARDS))


def offers_log_shard(day: date, shard: int) -> str:
    """Index `log`: `offer#2026-11-22#3of8`"""
    return log_shard("offer", day, shard)


OPEN_OFFERS = "offer"
"""Index `open`: offers that wait to be redeemed, by when they end."""


def run(day: date) -> Key:
    """`RUN#2026-11-22` / `RUN`: the daily job's run for a day"""
    return Key(run_partition(day), "RUN")


def run_partition(day: date) -> str:
    """`RUN#2026-11-22`"""
    return f"RUN#{day.isoformat()}"


def run_part(day: date, part: str) -> Key:
    """`RUN#2026-11-22` / `PART#2026-11-21#3of8#…`: what one worker did for a bucket"""
    return Key(run_partition(day), f"PART#{part}")


def last_run() -> Key:
    """`INACTIVITY` / `LAST`: the last day that was handed out whole"""
    return Key("INACTIVITY", "LAST")
