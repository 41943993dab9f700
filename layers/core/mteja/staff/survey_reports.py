"""What staff may ask of surveys: scores, sources, reasons, and a survey as a whole. Numbers, of
nobody: analysts may see them, and no look is noted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from mteja.business import business
from mteja.business.forms import Asking
from mteja.business.load import asking, surveying
from mteja.business.surveys import Surveying
from mteja.errors import InvalidInput, NotFound
from mteja.identity.identifiers import Trust
from mteja.staff.reports import Reports, days_asked
from mteja.store.apart import TableApart, summaries_table
from mteja.store.table import Table, customers_table
from mteja.surveys import reports
from mteja.surveys.answers import Answered
from mteja.surveys.definition import Definition, definition
from mteja.surveys.invited import read_invited
from mteja.surveys.reading import read_answers
from mteja.surveys.reports import Over, counted, question_of, source_question
from mteja.surveys.scoring.anonymity import Block, blocks, within
from mteja.surveys.scoring.series import PERIODS, Per, period_of, usual_period
from mteja.surveys.tally import SEGMENTS, Tally, tally, tally_by
from mteja.surveys.theming import read_themes
from mteja.times import business_day
from mteja.tracking.calendar import Calendar

NPS = "GET /v1/reports/nps"
REASONS = "GET /v1/reports/reasons"
SURVEY = "GET /v1/reports/survey/{id}"
ALL = "all"
TRUST = (ALL, "verified", "claimed")
OF_ANSWERS = ("from", "to", "survey", "trust", "by")
"""What can be asked of them."""

type Dated = Iterator[tuple[date, Answered]]


@dataclass(frozen=True)
class SurveyReports:
    """One request. `now` is in epoch milliseconds."""

    surveying: Surveying
    asking: Asking
    table: Table
    summaries: TableApart
    zone: str
    now: int

    @classmethod
    def of_business(cls, now: int) -> "SurveyReports":
        """Return the request of this business and process. Raises Misconfigured."""
        zone = business().time_zone
        return cls(surveying(), asking(), customers_table(), summaries_table(), zone, now)

    def nps(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/nps`. Raises InvalidInput, NotFound."""
        asked = self._asked(query, lambda one: question_of(one, "nps") is not None)
        by = query.get("by")
        reading = self._reading(asked, query, PERIODS)
        over = reading.over(next((per for per in PERIODS if per == by), None))
        whole, apart = reading.tallies(None if by in PERIODS else by)
        made = reports.nps_report(asked, whole, over, reading.invitations)
        score = partial(reports.score_of, asked)
        return reading.about | made | _apart(asked, apart, by, score)

    def reasons(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/reasons`. Raises InvalidInput, NotFound."""
        asked = self._asked(query, lambda one: question_of(one, "ranking") is not None)
        question = question_of(asked, "ranking")
        if question is None:
            raise NotFound("survey")
        reading = self._reading(asked, query)
        whole, apart = reading.tallies(query.get("by"))
        ranked = partial(reports.ranking_of, asked, question=question)
        told = reading.about | {"question": question.id} | ranked(whole)
        return told | _apart(asked, apart, query.get("by"), ranked)

    def survey(self, survey: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/survey/{id}`. Raises InvalidInput, NotFound."""
        asked = self._asked({"survey": survey} | dict(query), lambda _: True)
        reading = self._reading(asked, query)
        whole, apart = reading.tallies(query.get("by"))

        def questions(some: Tally) -> dict[str, Any]:
            return {"questions": reports.questions_of(asked, some)}

        rate = reports.response_rate(asked, whole, reading.invitations)
        told = reading.about | {"answers": whole.n, "response_rate": rate} | questions(whole)
        told |= {"themes": read_themes(self.summaries, survey)}
        return told | _apart(asked, apart, query.get("by"), questions)

    def any_survey(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the report of a survey that the query names, of the first if it names none. Raises
        InvalidInput, NotFound."""
        asked = self._asked(query, lambda _: True)
        return self.survey(asked.id, {**query, "survey": asked.id})

    def sources(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/sources`: where people say that they heard of the business,
        beside the ways by which visits came. Raises InvalidInput, NotFound."""
        visits = Reports.of_business(self.now)
        of_visits = {name: value for name, value in query.items() if name in {"from", "to", "site"}}
        first, last = days_asked(query, self.now, self.zone)
        until = min(last, business_day(self.now, self.zone))
        told: dict[str, Any] = {"from": str(first), "to": str(last), "until": str(until)}
        if visits.sites.sites or "site" in query:
            told |= visits.sources(of_visits)
        measured = [{"how": "measured", **row} for row in told.get("items", ())]
        of_answers = {name: value for name, value in query.items() if name != "site"}
        if "survey" not in query and not any(
            self._every(lambda one: source_question(one) is not None)
        ):
            return told | {"items": measured} | reports.sources_compared(Tally())
        asked = self._asked(of_answers, lambda one: source_question(one) is not None)
        reading = self._reading(asked, of_answers)
        whole, _ = reading.tallies(None)
        declared = [{"how": "declared", **row} for row in reports.sources_said(asked, whole)]
        items = {"items": measured + declared}
        return reading.about | told | items | reports.sources_compared(whole)

    def reports_of(self, survey: str) -> frozenset[str]:
        """Return the names of the reports that a survey has. Raises NotFound."""
        asked = definition(survey, self.surveying, self.asking)
        kinds = {"nps": "nps", "reasons": "ranking"}
        return frozenset(
            {"answers", *(name for name, kind in kinds.items() if question_of(asked, kind))}
        )

    def _asked(self, query: Mapping[str, str], fits: Callable[[Definition], bool]) -> Definition:
        """Return the survey that is asked for; else the first that asks what is reported."""
        wanted = query.get("survey")
        known = [one for one in self._every(lambda _: True) if wanted in (None, one.id)]
        if not known:
            raise NotFound("survey")
        for one in known:
            if fits(one):
                return one
        raise InvalidInput("survey", "does not ask that")

    def _every(self, fits: Callable[[Definition], bool]) -> Iterator[Definition]:
        every = (definition(one.id, self.surveying, self.asking) for one in self.surveying.surveys)
        return (one for one in every if fits(one))

    def _reading(
        self, asked: Definition, query: Mapping[str, str], more: tuple[str, ...] = ()
    ) -> "_Reading":
        first, last = days_asked(query, self.now, self.zone)
        trust, by = query.get("trust", ALL), query.get("by")
        if trust not in TRUST:
            raise InvalidInput("trust", f"one of {', '.join(TRUST)}")
        if by is not None and by not in (*SEGMENTS, *more):
            raise InvalidInput("by", f"one of {', '.join((*more, *SEGMENTS))}")
        if asked.anonymous and trust != ALL:
            # What is claimed alone would be all less what is verified.
            raise InvalidInput("trust", "an anonymous survey is told as a whole")
        reading = _Reading(self, asked, first, last, trust)
        return reading.with_blocks() if asked.anonymous else reading


@dataclass(frozen=True)
class _Reading:
    """The answers that a report is made of. `blocks`: what of an anonymous survey is told."""

    within: SurveyReports
    asked: Definition
    first: date
    last: date
    trust: str
    blocks: tuple[Block, ...] = ()

    @property
    def about(self) -> dict[str, Any]:
        return {
            "survey": self.asked.id,
            "from": str(self.first),
            "to": str(self.last),
            "until": str(self._until),
            "trust": self.trust,
            "anonymous": self.asked.anonymous,
        }

    @property
    def _until(self) -> date:
        """The last day that is in it."""
        if self.asked.anonymous:
            return max((block.last for block in self.blocks), default=self.first)
        return min(self.last, business_day(self.within.now, self.within.zone))

    @property
    def invitations(self) -> int | None:
        """How many were invited on these days, as far as they are in the report; None where only
        what nobody was invited to is looked at."""
        if self.trust == Trust.CLAIMED:
            return None
        return read_invited(self.within.table, self.asked.id, self.first, self._until)

    def tallies(self, by: str | None) -> tuple[Tally, Mapping[str, Tally]]:
        """Return the answers counted, as a whole and by a segment."""
        if by is None:
            return tally(self._answers(), counted(self.asked)), {}
        return tally_by(self._answers(), counted(self.asked), by)

    def over(self, per: Per | None) -> Over:
        """Return the periods of which the time is shown: of an anonymous survey its blocks."""
        if self.asked.anonymous:
            of = {week: (block.first, block.last) for block in self.blocks for week in block.weeks}
            return Over(self.first, self.last, of.__getitem__)
        period = partial(period_of, per=per or usual_period(self.first, self.last))
        return Over(self.first, self.last, period)

    def with_blocks(self) -> "_Reading":
        """Return the reading with what of the years may be told. Read first for that alone: where
        answers end is then known, and they need not be kept."""
        today = business_day(self.within.now, self.within.zone)
        weeks = (day for day, _ in self._read(self.first.replace(month=1, day=1), self.last))
        return replace(self, blocks=within(blocks(weeks, today), self.first, self.last))

    def _answers(self) -> Dated:
        if not self.asked.anonymous:
            yield from self._read(self.first, self.last)
            return
        told = {week for block in self.blocks for week in block.weeks}
        if told:
            for day, one in self._read(min(told), max(told) + timedelta(days=6)):
                if day in told:
                    yield day, one

    def _read(self, first: date, last: date) -> Dated:
        """Yield answers with their day; those of an anonymous survey bear their week's Monday."""
        calendar = Calendar(self.within.zone, first, last)
        for one in read_answers(self.within.table, self.asked.id, first, last):
            if self.trust in (ALL, one.trust.value):
                yield calendar.day_of(one.at), one


def _apart(
    asked: Definition,
    apart: Mapping[str, Tally],
    by: str | None,
    made: Callable[[Tally], dict[str, Any]],
) -> dict[str, Any]:
    if by is None or by in PERIODS:
        return {"by": by, "segments": []}
    return {"by": by, "segments": reports.groups(asked, apart, made)}
