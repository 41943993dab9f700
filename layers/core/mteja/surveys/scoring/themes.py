"""What those who would not recommend us write and those who would don't: words and pairs of words
that set them apart.

Counted are people and not words: whoever writes "late" three times is one. How far a term sets the
two apart is told by the log-likelihood ratio of the two-by-two table of people (mteja.likelihood);
told are terms that chance alone would set apart as far less than once in a hundred times, and that
enough people used, so that nobody's own words, or name, is among them. Many terms are looked at, so
that some will be chance: the strongest are worth reading.

Words that say nothing by themselves are left out by the lists of stopwords-iso (MIT) for the three
languages together, since a text does not say in which it is. Nothing with a digit is a word, so
that telephone and order numbers are none.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from itertools import groupby, pairwise

from mteja.likelihood import log_likelihood_ratio

DETRACTOR, PROMOTER = "detractor", "promoter"
MIN_PEOPLE = 10
"""So many people must have used a term; so many of each group must have written at all."""
LEAST_RATIO = 6.63  # once in a hundred times
TOP = 20
_LANGUAGES = ("en", "sw", "ca")
_SHORTEST = 3
# Letters; a Catalan l·l; Swahili's ng'. Another apostrophe parts two words (l'entrega).
_TOKEN = re.compile(r"ng'[^\W\d_]+|[^\W_]+(?:·[^\W_]+)*|[.,;:!?()\n]+")
_PAUSE = re.compile(r"\W+")
_SPACE = re.compile(r"(\s+)")
_OF_ADDRESSES = ("@", "://", "www.")


@dataclass(frozen=True)
class Theme:
    """`detractors`, `promoters`: how many of each used the term."""

    term: str
    detractors: int
    promoters: int
    ratio: float


@dataclass(frozen=True)
class Themes:
    """Terms of detractors and of promoters, the strongest first, and how many of each wrote."""

    of_detractors: tuple[Theme, ...] = ()
    of_promoters: tuple[Theme, ...] = ()
    detractors: int = 0
    promoters: int = 0


def themes(texts: Iterable[tuple[str, str]], *, least_of_group: int = 0) -> Themes:
    """Return what sets the two groups apart. A pair is one person's text and group; other groups
    are passed over. Nothing is told where fewer than MIN_PEOPLE of either wrote. `least_of_group`:
    so many of the group that a term is told of must have used it."""
    people: Counter[str] = Counter()
    used: dict[str, Counter[str]] = {DETRACTOR: Counter(), PROMOTER: Counter()}
    for text, group in texts:
        found = terms(text) if group in used else frozenset()
        if found:
            people[group] += 1
            used[group].update(found)
    detractors, promoters = people[DETRACTOR], people[PROMOTER]
    if min(detractors, promoters) < MIN_PEOPLE:
        return Themes()
    apart = [
        _theme(term, used, detractors, promoters)
        for term, count in (used[DETRACTOR] + used[PROMOTER]).items()
        if count >= MIN_PEOPLE
    ]
    strong = [theme for theme in apart if theme.ratio >= LEAST_RATIO]
    ours = [
        one
        for one in strong
        if one.detractors * promoters > one.promoters * detractors
        and one.detractors >= least_of_group
    ]
    theirs = [
        one
        for one in strong
        if one.detractors * promoters < one.promoters * detractors
        and one.promoters >= least_of_group
    ]
    return Themes(_strongest(ours), _strongest(theirs), detractors, promoters)


def terms(text: str) -> frozenset[str]:
    """Return the words of a text that say something, and the pairs of them that stand together."""
    plain = (
        unicodedata.normalize("NFKC", text)
        .casefold()
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    parts = _SPACE.split(plain)
    said = (" . " if any(sign in part for sign in _OF_ADDRESSES) else part for part in parts)
    tokens = _TOKEN.findall("".join(said))
    found: set[str] = set()
    for says, some in groupby(tokens, _says_something):
        if says:
            words = list(some)
            found.update(words)
            found.update(" ".join(pair) for pair in pairwise(words))
    return frozenset(found)


def _says_something(token: str) -> bool:
    return (
        len(token) >= _SHORTEST
        and not _PAUSE.fullmatch(token)
        and not any(character.isdigit() for character in token)
        and token not in _stop_words()
    )


def _theme(term: str, used: dict[str, Counter[str]], detractors: int, promoters: int) -> Theme:
    ours, theirs = used[DETRACTOR][term], used[PROMOTER][term]
    ratio = log_likelihood_ratio(ours, theirs, detractors - ours, promoters - theirs)
    return Theme(term, ours, theirs, round(ratio, 2))


def _strongest(some: Iterable[Theme]) -> tuple[Theme, ...]:
    return tuple(nsmallest(TOP, some, key=lambda one: (-one.ratio, one.term)))


@cache
def _stop_words() -> frozenset[str]:
    # It reads all its lists when it is imported: only what summarises texts pays for that.
    from stopwordsiso import stopwords

    return frozenset(word.casefold() for word in stopwords(_LANGUAGES))
