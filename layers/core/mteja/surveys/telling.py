"""What is told of counted answers, as JSON: all of it, or of an anonymous survey what may be
(mteja.surveys.scoring.anonymity). A figure that is not told is None."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mteja.surveys.answers import Value
from mteja.surveys.scoring.anonymity import FEWEST, told, told_of_several
from mteja.surveys.scoring.means import mean
from mteja.surveys.scoring.nps import Score, widest_interval
from mteja.surveys.scoring.ranking import Ranking, ranking
from mteja.surveys.scoring.series import Point
from mteja.surveys.scoring.shares import shares
from mteja.surveys.tally import Ballot


@dataclass(frozen=True)
class Telling:
    """How much is told: of an anonymous survey nothing that fewer than FEWEST answers are in."""

    anonymous: bool = False

    def enough(self, n: int) -> bool:
        return not self.anonymous or n >= FEWEST

    def cells(self, counts: Mapping[str, int]) -> frozenset[str]:
        """Return the cells that are told, where each answer is in one."""
        return told(counts) if self.anonymous else frozenset(counts)

    def score(self, score: Score) -> dict[str, Any]:
        """Return a score with its groups. Where one of them is not told, the interval is the widest
        that the score leaves, since the right one would say how large they are."""
        groups = asdict(score)
        cells = self.cells(groups)
        enough = self.enough(score.n)
        every = len(cells) == len(groups)
        interval = score.interval if every else widest_interval(score)
        return {
            "n": score.n if enough else None,
            **{name: count if name in cells else None for name, count in groups.items()},
            "nps": score.nps if enough else None,
            "interval": list(interval if enough else Score().interval),
            "detractor_promoter_ratio": score.ratio if every else None,
        }

    def points(self, points: Sequence[Point]) -> list[dict[str, Any]]:
        """Return the scores of periods."""
        cells = self.cells({str(one.first): one.score.n for one in points})
        return [
            {
                "from": str(one.first),
                "to": str(one.last),
                **self.score(one.score),
                "changed": one.changed,
            }
            for one in points
            if str(one.first) in cells
        ]

    def shares(self, values: Counter[Value], options: Sequence[str]) -> dict[str, Any]:
        """Return how often each option was chosen."""
        made = shares(values.elements(), options)
        counts = {one.option: one.count for one in made.items}
        several = any(isinstance(value, tuple) for value in values)
        cells = frozenset(counts)
        if self.anonymous:
            cells = told_of_several(counts, made.n) if several else told(counts)
        # Those that are not told stand in no order either.
        ordered = sorted(made.items, key=lambda one: one.option if one.option not in cells else "")
        return {
            "n": made.n if self.enough(made.n) else None,
            "items": [
                {
                    "option": one.option,
                    "count": one.count if one.option in cells else None,
                    "share": one.share if one.option in cells else None,
                    "interval": list(one.interval) if one.option in cells else [0.0, 1.0],
                }
                for one in ordered
            ],
        }

    def numbers(self, values: Counter[Value]) -> dict[str, Any]:
        """Return the mean of numbers, and how often each was said."""
        made = mean(values)
        enough = self.enough(made.n)
        return self.shares(values, ()) | {
            "mean": made.mean if enough else None,
            "mean_interval": list(made.interval) if made.interval and enough else None,
        }

    def ranking(self, ballots: Counter[Ballot], options: Sequence[str]) -> dict[str, Any]:
        """Return what a ranking amounts to. Of an anonymous one neither who was first for how many,
        nor duels, are told where they are of few."""
        made = ranking(ballots.elements(), options)
        enough = self.enough(made.n)
        firsts = self.cells({one.option: round(one.first_share * made.n) for one in made.items})
        return {
            "n": made.n if enough else None,
            "items": [
                {
                    "option": one.option,
                    "borda": one.borda,
                    "mean_rank": one.mean_rank,
                    "first_share": one.first_share if one.option in firsts else None,
                    "first_interval": (
                        list(one.first_interval) if one.option in firsts else [0.0, 1.0]
                    ),
                    "ranked": one.ranked if self.part(one.ranked, made.n) else None,
                    "wins": one.wins,
                }
                for one in made.items
                if enough
            ],
            "pairwise": self._duels(made),
            "positions": self._places(made),
            "position_bias": made.biased if enough else None,
        }

    def part(self, count: int, of: int) -> bool:
        """Whether neither few are in a cell nor few are outside of it."""
        return not self.anonymous or FEWEST <= count <= of - FEWEST or count == of >= FEWEST

    def _duels(self, made: Ranking) -> list[dict[str, Any]]:
        return [asdict(duel) for duel in made.pairwise if self.part(duel.count, made.n)]

    def _places(self, made: Ranking) -> list[dict[str, Any]]:
        cells = self.cells({str(one.place): one.count for one in made.places})
        return [
            {
                "position": one.place,
                "count": one.count,
                "share": one.share,
                "interval": list(one.interval),
            }
            for one in made.places
            if str(one.place) in cells
        ]
