"""From the patterns of `crawler-user-agents` to lines that need no regular expression.

Nearly all patterns are plain words. A few have choices (`[bB]ot`, `(Bot|Audit)`), which are
written out, or are held to an end of the User-Agent, for which a line begins with `^` or ends with
`$`. What is left is a regular expression, on a line that begins with `~`.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product

# The standard library's own parser of regular expressions.
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

_HEADER = """\
# Made by `make generate` of crawler-user-agents (https://github.com/monperrus/crawler-user-agents),
# Copyright (c) 2017 Martin Monperrus, MIT licence: permission is granted, free of charge, to deal
# in it without restriction where this notice is included; "as is", without warranty of any kind.
"""


class _NotPlain(Exception):
    """A pattern that can't be written out."""


def lines() -> str:
    """Return the whole file."""
    words: set[str] = set()
    left: set[str] = set()
    for entry in CRAWLER_USER_AGENTS_DATA:
        try:
            words.update(_written_out(parser.parse(entry["pattern"])))
        except _NotPlain:
            left.add(entry["pattern"])
    kept = sorted(_not_said_twice(words)) + sorted(f"~{pattern}" for pattern in left)
    return _HEADER + "\n".join(kept) + "\n"


def _written_out(tree: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """Yield the words that a pattern stands for. Raises _NotPlain."""
    yield from ("".join(parts) for parts in product(*(_choices(*node) for node in tree)))


def _choices(kind: Any, value: Any) -> list[str]:
    match kind:
        case constants.LITERAL:
            return [chr(value)]
        case constants.IN if all(one == constants.LITERAL for one, _ in value):
            return [chr(code) for _, code in value]
        case constants.BRANCH:
            return [word for branch in value[1] for word in _written_out(branch)]
        case constants.SUBPATTERN:
            return list(_written_out(value[3]))
        case constants.AT if value == constants.AT_BEGINNING:
            return ["^"]
        case constants.AT if value == constants.AT_END:
            return ["$"]
    raise _NotPlain


def _not_said_twice(words: set[str]) -> Iterator[str]:
    """Yield the words without those that have another in them."""
    free = [word for word in words if not re.search(r"^\^|\$$", word)]
    for word in words:
        if not any(other in word for other in free if other != word):
            yield word
