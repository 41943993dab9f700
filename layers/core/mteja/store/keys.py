"""Every key of every table but those that the modules beside this one build (`…_keys`); those of
indexes are in `index_keys`. Nothing else builds one: a test looks for strays.

Each function shows what it returns. Access paths that use them: docs/access-patterns.md.
"""

import hashlib
from datetime import date
from typing import NamedTuple

from mteja.times import rfc3339

# Shards spread a hot day over partitions. An item carries the count it was written with, so that
# the count can be raised without losing what was written before.
OUTBOX_SHARDS = 4


class Key(NamedTuple):
    pk: str
    sk: str


class Apart(NamedTuple):
    """The key of an item in another table than `customers`."""

    table: str
    key: Key


def customer_partition(customer: str) -> str:
    """`CUSTOMER#cus_01…`"""
    return f"CUSTOMER#{customer}"


def customer_of(partition: str) -> str | None:
    """Return the customer of a partition, None of one that is nobody's."""
    start = customer_partition("")
    return partition.removeprefix(start) if partition.startswith(start) else None


def profile(customer: str) -> Key:
    """`CUSTOMER#cus_01…` / `PROFILE`"""
    return Key(customer_partition(customer), "PROFILE")


def traits(customer: str) -> Key:
    """`CUSTOMER#cus_01…` / `TRAITS`"""
    return Key(customer_partition(customer), "TRAITS")


INTERACTION_PREFIX = "AT#"


def interaction(customer: str, at_ms: int, interaction_id: str) -> Key:
    """`CUSTOMER#cus_01…` / `AT#2026-11-22T07:08:09.000Z#ord_k5…`"""
    return Key(customer_partition(customer), interaction_sk(at_ms, interaction_id))


def interaction_sk(at_ms: int, interaction_id: str) -> str:
    """`AT#2026-11-22T07:08:09.000Z#ord_k5…`"""
    return f"{INTERACTION_PREFIX}{rfc3339(at_ms)}#{interaction_id}"


CONSENT_PREFIX = "CONSENT#"


def consent(customer: str, purpose: str, source: str, at_ms: int, status: str) -> Key:
    """`CUSTOMER#cus_01…` /
    `CONSENT#marketing-email#shopify-demo#2026-11-22T07:08:09.000Z#granted`
    """
    end = f"{purpose}#{source}#{rfc3339(at_ms)}#{status}"
    return Key(customer_partition(customer), f"{CONSENT_PREFIX}{end}")


LINK_PREFIX = "LINK#"


def link(customer: str, other: str) -> Key:
    """`CUSTOMER#cus_01…` / `LINK#cus_02…`; its mirror stands in the other's partition."""
    return Key(customer_partition(customer), f"{LINK_PREFIX}{other}")


CANDIDATE_PREFIX = "CANDIDATE#"


def candidate(customer: str, other: str) -> Key:
    """`CUSTOMER#cus_01…` / `CANDIDATE#cus_02…`; its mirror stands in the other's partition."""
    return Key(customer_partition(customer), f"{CANDIDATE_PREFIX}{other}")


def visitor_partition(visitor_id: str) -> str:
    """`VISITOR#0190f3…`: a browser's favourites, until it is known whose it is"""
    return f"VISITOR#{visitor_id}"


BROWSER_PREFIX = "VISITOR#"


def browser(customer: str, visitor_id: str) -> Key:
    """`CUSTOMER#cus_01…` / `VISITOR#0190f3…`: a browser that was said to be the customer's"""
    return Key(customer_partition(customer), f"{BROWSER_PREFIX}{visitor_id}")


# What a customer is, in one Query: candidates, consents, links, messages, offers, what it owns and
# has ordered before it is there, points, PROFILE and TRAITS. The timeline, which may be long, sorts
# before it, so that one Query backwards gives both; the audit trail sorts before that, and browsers
# after all of it: no page needs them.
WHAT_IT_IS = (CANDIDATE_PREFIX, "TRAITS")
WHAT_IT_IS_AND_DID = (INTERACTION_PREFIX, "TRAITS")


AUDIT_PREFIX = "ACCESS#"


def audit(customer: str, at_ms: int, entry: str) -> Key:
    """`CUSTOMER#cus_01…` / `ACCESS#2026-11-22T07:08:09.000Z#aud_01…`"""
    return Key(customer_partition(customer), f"{AUDIT_PREFIX}{rfc3339(at_ms)}#{entry}")


POINTS_PREFIX = "POINTS#"


def points(customer: str, at_ms: int, entry: str) -> Key:
    """`CUSTOMER#cus_01…` / `POINTS#2026-11-22T07:08:09.000Z#pts_k5…`: an entry of the ledger"""
    return Key(customer_partition(customer), f"{POINTS_PREFIX}{rfc3339(at_ms)}#{entry}")


IDENTIFIER_SK = "IDENTIFIER"


MESSAGE_PREFIX = "MESSAGE#"


def message(customer: str, message_id: str) -> Key:
    """`CUSTOMER#cus_01…` / `MESSAGE#msg_01…`: a message that was tried, sent or withheld"""
    return Key(customer_partition(customer), f"{MESSAGE_PREFIX}{message_id}")


def outbox(customer: str, due_ms: int, message_id: str) -> Key:
    """`OUTBOX#3of4` / `2026-11-24T07:08:09.000Z#msg_01…`: a message that waits for its time"""
    partition = outbox_partition(shard_of(customer, OUTBOX_SHARDS))
    return Key(partition, f"{rfc3339(due_ms)}#{message_id}")


