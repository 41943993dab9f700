"""Every key that has to do with products: pre-orders, warranties, favourites, and what stands of
each. The other keys: mteja.store.keys.

Each function shows what it returns. Access paths that use them: docs/access-patterns.md.
"""

import re
from datetime import date

from mteja.store.index_keys import LOG_SHARDS
from mteja.store.keys import Key, customer_partition, shard_of

OWNS_PREFIX = "OWNS#"


def owns(customer: str, product: str, serial: str) -> Key:
    """`CUSTOMER#cus_01…` / `OWNS#demo-lamp#SN-42`: a piece with a warranty"""
    return Key(customer_partition(customer), f"{OWNS_PREFIX}{product}#{serial}")


PLACE_PREFIX = "PLACE#"


def place(customer: str, product: str, ticket: str) -> Key:
    """`CUSTOMER#cus_01…` / `PLACE#demo-lamp#frm_01…`: a pre-order"""
    return Key(customer_partition(customer), f"{PLACE_PREFIX}{product}#{ticket}")


INTEREST_PREFIX = "INTEREST#"


def interest(owner: str, product: str, trust: str) -> Key:
    """`CUSTOMER#cus_01…` / `INTEREST#verified#demo-lamp`, or a browser's, `VISITOR#0190f3…`: what
    it thinks of a product. `owner` is a customer's partition or a visitor's."""
    return Key(owner, f"{INTEREST_PREFIX}{trust}#{product}")


def preorder_count(product: str) -> Key:
    """`PREORDER#demo-lamp` / `COUNT`: how many pieces are promised"""
    return Key(f"PREORDER#{product}", "COUNT")


def preorder_queue(product: str) -> Key:
    """`PREORDER#demo-lamp` / `QUEUE`: numbers drawn by those who wait, and how many left"""
    return Key(f"PREORDER#{product}", "QUEUE")


def preorder_ticket(product: str, ticket: str) -> Key:
    """`PREORDER#demo-lamp` / `TICKET#frm_01…`"""
    return Key(f"PREORDER#{product}", f"TICKET#{ticket}")


WAITING_PREFIX = "WAITING#"


def preorder_waiting(product: str, number: int) -> Key:
    """`PREORDER#demo-lamp` / `WAITING#0000000042`: first come, first served"""
    return Key(f"PREORDER#{product}", f"{WAITING_PREFIX}{number:010d}")


def warranty(product: str, serial: str) -> Key:
    """`WARRANTY#demo-lamp` / `SERIAL#SN-0242#SN-42`: a range of serial numbers is one Query"""
    return Key(f"WARRANTY#{product}", warranty_position(serial))


def warranty_position(serial: str) -> str:
    """`SERIAL#SN-0242#SN-42`: text that sorts as people count, SN-9 before SN-10, with the number
    itself behind it, since SN-9 and SN-09 are two."""
    return f"SERIAL#{_as_counted(serial)}#{serial}"


def warranty_range(first: str, last: str) -> tuple[str, str]:
    """Return the bounds of all positions between two serial numbers, and of those that count the
    same: `SERIAL#SN-0242#`, `SERIAL#SN-0243#~`"""
    return f"SERIAL#{_as_counted(first)}#", f"SERIAL#{_as_counted(last)}#~"


def _as_counted(serial: str) -> str:
    """`SN-0242`: before each number, how many digits it has"""

    def counted(digits: re.Match[str]) -> str:
        number = digits[0].lstrip("0")
        return f"{len(number):02d}{number}"

    return re.sub("[0-9]+", counted, serial)


def sales_day(day: date) -> Key:
    """`SALES#2026-11-24` / `DAY`: what was sold of each product"""
    return Key(f"SALES#{day.isoformat()}", "DAY")


PRODUCTS_PARTITION = "PRODUCTS"


def products_part(number: int) -> Key:
    """`PRODUCTS` / `0003`: what stands of some products"""
    return Key(PRODUCTS_PARTITION, f"{number:04d}")


def popular() -> Key:
    """`POPULAR` / `POPULAR`: what sells best now"""
    return Key("POPULAR", "POPULAR")


def median_gap() -> Key:
    """`GAPS` / `MEDIAN`: the median of all gaps between days of purchase"""
    return Key("GAPS", "MEDIAN")


def similar(product: str) -> Key:
    """`SIMILAR#demo-lamp` / `SIMILAR`: what goes with it"""
    return Key(f"SIMILAR#{product}", "SIMILAR")


def interest_log(owner: str) -> str:
    """`interest#3of8`: all that is thought of products, whoever by and since when"""
    return interest_log_shard(shard_of(owner, LOG_SHARDS))


def interest_log_shard(shard: int) -> str:
    """`interest#3of8`"""
    return f"interest#{shard}of{LOG_SHARDS}"


def interested(product: str) -> str:
    """`INTERESTED#demo-lamp`: customers who saved, viewed or rated it"""
    return f"INTERESTED#{product}"
