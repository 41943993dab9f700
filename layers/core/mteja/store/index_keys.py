"""The keys of the indexes of table `customers` that are for all its items.

Each function shows what it returns. Access paths that use them: docs/access-patterns.md.
"""

from datetime import date

from mteja.store.keys import shard_of, shard_part
from mteja.times import rfc3339

DUE_SHARDS = 8
LOG_SHARDS = 8

# Index `due`: a customer by the day of its next due date.


def due(day: date, customer: str) -> str:
    """`2026-12-22#3of8`"""
    return due_shard(day, shard_of(customer, DUE_SHARDS))


def due_day(partition: str) -> date:
    """Return the day of `2026-12-22#3of8`"""
    return date.fromisoformat(partition.partition("#")[0])


def due_shard(day: date, shard: int) -> str:
    """`2026-12-22#3of8`"""
    return f"{day.isoformat()}#{shard_part(shard, DUE_SHARDS)}"


# Index `log`: what happened on a day, by kind.


def log(kind: str, day: date, interaction_id: str) -> str:
    """`order#2026-11-22#3of8`"""
    return log_shard(kind, day, shard_of(interaction_id, LOG_SHARDS))


def log_shard(kind: str, day: date, shard: int) -> str:
    """`order#2026-11-22#3of8`"""
    return log_part(log_day(kind, day), shard)


def log_part(kind_and_day: str, shard: int) -> str:
    """`order#2026-11-22#3of8`, of `order#2026-11-22`"""
    return f"{kind_and_day}#{shard_part(shard, LOG_SHARDS)}"


def log_day(kind: str, day: date) -> str:
    """`order#2026-11-22`: what the shards of a kind and day begin with"""
    return f"{kind}#{day.isoformat()}"


FACTS = ("call", "consent", "form", "order", "payment", "refund", "sale", "survey")
"""Kinds of the log that are facts, by their own time."""
TOLD = "told"
"""Kind of the log's entries that are PROFILEs, or changes of fields, by when something was told of
the customer that stands in no fact of that day."""
LINKED = "link"
"""Kind of the log's entries that are links of customers, by when staff made or undid them."""


def person_log(customer: str) -> str:
    """`person#3of8`: all links that hold, of the two items of each the one of the greater id"""
    return person_log_shard(shard_of(customer, LOG_SHARDS))


def person_log_shard(shard: int) -> str:
    """`person#3of8`"""
    return f"person#{shard_part(shard, LOG_SHARDS)}"


def log_position(at_ms: int, source: str, interaction_id: str = "") -> str:
    """`2026-11-22T07:08:09.000Z#shopify-demo#ord_k5…`"""
    return f"{rfc3339(at_ms)}#{source}#{interaction_id}"


# Index `open`: what waits for somebody, by kind and time.


def open_position(at_ms: int, thing: str) -> str:
    """`2026-11-22T07:08:09.000Z#qua_k5…`"""
    return f"{rfc3339(at_ms)}#{thing}"


# Index `lookup`: an item by a second name, not unique.


def order_number(number: str) -> str:
    """`ORDERNUMBER#1001`"""
    return f"ORDERNUMBER#{number}"


def phone_ending(index: str) -> str:
    """`PHONEENDING#v1#q83v…`: blind index of the last four digits"""
    return f"PHONEENDING#{index}"
