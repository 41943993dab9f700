"""What somebody typed into the one box: an address, a number, a card?"""

import re

from mteja.rewards.numbers import as_number

_NUMBER = re.compile(r"[0-9\s().\-/]+")
_FEWEST, _MOST = 4, 15


def recognise(text: str) -> dict[str, str]:
    """Return what to look for, by field of `mteja.customers.find.FIELDS`.

    A number may be several things: the end of a telephone number, an order's, a loyalty card's.
    All are looked for. An empty text is nothing.
    """
    value = text.strip()
    if not value:
        return {}
    if "@" in value:
        return {"email": value}
    if value.startswith("+"):
        return {"phone": value}
    number = as_number(value)
    if number is not None:
        return {"loyalty": number}
    if value.startswith("#"):
        return {"order": value}
    numbers = {"order": value, "loyalty": value}
    if _NUMBER.fullmatch(value):
        digits = sum(character.isdigit() for character in value)
        return ({"phone": value} if _FEWEST <= digits <= _MOST else {}) | numbers
    return numbers | {"card": value}
