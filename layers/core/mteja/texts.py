"""Texts that people type: what is stored of them, and what is refused.

Only control characters are refused. All else is text, whatever it looks like: whoever shows it
escapes it.
"""

import unicodedata

# Of Unicode's categories: control, half of a pair, line and paragraph separator.
_NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BETWEEN_LINES = frozenset("\n\t")


def one_line(value: str) -> str:
    """Return a text of one line without spaces around it. Raises ValueError for more."""
    return _checked(value.strip(), frozenset())


def paragraphs(value: str) -> str:
    """Return a text of any number of lines, which end in `\\n`. Raises ValueError."""
    return _checked(value.replace("\r\n", "\n").replace("\r", "\n").strip(), _BETWEEN_LINES)


def _checked(text: str, allowed: frozenset[str]) -> str:
    if any(unicodedata.category(one) in _NEVER for one in text if one not in allowed):
        raise ValueError("control characters are not allowed")
    return text
