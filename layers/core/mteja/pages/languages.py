"""In which language somebody reads: what they ask for, among those that the business offers."""

import re
from collections.abc import Sequence

_MOST_RANGES = 30
_WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_RANGE = re.compile(r"\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*")


def choose(asked: str | None, accepted: str | None, offered: Sequence[str]) -> str:
    """Return one of `offered`: the one that was asked for by name, or else the best of an
    Accept-Language header (RFC 9110, section 12.5.4), or else the first."""
    if asked is not None and asked in offered:
        return asked
    ranges = _ranges(accepted or "")
    refused = {language for language in offered if _weight(language, ranges) == 0}
    for wanted, weight in sorted(ranges, key=lambda one: -one[1]):
        for language in offered:
            if weight > 0 and language not in refused and _fits(language, wanted):
                return language
    return offered[0]


def chosen(asked: str | None, accepted: str | None, offered: Sequence[str]) -> str | None:
    """Return one of `offered` as `choose` does, but None where nobody said that it is theirs: a
    program may send no Accept-Language, or `*`."""
    language = choose(asked, accepted, offered)
    ranges = [(wanted, weight) for wanted, weight in _ranges(accepted or "") if wanted != "*"]
    said = any(weight > 0 and _fits(language, wanted) for wanted, weight in ranges)
    return language if asked == language or said else None


def _ranges(accepted: str) -> list[tuple[str, float]]:
    """Return language ranges with their weights; what can't be read is left out."""
    found = []
    for part in accepted.lower().split(",")[:_MOST_RANGES]:
        wanted, _, parameter = (text.strip() for text in part.partition(";"))
        weight = _WEIGHT.fullmatch(parameter) if parameter else None
        if _RANGE.fullmatch(wanted) and (weight or not parameter):
            found.append((wanted, float(weight[1]) if weight else 1.0))
    return found


def _weight(language: str, ranges: Sequence[tuple[str, float]]) -> float | None:
    """Return the weight of the longest range that names a language itself, None where none does."""
    named = [(len(wanted), weight) for wanted, weight in ranges if wanted == language.lower()]
    return max(named)[1] if named else None


def _fits(language: str, wanted: str) -> bool:
    """Whether a language serves a range: `sw` serves `sw-TZ`, and `pt-BR` serves `pt`."""
    ours = language.lower()
    return wanted == "*" or f"{wanted}-".startswith(f"{ours}-") or ours.startswith(f"{wanted}-")
