"""Numbers of loyalty cards that we give."""

import hashlib
import re
import secrets

_DIGITS = 10
_BETWEEN = re.compile(r"[\s-]+")
_NUMBER = re.compile(r"[Rr]([0-9]{11})")


def new_number() -> str:
    """Return a number for a card: `R`, ten random digits, and a check digit. The letter tells it
    from a telephone number, of which the last digits would be looked for too."""
    digits = "".join(str(secrets.randbelow(10)) for _ in range(_DIGITS))
    return f"R{digits}{_check_digit(digits)}"


def as_number(text: str) -> str | None:
    """Return a number of ours as it is stored, also where it was typed in groups; None for what is
    none, or was mistyped."""
    found = _NUMBER.fullmatch(_BETWEEN.sub("", text))
    if found is None or _check_digit(found[1][:-1]) != found[1][-1]:
        return None
    return f"R{found[1]}"


def mark(number: str) -> str:
    """Return what binds the address of a card to its number: eight hex digits. When the number ends
    the address does, and from the address nobody reads the number off."""
    return hashlib.blake2s(number.encode(), digest_size=4).hexdigest()


def _check_digit(digits: str) -> str:
    """Return the digit that makes a number right by ISO/IEC 7812-1, annex B (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)
