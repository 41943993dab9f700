"""Addresses of pages and texts as they may be stored: nothing in them says who was there."""

from urllib.parse import unquote, urlsplit

from mteja.segment.messages import text_of
from mteja.segment.properties import is_personal

MASK = "*"
_MOST_PATH = 200


def path_of(address: object) -> str | None:
    """Return the path of an address or a path, without query and fragment, parts that look like an
    e-mail address or a telephone number masked. None for what is none."""
    text = text_of(address, 2_000)
    if text is None:
        return None
    try:
        path = urlsplit(text).path or "/"
    except ValueError:
        return None
    if not path.startswith("/"):
        return None
    parts = [MASK if is_personal(unquote(one)) else one for one in path.split("/")]
    return "/".join(parts)[:_MOST_PATH]


def host_of(address: object) -> str | None:
    """Return the host of an address, in lower case."""
    text = text_of(address, 2_000)
    if text is None:
        return None
    try:
        return (urlsplit(text).hostname or "")[:100] or None
    except ValueError:
        return None


def masked(value: object, most: int = 100) -> str | None:
    """Return a short text whose words that look personal are masked."""
    text = text_of(value, most)
    if text is None:
        return None
    return " ".join(MASK if is_personal(word) else word for word in text.split(" "))
