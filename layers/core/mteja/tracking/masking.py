"""What pages and events say, without what may name a person: in paths, titles and properties.

Masked are e-mail addresses; telephone numbers with their country (`+` or `00`), national ones that
begin with 0, and those written in groups; and long random words, which are keys to something. A
plain number is not: shops number their products and orders with many digits.
"""

import re
from functools import lru_cache
from math import isfinite
from typing import Any
from urllib.parse import unquote

EMAIL, PHONE, SECRET = ":email", ":phone", ":secret"
MAX_PATH, MAX_HOST, MAX_TEXT = 300, 253, 200
MAX_DEPTH = 4

_EMAIL = re.compile(r"[^\s/@:<>\"'(),;=&]{1,64}@[^\s/@:<>\"'(),;=&]+\.[^\s/@:<>\"'(),;=&]{2,}")
_PHONE = re.compile(
    r"(?<![\w.])(?:(?:\+|00)[1-9](?:[ ().-]{0,2}\d){6,14}"
    r"|0\d{8,11}|(?=(?:[ ().-]{0,2}\d){9})\(?0\d{1,4}[ ).-]{1,2}\d{2,4}(?:[ .-]\d{2,4}){1,3}"
    r"|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w])"
)
_SECRET = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9_]{32,}(?![A-Za-z0-9])"
)
_JWT = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*")
# What none of the above can be in: most texts are looked at once.
_SUSPECT = re.compile(r"@|eyJ|(?:\d[ ().+-]{0,2}){7}|[A-Za-z0-9_]{32}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HOST = re.compile(r"[a-z0-9_.:-]+|\[[0-9a-f:.]+\]")
# Properties by these names are of a person, whatever they hold.
_PERSONAL = frozenset(
    "email emailaddress phone phonenumber mobile tel telephone firstname lastname surname givenname"
    " familyname fullname username login address street street1 postalcode zipcode birthday"
    " birthdate dateofbirth password passwd secret token accesstoken cardnumber iban ssn ip"
    " ipaddress".split()
)


def plain(text: str, most: int = MAX_TEXT) -> str:
    """Return a text on one line, at most so long, that can be stored as UTF-8."""
    text = text[: most * 2]
    if text.isprintable():  # no control characters, no halves of a pair
        return text.strip()[:most]
    text = _CONTROL.sub(" ", text).strip()[:most]
    return text.encode("utf-8", "replace").decode()


def masked(text: str, most: int = MAX_TEXT) -> str:
    """Return a text without what may name a person or open something."""
    text = plain(text, most)
    if not _SUSPECT.search(text):
        return text
    text = _JWT.sub(SECRET, _EMAIL.sub(EMAIL, text))
    return _SECRET.sub(SECRET, _PHONE.sub(PHONE, text))


def path(raw: str) -> str:
    """Return the path of a page. A part of it in which something was masked is decoded."""
    parts = []
    for part in plain(raw.partition("?")[0].partition("#")[0], MAX_PATH).split("/"):
        decoded = unquote(part)
        hidden = masked(decoded)
        parts.append(part if hidden == plain(decoded) else hidden.replace("/", "%2F"))
    return "/".join(parts)[:MAX_PATH] or "/"


def host(raw: str) -> str | None:
    """Return a host with its port, if it is not the usual one; None for what is none."""
    name = raw.rpartition("@")[2].lower()[: MAX_HOST + 1]
    name = name.removesuffix(":443").removesuffix(":80").removesuffix(".")
    return name if len(name) <= MAX_HOST and _HOST.fullmatch(name) else None


def values(raw: dict[str, Any], depth: int = 1) -> dict[str, Any]:
    """Return the properties of an event: names that are of a person left out, texts masked.

    Raises ValueError for what is nested too deep or no number.
    """
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    return {
        masked(name, 100): _value(value, depth)
        for name, value in raw.items()
        if value is not None and not _is_personal(name)
    }


@lru_cache(maxsize=500)
def _is_personal(name: str) -> bool:
    return re.sub(r"[^a-z0-9]", "", name.lower()) in _PERSONAL


def _value(value: Any, depth: int) -> Any:
    match value:
        case str():
            return masked(value)
        case dict():
            return values(value, depth + 1)
        case list():
            if depth >= MAX_DEPTH:
                raise ValueError("nested too deep")
            return [_value(one, depth + 1) for one in value]
        case float() if not isfinite(value):  # JSON has no such number, but 1e999
            raise ValueError("not a number")
    return value
