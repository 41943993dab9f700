"""What is told of an anonymous survey: each distribution in the steps in which it may be
(mteja.surveys.scoring.anonymity), and figures made of one only where it is told as a whole."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any

from mteja.business.surveys import When
from mteja.surveys.cells import (
    Counting,
    chosen,
    is_of_groups,
    listed,
    possible,
    ranked,
    rule_of,
    shown_first,
)
from mteja.surveys.definition import AskedQuestion, Definition, question_of
from mteja.surveys.scoring.anonymity import (
    FEWEST,
    GROUPS,
    Block,
    Cells,
    NoneOrEnough,
    Rule,
    Span,
    Step,
    WholeOrNot,
    score_steps,
    span,
    steps,
)
from mteja.surveys.scoring.nps import Score, score
from mteja.surveys.scoring.ranking import ranking
from mteja.surveys.scoring.series import Point, marked
from mteja.surveys.scoring.shares import shares
from mteja.surveys.tally import Tally
from mteja.surveys.telling import (
    Invited,
    Over,
    mean_told,
    options_of,
    places_told,
    point_told,
    ranking_told,
    score_told,
    shares_told,
    untold_ranking,
    untold_share,
)

_INVITED, _OTHERS = "invited", "others"


@dataclass(frozen=True)
class Year:
    """A year's blocks with what is counted in each, and which of them are asked for: from `begin`
    on, before `end`."""

    blocks: tuple[Block, ...]
    tallies: tuple[Tally, ...]
    begin: int
    end: int

    @property
    def asked(self) -> tuple[Tally, ...]:
        return self.tallies[self.begin : self.end]


def years_of(
    blocks: Sequence[Block], weekly: Mapping[date, Tally], first: date, last: date
) -> tuple[Year, ...]:
    """Return years with the blocks that lie within the days that are asked for. `weekly`: what is
    counted of each week, by its Monday."""
    found = []
    for _, some in groupby(blocks, lambda block: block.first.year):
        of_year = tuple(some)
        begin = sum(block.first < first for block in of_year)
        end = max(begin, sum(block.last <= last for block in of_year))
        tallies = tuple(_tally_of(block, weekly) for block in of_year)
        found.append(Year(of_year, tallies, begin, end))
    return tuple(found)


def _tally_of(block: Block, weekly: Mapping[date, Tally]) -> Tally:
    made = Tally()
    for week in block.weeks:
        if week in weekly:
            made.add(weekly[week])
    return made


@dataclass(frozen=True)
class Withholding:
    """Tells what may be told. `first`: the first day that is asked for."""

    survey: Definition
    years: tuple[Year, ...]
    first: date

    @property
    def answers(self) -> int:
        return sum(one.n for year in self.years for one in year.asked)

    @property
    def other_scale(self) -> int | None:
        return None

    def invited(self) -> Invited | None:
        found, days = 0, []
        for year in self.years:
            by_block = [
                {_INVITED: one.invited, _OTHERS: one.n - one.invited} for one in year.tallies
            ]
            these = span(steps(by_block, NoneOrEnough()), year.begin, year.end)
            if these is not None:
                found += sum(one[_INVITED] for one in by_block[these.begin : these.end])
                days.append(self._days(year, these))
        return Invited(found, tuple(days)) if found >= FEWEST else None

    def _days(self, year: Year, these: Span) -> tuple[date, date]:
        """Return the days of a span, with those before on which nobody answered."""
        after = date(year.blocks[0].first.year, 1, 1)
        if these.begin:
            after = year.blocks[these.begin - 1].last + timedelta(days=1)
        return max(self.first, after), year.blocks[these.end - 1].last

    def score(self) -> dict[str, Any]:
        whole, cells = Score(), None
        for year in self.years:
            these = span(self._score_steps(year), year.begin, year.end)
            if these is not None:
                whole = whole.with_more(_score(year.tallies[these.begin : these.end]))
                cells = these.cells if cells is None else cells & these.cells
        if cells is None:
            asked = question_of(self.survey, "nps")
            n = None if asked is None else self._answered(asked)
            return _without_groups(Score()) | {"n": n}
        return score_told(whole) if cells >= GROUPS else _without_groups(whole)

    def points(self, over: Over) -> list[dict[str, Any]]:  # noqa: ARG002 - blocks are its periods
        told = dict(self._scores())
        plain = (
            (days, one if whole else one.without_groups) for days, (one, whole) in told.items()
        )
        return [
            point_told(
                Point(days[0], days[1], one, changed),
                score_told(one) if told[days][1] else _without_groups(one),
            )
            for days, one, changed in marked(plain)
        ]

    def _scores(self) -> Iterator[tuple[tuple[date, date], tuple[Score, bool]]]:
        """Yield the score of each step, and whether its groups are told."""
        for year in self.years:
            found = self._score_steps(year)
            for begin, end in pairwise([0, *(step.blocks for step in found)]):
                these = span(found, begin, end)
                if these is not None and year.begin <= begin and end <= year.end:
                    days = year.blocks[begin].first, year.blocks[end - 1].last
                    yield days, (_score(year.tallies[begin:end]), these.cells >= GROUPS)

    def _score_steps(self, year: Year) -> tuple[Step, ...]:
        asked = question_of(self.survey, "nps")
        by_block = [_score([one]) for one in year.tallies]
        return score_steps(by_block, self._at(year, asked)) if asked is not None else ()

    def shares(self, question: AskedQuestion) -> dict[str, Any]:
        whole, cells = self._told(question, rule_of(question), chosen(question))
        names = listed(question)
        made = shares(whole.values[question.id].elements(), names)
        # Those that are not told stand in no order either.
        untold = [untold_share(one) for one in sorted(set(names) - cells)]
        return {
            "n": made.n if cells else self._answered(question),
            "items": [*shares_told(options_of(made, sorted(cells))), *untold],
        }

    def numbers(self, question: AskedQuestion) -> dict[str, Any]:
        whole, cells = self._told(question, rule_of(question), chosen(question))
        values, known = whole.values[question.id], frozenset(possible(question))
        said = {str(value) for value in values if value is not None}
        every = bool(known) and said <= known <= cells
        return self.shares(question) | mean_told(values if every else Counter())

    def ranking(self, question: AskedQuestion) -> dict[str, Any]:
        """Return what a ranking amounts to where each option was put into each place by enough.
        Never duels: with them the rankings themselves could be solved for."""
        offered = question.offered
        whole, cells = self._told(question, WholeOrNot(), lambda one: ranked(one, question))
        if not cells:
            return untold_ranking(self._answered(question))
        told = ranking_told(ranking(whole.ballots[question.id].elements(), offered))
        items = [one | {"wins": None} for one in told["items"]]
        shown, places = self._told(question, WholeOrNot(), lambda one: shown_first(one, question))
        by_place = ranking(shown.ballots[question.id].elements(), offered)
        return told | {
            "items": items,
            "pairwise": [],
            "positions": places_told(by_place.places) if places else [],
            "position_bias": by_place.biased if places else None,
        }

    def sources(self) -> Counter[tuple[str, str]]:
        return Counter()

    def _told(self, question: AskedQuestion, rule: Rule, counts: Counting) -> tuple[Tally, Cells]:
        """Return the answers of which something is told, and which cells of a distribution are."""
        whole, cells = Tally(), None
        for year in self.years:
            found = self._steps(year, question, rule, counts)
            these = span(found, year.begin, year.end)
            if these is not None:
                for one in year.tallies[these.begin : these.end]:
                    whole.add(one)
                cells = these.cells if cells is None else cells & these.cells
        return whole, cells or frozenset()

    def _steps(
        self,
        year: Year,
        question: AskedQuestion,
        rule: Rule,
        counts: Counting,
    ) -> tuple[Step, ...]:
        return steps([counts(one) for one in year.tallies], rule, self._at(year, question))

    def _at(self, year: Year, question: AskedQuestion) -> frozenset[int] | None:
        """Return after how many blocks a question may be told that hangs on another: to how many it
        was put is what they answered before, so that it is told only where that is."""
        when = question.question.when
        return None if when is None else frozenset(one.blocks for one in self._before(year, when))

    def _before(self, year: Year, when: When) -> Iterator[Step]:
        """Yield the steps in which it is told how many a question was put to."""
        asked = self.survey.question(when.question)
        if asked is None:
            return
        if asked.question.kind == "nps":
            if is_of_groups(when, asked):
                yield from (one for one in self._score_steps(year) if one.cells >= GROUPS)
            return
        if asked.question.kind == "choices" and len(when.any_of) > 1:
            return  # how many chose one of several is nowhere told
        every = frozenset(possible(asked))
        for step in self._steps(year, asked, rule_of(asked), chosen(asked)):
            if every and step.cells >= every:
                yield step

    def _answered(self, question: AskedQuestion) -> int | None:
        """Return how many answered a question of which nothing is told; not of one that hangs on
        another."""
        if question.question.when is not None:
            return None
        values = (one.values[question.id] for year in self.years for one in year.asked)
        n = sum(some.total() - some[None] for some in values)
        return n if n >= FEWEST else None


def _score(some: Iterable[Tally]) -> Score:
    return score(value for one in some for _, value in one.scores.elements())


def _without_groups(told: Score) -> dict[str, Any]:
    plain = score_told(told.without_groups)
    return plain | dict.fromkeys((*sorted(GROUPS), "detractor_promoter_ratio"))
