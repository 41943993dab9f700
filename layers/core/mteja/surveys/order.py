"""In which order options are shown: of chance, so that the first is not chosen for being first."""

import hashlib

from mteja.surveys.definition import AskedQuestion

LAST = ("other", "dont-remember")
"""Options that mean none of the others stand last, whatever chance says."""


def order(question: AskedQuestion, seed: str) -> tuple[str, ...]:
    """Return the options of a question as they are shown; the same for the same seed, so that they
    stand still while somebody answers."""
    offered = question.offered
    if not question.question.shuffled:
        return offered
    drawn = sorted(offered, key=lambda one: _drawn(seed, question.id, one))
    return tuple(sorted(drawn, key=lambda one: LAST.index(one) + 1 if one in LAST else 0))


def _drawn(seed: str, question: str, option: str) -> bytes:
    return hashlib.sha256("\x1f".join((seed, question, option)).encode()).digest()
