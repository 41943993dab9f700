"""What is told of counted answers, as JSON: all of it, or of an anonymous survey what may be
(mteja.surveys.withholding). A figure that is not told is None."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

from mteja.surveys.answers import Value
from mteja.surveys.definition import AskedQuestion
from mteja.surveys.scoring.means import mean
from mteja.surveys.scoring.nps import Score, score
from mteja.surveys.scoring.ranking import Place, Ranking, ranking
from mteja.surveys.scoring.series import Period, Point, series
from mteja.surveys.scoring.shares import Shares, shares
from mteja.surveys.tally import Tally

type Days = tuple[date, date]


@dataclass(frozen=True)
class Over:
    """A time, and the periods that it is made of: in which one a day is."""

    first: date
    last: date
    period: Callable[[date], Period]


@dataclass(frozen=True)
class Invited:
    """How many answers came by an invitation, and on which days those were invited."""

    answers: int
    days: tuple[Days, ...]


class Telling(Protocol):
    """What is told of the answers of a time."""

    @property
    def answers(self) -> int:
        """How many they are."""
        ...

    @property
    def other_scale(self) -> int | None:
        """How many are on another scale than is asked on now, in no score."""
        ...

    def invited(self) -> Invited | None: ...

    def score(self) -> dict[str, Any]: ...

    def points(self, over: Over) -> list[dict[str, Any]]:
        """Return the scores of periods."""
        ...

    def shares(self, question: AskedQuestion) -> dict[str, Any]:
        """Return how often each option was chosen."""
        ...

    def numbers(self, question: AskedQuestion) -> dict[str, Any]:
        """Return the mean of numbers, and how often each was said."""
        ...

    def ranking(self, question: AskedQuestion) -> dict[str, Any]: ...

    def sources(self) -> Counter[tuple[str, str]]:
        """Return what was said to be the source and what was measured."""
        ...


@dataclass(frozen=True)
class Everything:
    """Tells everything. `days`: on which the answers were given."""

    tally: Tally
    days: tuple[Days, ...] = ()

    @property
    def answers(self) -> int:
        return self.tally.n

    @property
    def other_scale(self) -> int | None:
        return self.tally.other_scale

    def invited(self) -> Invited | None:
        return Invited(self.tally.invited, self.days)

    def score(self) -> dict[str, Any]:
        return score_told(score(value for _, value in self.tally.scores.elements()))

    def points(self, over: Over) -> list[dict[str, Any]]:
        scores = self.tally.scores.elements()
        return [
            point_told(one, score_told(one.score))
            for one in series(scores, over.period, over.first, over.last)
        ]

    def shares(self, question: AskedQuestion) -> dict[str, Any]:
        made = shares(self.tally.values[question.id].elements(), question.offered)
        return {"n": made.n, "items": shares_told(made)}

    def numbers(self, question: AskedQuestion) -> dict[str, Any]:
        values = self.tally.values[question.id]
        made = shares(values.elements())
        return {"n": made.n, "items": shares_told(made), **mean_told(values)}

    def ranking(self, question: AskedQuestion) -> dict[str, Any]:
        made = ranking(self.tally.ballots[question.id].elements(), question.offered)
        return ranking_told(made) | {
            "pairwise": [asdict(duel) for duel in made.pairwise],
            "positions": places_told(made.places),
            "position_bias": made.biased,
        }

    def sources(self) -> Counter[tuple[str, str]]:
        return self.tally.sources


def score_told(told: Score) -> dict[str, Any]:
    """Return a score with its groups."""
    return {
        "n": told.n,
        **asdict(told),
        "nps": told.nps,
        "interval": list(told.interval),
        "detractor_promoter_ratio": told.ratio,
    }


def point_told(point: Point, score: dict[str, Any]) -> dict[str, Any]:
    """Return the score of a period."""
    days = {"from": str(point.first), "to": str(point.last)}
    return {**days, **score, "changed": point.changed}


def shares_told(made: Shares) -> list[dict[str, Any]]:
    """Return how often each option was chosen."""
    return [asdict(one) | {"interval": list(one.interval)} for one in made.items]


def mean_told(values: Counter[Value]) -> dict[str, Any]:
    """Return the mean of numbers."""
    made = mean(values)
    return {"mean": made.mean, "mean_interval": list(made.interval) if made.interval else None}


def ranking_told(made: Ranking) -> dict[str, Any]:
    """Return what became of each option of a ranking."""
    items = [asdict(one) | {"first_interval": list(one.first_interval)} for one in made.items]
    return {"n": made.n, "items": items}


def places_told(places: Iterable[Place]) -> list[dict[str, Any]]:
    """Return how often what was shown in a place was somebody's first choice."""
    return [
        {
            "position": one.place,
            "count": one.count,
            "share": one.share,
            "interval": list(one.interval),
        }
        for one in places
    ]


def untold_share(option: str) -> dict[str, Any]:
    """Return an option of which nothing is told."""
    return {"option": option, "count": None, "share": None, "interval": [0.0, 1.0]}


def untold_ranking(n: int | None) -> dict[str, Any]:
    """Return a ranking of which nothing is told."""
    return {"n": n, "items": [], "pairwise": [], "positions": [], "position_bias": None}


def options_of(made: Shares, options: Sequence[str]) -> Shares:
    """Return what became of these options alone, with shares of all."""
    return Shares(made.n, tuple(one for one in made.items if one.option in options))
