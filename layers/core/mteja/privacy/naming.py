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
from mteja.identity.identifiers import Identifier

_WORD = re.compile(r"[^\s\"'<>,;:()\[\]{}=&]+")
_OF_A_CUSTOMER = frozenset({"customer", "customer_id", "customerId"})
_LONGEST = 300


def names_person(body: bytes, source_id: str, person: set[Identifier]) -> bool:
    """Whether a body of a source holds an e-mail, telephone or platform id of a person.

    Platform ids are small numbers in some shops, so that they count only in the source that gave
    them, and only where a customer is meant.
    """
    region = _region(source_id)
    try:
        values = _values(json.loads(body), ())
    except ValueError:
        words = _WORD.findall(body.decode(errors="replace"))
        values = (((), word) for word in words)
    for path, text in values:
        if len(text) > _LONGEST:
            continue
        candidates = [identifiers.phone(text, region), identifiers.visitor(text)]
        if "@" in text:
            candidates.append(identifiers.email(text))
        if _is_customer_id(path):
            candidates.append(identifiers.platform_customer(source_id, text))
        if any(one in person for one in candidates):
            return True
    return False


def _region(source_id: str) -> str:
    try:
        return default_region(source(source_id))
    except NotFound:  # a source that is no longer declared: numbers with a country code only
        return "ZZ"


def _is_customer_id(path: tuple[str, ...]) -> bool:
    if not path:
        return False
    return path[-1] in _OF_A_CUSTOMER or (path[-1] == "id" and path[-2:-1] in {(), ("customer",)})


def _values(tree: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the names on the way to each text or number, and the text."""
    match tree:
        case dict():
            for name, inner in tree.items():
                yield from _values(inner, (*path, str(name)))
        case list():
            for inner in tree:
                yield from _values(inner, path)
        case bool() | None:
            return
        case str() | int():
            yield path, str(tree)
