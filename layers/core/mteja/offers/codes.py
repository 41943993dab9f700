"""Codes: how they are made, and what two ways of typing one have in common.

A code is 12 characters of Crockford's Base32 (https://www.crockford.com/base32.html), which has no
I, L, O and U: 60 random bits. Of a million open codes, a guess is one with a chance of 2^-40, and
whoever guesses does it at a till or in a shop's checkout, one at a time.
"""

import os
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_GROUP = 4
MOST = 60  # characters of a code that was made in a shop
_ROUNDS = 3
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """Return a code that nobody can guess: `7K3F-9QXZ-41CD`."""
    value = int.from_bytes(os.urandom(LENGTH * 5 // 8 + 1))
    text = "".join(ALPHABET[value >> 5 * place & 31] for place in range(LENGTH))
    return "-".join(text[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))


def typed(text: str) -> str | None:
    """Return what all ways of typing a code have in common: capital letters, without spaces and
    dashes, with 0 for O, 1 for I and L. None for what can't be a code: nothing of that, too long,
    or with characters that nobody types. Shops read codes without regard to case too."""
    if len(text) > 2 * MOST:
        return None
    plain = text
    for _ in range(_ROUNDS):  # what is left may be read as something else again
        plain = _read(plain)
    return plain if plain and len(plain) <= MOST and plain.isprintable() else None


def _read(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(one for one in plain if unicodedata.category(one) not in {"Pd", "Zs"})
    return kept.translate(_READ_AS)
