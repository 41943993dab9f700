"""Every key of offers, codes and the daily job. Nothing else builds one: a test looks for strays.

Each function shows what it returns. Access paths that use them: docs/access-patterns.md.
"""

import hashlib
from datetime import date

from mteja.store.index_keys import LOG_SHARDS, log_shard
from mteja.store.keys import INTERACTION_PREFIX, MESSAGE_PREFIX, Key, customer_partition, shard_of
from mteja.times import rfc3339

OFFER_PREFIX = "OFFER#"


def offer(customer: str, rule: str, cycle_ms: int, step: int) -> Key:
    """`CUSTOMER#cus_01…` / `OFFER#quiet#2026-11-22T07:08:09.000Z#0`: what a rule did or held back
    at one step of one silence, which begins with the purchase or log-in at `cycle_ms`"""
    where = f"{OFFER_PREFIX}{rule}#{rfc3339(cycle_ms)}#{step}"
    return Key(customer_partition(customer), where)


def code(text: str) -> Key:
    """`CODE#7K3F9QXZ41CD` / `CODE`: whose a code is and what became of it. `text` is what all ways
    of typing it have in common (mteja.offers.codes)."""
    return Key(f"CODE#{text}", "CODE")


def stock_partition(stock: str) -> str:
    """`STOCK#shopify-ten`: a list of codes that were made in the shop"""
    return f"STOCK#{stock}"


FREE_PREFIX = "FREE#"


def free_code(stock: str, text: str) -> Key:
    """`STOCK#shopify-ten` / `FREE#9f3c…`: a code that nobody has. Its place is a digest, so that
    whoever begins anywhere finds codes evenly."""
    digest = hashlib.blake2s(text.encode(), digest_size=16).hexdigest()
    return Key(stock_partition(stock), f"{FREE_PREFIX}{digest}")


def free_codes_from(anywhere: bytes) -> tuple[str, str]:
    """Return the bounds of the free codes of a list from a place on: `FREE#9f3c`"""
    return f"{FREE_PREFIX}{anywhere.hex()}", f"{FREE_PREFIX}g"


def low_stock(stock: str) -> Key:
    """`STOCK#shopify-ten` / `LOW`: that few codes are left"""
    return Key(stock_partition(stock), "LOW")


LOW_STOCKS = "stock"
"""Index `open`: lists with few codes left, by since when."""


def offers_log(day: date, offer_id: str) -> str:
    """Index `log`: `offer#2026-11-22#3of8`"""
    return offers_log_shard(day, shard_of(offer_id, LOG_SHARDS))


def offers_log_shard(day: date, shard: int) -> str:
    """Index `log`: `offer#2026-11-22#3of8`"""
    return log_shard("offer", day, shard)


def offers_standing(standing: str) -> str:
    """Index `open`: `offer#open`, by when they end; `offer#redeemed`, by when they were;
    `offer#held-out` and `offer#stopped`, by when they were made"""
    return f"offer#{standing}"


RUN_PREFIX = "RUN#"


def run(day: date, at_ms: int) -> Key:
    """`RUN#2026-11-22` / `RUN#2026-11-22T02:15:04.000Z`: that the daily job's run for a day was
    handed out"""
    return Key(run_partition(day), f"{RUN_PREFIX}{rfc3339(at_ms)}")


def run_partition(day: date) -> str:
    """`RUN#2026-11-22`"""
    return f"RUN#{day.isoformat()}"


def run_part(day: date, bucket: str, after: str, attempt: str) -> Key:
    """`RUN#2026-11-22` / `PART#2026-11-21#3of8#9f3c…#01KX…`: what one attempt did for a bucket, or
    for the rest of one after a customer, of whom a digest stands there"""
    return Key(run_partition(day), f"PART#{bucket}#{rest_after(after)}#{attempt}")


def rest_after(customer: str) -> str:
    """Return by what name the rest of a bucket after a customer is known; nobody: all of it."""
    return hashlib.blake2s(customer.encode(), digest_size=6).hexdigest() if customer else ""


def of_part(sk: str) -> tuple[str, str, str]:
    """Return of the sort key of a part its bucket, which rest of it (empty: all), and which attempt
    it is."""
    bucket, rest, attempt = sk.removeprefix("PART#").rsplit("#", 2)
    return bucket, rest, attempt


def last_run() -> Key:
    """`INACTIVITY` / `LAST`: the last day that was handed out whole"""
    return Key("INACTIVITY", "LAST")


# Table `summaries`.


def outcomes(day: date) -> Key:
    """`winback#2026-11` / `2026-11-22`: what became of the offers of a day, by rule and step"""
    return Key(outcomes_partition(day), day.isoformat())


def outcomes_partition(day: date) -> str:
    """`winback#2026-11`: all days of the month of a day"""
    return f"winback#{day:%Y-%m}"


def since(at_ms: int) -> tuple[str, str]:
    """Return the bounds of what a customer did from a moment on, with its links and messages, which
    sort after that: `AT#2026-11-22T07:08:09.000Z`, `MESSAGE#~`"""
    return f"{INTERACTION_PREFIX}{rfc3339(at_ms)}", f"{MESSAGE_PREFIX}~"
