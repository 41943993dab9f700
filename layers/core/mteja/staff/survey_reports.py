"""What staff may ask of surveys: scores, sources, reasons, and a survey as a whole. Numbers, of
nobody: analysts may see them, and no look is noted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
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
from mteja.surveys.definition import Definition, definition, question_of
from mteja.surveys.invited import read_invited
from mteja.surveys.reading import read_answers
from mteja.surveys.reports import Invitations, counted, source_question
from mteja.surveys.scoring.anonymity import blocks
from mteja.surveys.scoring.series import PERIODS, Per, period_of, usual_period
from mteja.surveys.tally import SEGMENTS, Tally, tally, tally_by, tally_days
from mteja.surveys.telling import Everything, Over, Telling
from mteja.surveys.theming import read_themes
from mteja.surveys.withholding import Withholding, Year, years_of
from mteja.times import business_day
from mteja.tracking.calendar import Calendar

NPS = "GET /v1/reports/nps"
REASONS = "GET /v1/reports/reasons"
SURVEY = "GET /v1/reports/survey/{id}"
ALL = "all"
TRUST = (ALL, "verified", "claimed")
OF_ANSWERS = ("from", "to", "survey", "trust", "by")
"""What can be asked of them."""
_AS_A_WHOLE = "an anonymous survey is told as a whole"

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
        whole, apart = reading.told(None if by in PERIODS else by)
        made = reports.nps_report(asked, whole, over, reading.invitations)
        return reading.about | made | _apart(apart, by, lambda some: some.score())

    def reasons(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/reasons`. Raises InvalidInput, NotFound."""
        asked = self._asked(query, lambda one: question_of(one, "ranking") is not None)
        question = question_of(asked, "ranking")
        if question is None:
            raise NotFound("survey")
        reading = self._reading(asked, query)
        whole, apart = reading.told(query.get("by"))
        told = reading.about | {"question": question.id} | whole.ranking(question)
        return told | _apart(apart, query.get("by"), lambda some: some.ranking(question))

    def survey(self, survey: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/reports/survey/{id}`. Raises InvalidInput, NotFound."""
        asked = self._asked({"survey": survey} | dict(query), lambda _: True)
        reading = self._reading(asked, query)
        whole, apart = reading.told(query.get("by"))

        def questions(some: Telling) -> dict[str, Any]:
            return {"questions": reports.questions_of(asked, some)}

        rate = reports.response_rate(whole, reading.invitations)
        told = reading.about | {"answers": whole.answers, "response_rate": rate} | questions(whole)
        told |= {"themes": read_themes(self.summaries, survey)}
        return told | _apart(apart, query.get("by"), questions)

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
            return told | {"items": measured} | reports.sources_compared(Everything(Tally()))
        asked = self._asked(of_answers, lambda one: source_question(one) is not None)
        reading = self._reading(asked, of_answers)
        whole, _ = reading.told(None)
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
            raise InvalidInput("trust", _AS_A_WHOLE)
        if asked.anonymous and by in SEGMENTS:
            raise InvalidInput("by", _AS_A_WHOLE)
        return _Reading(self, asked, first, last, trust)


@dataclass(frozen=True)
class _Reading:
    """The answers that a report is made of."""

    within: SurveyReports
    asked: Definition
    first: date
    last: date
    trust: str

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
            ends = (year.blocks[year.end - 1].last for year in self._years if year.begin < year.end)
            return max(ends, default=self.first)
        return min(self.last, business_day(self.within.now, self.within.zone))

    @property
    def invitations(self) -> Invitations | None:
        """What says how many were invited on some days; None where only what nobody was invited to
        is looked at."""
        if self.trust == Trust.CLAIMED:
            return None
        return partial(read_invited, self.within.table, self.asked.id)

    def told(self, by: str | None) -> tuple[Telling, Mapping[str, Tally]]:
        """Return what is told of the answers, as a whole and by a segment."""
        if self.asked.anonymous:
            return Withholding(self.asked, self._years, self.first), {}
        answers, days = self._read(self.first, self.last), ((self.first, self._until),)
        if by is None:
            return Everything(tally(answers, counted(self.asked)), days), {}
        whole, apart = tally_by(answers, counted(self.asked), by)
        return Everything(whole, days), apart

    def over(self, per: Per | None) -> Over:
        """Return the periods of which the time is shown; an anonymous survey has its own."""
        period = partial(period_of, per=per or usual_period(self.first, self.last))
        return Over(self.first, self.last, period)

    @cached_property
    def _years(self) -> tuple[Year, ...]:
        """What is counted of the years of an anonymous survey: from their begin on, since that says
        in which steps it is told."""
        today = business_day(self.within.now, self.within.zone)
        begin = self.first.replace(month=1, day=1)
        weekly = tally_days(self._read(begin, self.last), counted(self.asked))
        weeks = (week for week, counts in weekly.items() for _ in range(counts.n))
        return years_of(blocks(weeks, today), weekly, self.first, self.last)

    def _read(self, first: date, last: date) -> Dated:
        """Yield answers with their day; those of an anonymous survey bear their week's Monday."""
        calendar = Calendar(self.within.zone, first, last)
        for one in read_answers(self.within.table, self.asked.id, first, last):
            if self.trust in (ALL, one.trust.value):
                yield calendar.day_of(one.at), one


def _apart(
    apart: Mapping[str, Tally], by: str | None, made: Callable[[Telling], dict[str, Any]]
) -> dict[str, Any]:
    if by is None or by in PERIODS:
        return {"by": by, "segments": []}
    return {"by": by, "segments": reports.groups(apart, made)}
