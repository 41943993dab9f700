"""Every key of what stands of how fresh fields are. Nothing else builds one: a test looks for
strays.

Each function shows what it returns. Access paths that use them: docs/access-patterns.md.
"""

from mteja.store.keys import Key, shard_of, shard_part

FRESHNESS_SHARDS = 16


def row(shard: int, person: str) -> Key:
    """`FRESHNESS#3of16` / `cus_01…`: since when each field of one person is known"""
    return Key(f"FRESHNESS#{shard_part(shard, FRESHNESS_SHARDS)}", person)


SUMS = "FRESHNESS"


def sums(shard: int) -> Key:
    """`FRESHNESS` / `3of16`: what the rows of a shard add up to"""
    return Key(SUMS, shard_part(shard, FRESHNESS_SHARDS))


def last_look() -> Key:
    """`FRESHNESS` / `LAST`: the day of the last nightly look"""
    return Key(SUMS, "LAST")


def shard_of_person(person: str) -> int:
    return shard_of(person, FRESHNESS_SHARDS)
