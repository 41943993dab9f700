"""Does a delivery that we could not read name a person? Needed when the person is erased.

Whole values are compared, as our identifiers normalise them: a part of a text would take other
people's deliveries along, and an address in capitals would be missed.
"""

import json
import re
from collections.abc import Iterator

from mteja.business import default_region, source
from mteja.errors import NotFound
from mteja.identity import identifiers
from mteja.identity.identifiers import Identifier, Parsed
from mteja.quarantine.quarantine import Delivery

# Bounded, so that a megabyte of one letter takes no longer than a megabyte of anything else.
_APART = r"\s\"'<>,;:()\[\]{}=&@"
_ADDRESS = re.compile(rf"[^{_APART}]{{1,64}}@[^{_APART}]{{0,253}}[^{_APART}.!?]")
_NUMBER = re.compile(r"\+?[0-9(][0-9() ./-]{5,25}[0-9]")
_OF_A_CUSTOMER = frozenset({"customer", "customer_id", "customerId"})

type _Value = tuple[tuple[str, ...], str]


def names_person(delivery: Delivery, person: set[Identifier]) -> bool:
    """Whether a body holds an e-mail, telephone, card or platform id of a person.

    Platform ids are small numbers in some shops, so that they count only in the source that gave
    them, and only where a customer is meant.
    """
    region = _region(delivery.source)
    about_customers = (delivery.topic or "").startswith("customer")
    for path, text in _values(delivery.body):
        found: list[Parsed] = [identifiers.email(one) for one in _ADDRESS.findall(text)]
        found += [identifiers.phone(one, region) for one in _NUMBER.findall(text)]
        found += [identifiers.card(text), identifiers.visitor(text)]
        if _is_customer_id(path, about_customers):
            found.append(identifiers.platform_customer(delivery.source, text))
        if any(one in person for one in found):
            return True
    return False


def _region(source_id: str) -> str:
    try:
        return default_region(source(source_id))
    except NotFound:  # a source that is no longer declared: numbers with a country code only
        return "ZZ"


def _is_customer_id(path: tuple[str, ...], about_customers: bool) -> bool:
    if not path:
        return False
    if path[-1] in _OF_A_CUSTOMER or path[-2:] == ("customer", "id"):
        return True
    return about_customers and path in {("id",), ("data", "object", "id")}


def _values(body: bytes) -> Iterator[_Value]:
    """Yield each text and number of a JSON body with the names on the way to it; of anything else
    the whole as one text."""
    try:
        waiting: list[tuple[tuple[str, ...], object]] = [((), json.loads(body))]
    except (ValueError, RecursionError):
        yield (), body.decode(errors="replace")
        return
    while waiting:
        path, tree = waiting.pop()
        match tree:
            case dict():
                waiting += [((*path, str(name)), inner) for name, inner in tree.items()]
            case list():
                waiting += [(path, inner) for inner in tree]
            case bool() | None:
                continue
            case str() | int():
                yield path, str(tree)