def outbox_partition(shard: int) -> str:
    """`OUTBOX#3of4`"""
    return f"OUTBOX#{shard_part(shard, OUTBOX_SHARDS)}"


YEARLY = "YEARLY"


def yearly(due_ms: int, message_id: str) -> Key:
    """`YEARLY` / `2027-11-24T07:08:09.000Z#msg_01…`: a message that waits for so long that the
    outbox, of which erasure reads a whole shard, had better not hold it"""
    return Key(YEARLY, f"{rfc3339(due_ms)}#{message_id}")


def suspect(kind: str, index: str) -> Key:
    """`SUSPECT#email#v1#q83v…` / `SUSPECT`: an address that takes no messages"""
    return Key(f"SUSPECT#{kind}#{index}", "SUSPECT")


def identifier(kind: str, index: str) -> Key:
    """`IDENTIFIER#email#v1#q83v…` / `IDENTIFIER`; `index` is the blind index with its version."""
    return Key(f"IDENTIFIER#{kind}#{index}", IDENTIFIER_SK)


def order_partition(source: str, order_id: str) -> str:
    """`ORDER#shopify-demo#1073459972`"""
    return f"ORDER#{source}#{order_id}"


def order(source: str, order_id: str) -> Key:
    """`ORDER#shopify-demo#1073459972` / `ORDER`"""
    return Key(order_partition(source, order_id), "ORDER")


def order_interaction(source: str, order_id: str, at_ms: int, interaction_id: str) -> Key:
    """`ORDER#shopify-demo#1073459972` / `AT#…`: an order that nobody is known to have made."""
    return Key(order_partition(source, order_id), interaction_sk(at_ms, interaction_id))


def order_lines(source: str, order_id: str, part: int) -> Key:
    """`ORDER#shopify-demo#1073459972` / `LINES#0001`: lines that don't fit one item."""
    return Key(order_partition(source, order_id), f"LINES#{part:04d}")


def receipt(source: str, digest: str) -> Key:
    """`RECEIPT#shopify-demo#q83v…` / `RECEIPT`"""
    return Key(f"RECEIPT#{source}#{digest}", "RECEIPT")


def pending_payments(order: str) -> Key:
    """`PAID#1001` / `PAYMENTS`: payments that wait for an order of this id or number"""
    return Key(f"PAID#{order}", "PAYMENTS")


def request(request_id: str) -> Key:
    """`REQUEST#req_k5…` / `REQUEST`: a privacy request that finds no customer of ours."""
    return Key(f"REQUEST#{request_id}", "REQUEST")


def consent_text(version: str) -> Key:
    """`TEXT#3f2a…` / `TEXT`: the exact words to which somebody agreed"""
    return Key(f"TEXT#{version}", "TEXT")


def job(job_id: str) -> Key:
    """`JOB#job_01…` / `JOB`: work that staff asked for and that takes its time"""
    return Key(f"JOB#{job_id}", "JOB")


def quarantine(quarantine_id: str) -> Key:
    """`QUARANTINE#qua_k5…` / `QUARANTINE`"""
    return Key(f"QUARANTINE#{quarantine_id}", "QUARANTINE")


def quarantine_body(quarantine_id: str, part: int) -> Key:
    """`QUARANTINE#qua_k5…` / `BODY#0001`"""
    return Key(f"QUARANTINE#{quarantine_id}", f"BODY#{part:04d}")


# Table `events`.


def events(day: date, shard: int, of: int, batch: str) -> Key:
    """`EVENTS#2026-11-24#3of8` / `k5q8…`: a batch, by the day on which it came"""
    return Key(events_partition(day, shard, of), batch)


def events_partition(day: date, shard: int, of: int) -> str:
    """`EVENTS#2026-11-24#3of8`"""
    return f"EVENTS#{day.isoformat()}#{shard_part(shard, of)}"


def visitor(visitor_id: str) -> Key:
    """`VISITOR#0190f3…` / `VISITOR`: whose browser it is"""
    return Key(visitor_partition(visitor_id), "VISITOR")


# Table `salts`.


def salt(day: date) -> Key:
    """`SALT#2026-11-24` / `SALT`"""
    return Key(f"SALT#{day.isoformat()}", "SALT")


# Table `summaries`.


def summary(kind: str, site: str, day: date, part: str) -> Key:
    """`pages#site#2026-11` / `2026-11-24#3of8`"""
    return Key(summary_partition(kind, site, day), f"{day.isoformat()}#{part}")


def summary_partition(kind: str, site: str, day: date) -> str:
    """`pages#site#2026-11`: all parts of the month of a day, so that a report on many days is few
    Queries"""
    return f"{kind}#{site}#{day:%Y-%m}"


def days_between(first: date, last: date) -> tuple[str, str]:
    """`2026-11-01`, `2026-11-24$`: sort keys that begin with a day, from one to another, both
    included"""
    return first.isoformat(), f"{last.isoformat()}$"  # $ comes right after #


def shard_part(shard: int, of: int) -> str:
    """`3of8`"""
    return f"{shard}of{of}"


# Table `keys`.


def customer_key(customer: str) -> str:
    """`CUSTOMER#cus_01…`, in the table of keys"""
    return f"CUSTOMER#{customer}"


def scope_key(scope: str) -> str:
    """`SCOPE#quarantine-2026-11`, in the table of keys"""
    return f"SCOPE#{scope}"


def shard_of(text: str, shards: int) -> int:
    return hashlib.blake2s(text.encode(), digest_size=4).digest()[0] % shards
