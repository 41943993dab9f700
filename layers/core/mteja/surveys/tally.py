"""Answers, counted: what reports are made of. One pass, whose memory grows with how many different
things were said and not with how many said them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mteja.surveys.answers import Answered, Value
from mteja.surveys.segments import SCALE

UNKNOWN = "unknown"
_OWN = ("trust", "channel", "invited")
SEGMENTS = (*_OWN, "customer", "order_channel", "product", "country", "source")
"""By what answers can be told apart."""

type Ballot = tuple[tuple[str, ...], tuple[str, ...]]
"""What somebody ranked, best first, and the order in which options were shown."""


def _counters() -> defaultdict[str, Counter[Any]]:
    return defaultdict(Counter)


@dataclass
class Tally:
    """`values` by question, None where it was skipped; `scores` are those of the question whether
    one would recommend, by day; `ballots` by ranking question. `sources`: what was said to be the
    source and what was measured. `other_scale`: answers on another scale than is asked on now, in
    no count."""

    n: int = 0
    invited: int = 0
    other_scale: int = 0
    values: defaultdict[str, Counter[Value]] = field(default_factory=_counters)
    scores: Counter[tuple[date, int | None]] = field(default_factory=Counter)
    ballots: defaultdict[str, Counter[Ballot]] = field(default_factory=_counters)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add what another one counted."""
        self.n += other.n
        self.invited += other.invited
        self.other_scale += other.other_scale
        self.scores.update(other.scores)
        self.sources.update(other.sources)
        for question, values in other.values.items():
            self.values[question].update(values)
        for question, ballots in other.ballots.items():
            self.ballots[question].update(ballots)


@dataclass(frozen=True)
class Counted:
    """What is to be counted: the question of the score and its scale (`1-10`), those that rank, the
    one that asks for the source."""

    score: str | None = None
    scale: str | None = None
    rankings: frozenset[str] = frozenset()
    source: str | None = None


def tally(answers: Iterable[tuple[date, Answered]], counted: Counted) -> Tally:
    """Count answers, each with its day."""
    made = Tally()
    for day, one in answers:
        _take(made, day, one, counted)
    return made


def tally_by(
    answers: Iterable[tuple[date, Answered]], counted: Counted, by: str
) -> tuple[Tally, Mapping[str, Tally]]:
    """Count answers as a whole and by a segment, one of SEGMENTS."""
    whole, apart = Tally(), defaultdict[str, Tally](Tally)
    for day, one in answers:
        _take(apart[segment_of(one, by)], day, one, counted)
    for tally_of_segment in apart.values():
        whole.add(tally_of_segment)
    return whole, apart


def tally_days(answers: Iterable[tuple[date, Answered]], counted: Counted) -> Mapping[date, Tally]:
    """Count answers by their day."""
    found = defaultdict[date, Tally](Tally)
    for day, one in answers:
        _take(found[day], day, one, counted)
    return found


def segment_of(one: Answered, by: str) -> str:
    """Return where an answer belongs, UNKNOWN where that is not known of it."""
    if by == "trust":
        return one.trust.value
    if by == "channel":
        return one.channel
    if by == "invited":
        return "invited" if one.invited else "uninvited"
    return one.segments.get(by, UNKNOWN)


def _take(made: Tally, day: date, one: Answered, counted: Counted) -> None:
    made.n += 1
    made.invited += one.invited
    for question, value in _of_this_scale(made, one, counted):
        made.values[question][value] += 1
        if question == counted.score and not isinstance(value, str | tuple):
            made.scores[day, value] += 1
        elif question in counted.rankings and isinstance(value, tuple):
            ballot = value, one.shown.get(question, ())
            made.ballots[question][ballot] += 1
    declared, measured = one.answers.get(counted.source or ""), one.segments.get("source")
    if isinstance(declared, str) and measured is not None:
        made.sources[declared, measured] += 1


def _of_this_scale(made: Tally, one: Answered, counted: Counted) -> Iterator[tuple[str, Value]]:
    asked_on = one.segments.get(SCALE, counted.scale)
    for question, value in one.answers.items():
        if question == counted.score and asked_on != counted.scale:
            made.other_scale += value is not None
        else:
            yield question, value
