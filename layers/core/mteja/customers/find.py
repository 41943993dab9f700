"""Who is found by what staff know: an e-mail, a telephone number or its end, a card, an order.

Whoever is verified to hold an identifier shadows those who only claim it; a hint finds nobody.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mteja.business.model import Business
from mteja.customers.items import Hold, IdentifierItem
from mteja.errors import InvalidInput
from mteja.identity import identifiers
from mteja.identity.identifiers import PHONE, Identifier, Parsed
from mteja.orders.items import OrderItem
from mteja.recording.orders import order_number
from mteja.store import index_keys, keys
from mteja.store.keys import Key
from mteja.store.table import Table
from mteja.store.wire import Item
from mteja.vault.index import BlindIndex

FIELDS = ("email", "phone", "card", "loyalty", "order")
MIN_ENDING = 4
# Numbers with one ending that are looked at in one request: each may be a customer to open.
ENDINGS_A_PAGE = 50
_MAX_ORDERS = 50
_MAX_TEXT = 200
_SEPARATORS = re.compile(r"[\s().\-/]+")
_NATIONAL_DIGITS = 8  # so many digits are a whole number and not its end


@dataclass(frozen=True)
class Found:
    """Customers by id. `endings`: only those count that hold a telephone number with one of these
    ends, which shows when they are opened. `more_after` continues a page of candidates."""

    customers: tuple[str, ...]
    endings: tuple[str, ...] = ()
    more_after: str | None = None


def find(
    field: str,
    value: str,
    *,
    table: Table,
    index: BlindIndex,
    business: Business,
    after: str | None = None,
) -> Found:
    """Return whom one of FIELDS finds.

    A space stands for a plus where only a plus makes sense: that is what a query string makes of
    one that was not escaped. Raises InvalidInput for a value that can't be such a thing.
    """
    if len(value) > _MAX_TEXT:
        raise InvalidInput(field, "too long")
    match field:
        case "email":
            return _by_identifier(field, _email(value), table, index)
        case "phone":
            return _by_phone(value, table, index, business, after)
        case "card":
            return _by_identifier(field, identifiers.card(value), table, index)
        case "loyalty":
            return _by_identifier(field, identifiers.loyalty(value), table, index)
        case "order":
            return _by_order(value, table, business)
    raise InvalidInput(field, f"unknown; give one of {', '.join(FIELDS)}")


def _by_identifier(field: str, parsed: Parsed, table: Table, index: BlindIndex) -> Found:
    if not isinstance(parsed, Identifier):
        raise InvalidInput(field, parsed.reason)
    key = keys.identifier(parsed.kind, index.of(parsed.kind, parsed.value))
    return Found(_holders(table, [key]))


def _email(value: str) -> Parsed:
    return identifiers.email(value.strip().replace(" ", "+"))


def _by_phone(
    value: str, table: Table, index: BlindIndex, business: Business, after: str | None
) -> Found:
    if value.startswith((" ", "+")) and value.strip() and after is None:
        number = identifiers.phone("+" + value.strip().lstrip("+"), business.country)
        return _by_identifier(PHONE, number, table, index)
    digits = _SEPARATORS.sub("", value)
    if not re.fullmatch(r"[0-9]{4,15}", digits):
        raise InvalidInput(PHONE, "a number with + and country code, or at least its last 4 digits")
    pointers = _with_ending(digits[-MIN_ENDING:], table, index, after)
    page = list(islice(pointers, ENDINGS_A_PAGE + 1))
    more = len(page) > ENDINGS_A_PAGE
    page = page[:ENDINGS_A_PAGE]
    endings: tuple[str, ...] = ()
    if len(digits) > MIN_ENDING:
        endings = (digits,)
        if len(digits) >= _NATIONAL_DIGITS and digits.startswith("0"):
            # As it is dialled inside the country: E.164 leaves out the zeros before it, or the
            # whole 00 of an international call.
            endings = (digits, digits.lstrip("0"))
    return Found(_holders(table, page), endings, page[-1].pk if more else None)


def _with_ending(four: str, table: Table, index: BlindIndex, after: str | None) -> Iterator[Key]:
    partition = index_keys.phone_ending(index.of("phone-ending", four))
    start: Item | None = None
    if after is not None:
        start = {"pk": after, "sk": keys.IDENTIFIER_SK, "lookup_pk": partition}
    limit = ENDINGS_A_PAGE + 1
    for pointer in table.query(partition, index="lookup", start=start, limit=limit):
        yield Key(str(pointer["pk"]), str(pointer["sk"]))


def _by_order(value: str, table: Table, business: Business) -> Found:
    """By the platform's id of an order in any declared source, and by the number that people see,
    which several shops may have given."""
    text = value.strip()
    if not text or not text.isprintable() or not order_number(text):
        raise InvalidInput("order", "an order's id or its number")
    wanted = [keys.order(source.id, text) for source in business.sources]
    named = table.query(
        index_keys.order_number(order_number(text)), index="lookup", limit=_MAX_ORDERS
    )
    wanted += [Key(str(one["pk"]), str(one["sk"])) for one in islice(named, _MAX_ORDERS)]
    stored = table.get_many(wanted)
    orders = [OrderItem.model_validate(stored[key]) for key in wanted if key in stored]
    return Found(_once(order.customer for order in orders if order.customer is not None))


def _holders(table: Table, wanted: Sequence[Key]) -> tuple[str, ...]:
    stored = table.get_many(wanted)
    items = [IdentifierItem.model_validate(stored[key]) for key in wanted if key in stored]
    return _once(customer for item in items for customer in _finds(item))


def _finds(item: IdentifierItem) -> list[str]:
    """Return whom an identifier finds: who is verified to hold it, or else who claims it."""
    for hold in (Hold.VERIFIED, Hold.CLAIMED):
        found = [customer for customer, one in item.holders.items() if one.hold is hold]
        if found:
            return sorted(found)
    return []


def _once(customers: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(customers))
