"""The shapes of reports on surveys, as `mteja.surveys.reports` makes them. No function imports
this. `until` is the last day that is in a report.

A figure of an anonymous survey that fewer than ten answers are in is null, and so is what would
give one away; no ranking is told by duels.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja.business.surveys import QuestionKind
from mteja.heard_from import HeardFrom
from mteja.http.operations import Day
from mteja.staff.report_answers import Share

Points = Annotated[float, Field(ge=-100, le=100, description="-100 to 100")]
PointInterval = Annotated[
    list[Points], Field(min_length=2, max_length=2, description="95 %, -100 to 100")
]
ShareInterval = Annotated[
    list[float], Field(min_length=2, max_length=2, description="95 % (Wilson)")
]
Answers = Annotated[int, Field(ge=0)]

_OfSurvey = TypedDict(
    "_OfSurvey",
    {
        "survey": str,
        "from": Day,
        "to": Day,
        "until": Day,
        "trust": Literal["all", "verified", "claimed"],
        "anonymous": bool,
    },
)


class Score(TypedDict):
    """Of `n` who answered: 9 and 10 are promoters, 7 and 8 passive, less detractors. A ratio
    without promoters is null, and not zero."""

    n: Answers | None
    promoters: Answers | None
    passives: Answers | None
    detractors: Answers | None
    nps: Points | None
    interval: PointInterval
    detractor_promoter_ratio: float | None


_Period = TypedDict("_Period", {"from": Day, "to": Day})


class ScoredPeriod(_Period, Score):
    """`changed`: the score differs from that of the last period before it, by more than chance."""

    changed: bool


class Segment(TypedDict):
    """Of fewer than ten answers (`few`) nothing else is told."""

    segment: str
    answers: Answers
    few: NotRequired[bool]


class SegmentScore(Segment):
    n: NotRequired[Answers | None]
    promoters: NotRequired[Answers | None]
    passives: NotRequired[Answers | None]
    detractors: NotRequired[Answers | None]
    nps: NotRequired[Points | None]
    interval: NotRequired[PointInterval]
    detractor_promoter_ratio: NotRequired[float | None]


class ScoreReport(_OfSurvey, Score):
    """`other_scale`: answers on the other scale (from 0, or from 1), which are in no figure."""

    response_rate: Share | None
    scale: str
    other_scale: Answers | None
    series: list[ScoredPeriod]
    by: str | None
    segments: list[SegmentScore]


class RankedOption(TypedDict):
    """The best option first. `borda`: a point for each option below it, of all together;
    `ranked`: how many ranked it at all; `wins`: options that more people put below it than above.
    """

    option: str
    borda: float
    mean_rank: Annotated[float, Field(ge=1)]
    first_share: Share | None
    first_interval: ShareInterval
    ranked: Answers | None
    wins: Answers | None


class Duel(TypedDict):
    """How many put an option before another."""

    option: str
    over: str
    count: Answers


class Position(TypedDict):
    """How often what was shown in this place was somebody's first choice."""

    position: Annotated[int, Field(ge=1)]
    count: Answers
    share: Share
    interval: ShareInterval


class Ranked(TypedDict):
    """`position_bias`: what was shown first was chosen first by more, or by fewer, than chance."""

    n: Answers | None
    items: list[RankedOption]
    pairwise: list[Duel]
    positions: list[Position]
    position_bias: bool | None


class SegmentRanked(Segment):
    n: NotRequired[Answers | None]
    items: NotRequired[list[RankedOption]]
    pairwise: NotRequired[list[Duel]]
    positions: NotRequired[list[Position]]
    position_bias: NotRequired[bool | None]


class ReasonsReport(_OfSurvey, Ranked):
    question: str
    by: str | None
    segments: list[SegmentRanked]


class Chosen(TypedDict):
    option: str
    count: Answers | None
    share: Share | None
    interval: ShareInterval


class QuestionShares(TypedDict):
    """Of several choices, shares add up to more than 1."""

    question: str
    kind: QuestionKind
    n: Answers | None
    items: list[Chosen]


class QuestionNumbers(QuestionShares):
    mean: float | None
    mean_interval: Annotated[list[float], Field(min_length=2, max_length=2)] | None


class QuestionScore(Score):
    question: str
    kind: QuestionKind


class QuestionRanked(Ranked):
    question: str
    kind: QuestionKind


QuestionReport = QuestionScore | QuestionRanked | QuestionNumbers | QuestionShares


class SegmentQuestions(Segment):
    questions: NotRequired[list[QuestionReport]]


class Theme(TypedDict):
    """A word, or two that stand together; by how many of each it was used; and how far that is from
    chance (log-likelihood ratio). Of an anonymous survey it stands without numbers."""

    term: str
    detractors: Answers | None
    promoters: Answers | None
    ratio: float | None


_ThemesOf = TypedDict("_ThemesOf", {"question": str, "from": Day, "to": Day})


class Themes(_ThemesOf):
    """What sets detractors apart by what they write, as of last night: the strongest terms that ten
    people or more used. `detractors`, `promoters`: how many wrote."""

    of_detractors: list[Theme]
    of_promoters: list[Theme]
    detractors: Answers | None
    promoters: Answers | None


class SurveyReport(_OfSurvey):
    """Each question whose answers can be counted, in the survey's order."""

    answers: Answers | None
    response_rate: Share | None
    questions: list[QuestionReport]
    themes: list[Themes]
    by: str | None
    segments: list[SegmentQuestions]


class SourceChannel(TypedDict):
    """`measured`: of visits; `declared`: of answers. Shares are of all that are alike."""

    how: Literal["measured", "declared"]
    channel: str
    count: Answers
    share: Share
    interval: ShareInterval


class SourcePair(TypedDict):
    """How many said one thing and were measured as another."""

    declared: HeardFrom
    measured: str
    count: Answers


_Days = TypedDict("_Days", {"from": Day, "to": Day})


class SourcesReport(_Days):
    """Of `compared` people both are known and can be the same; `agreement` is the share of those of
    whom they are, `kappa` (Cohen's) what is left of it beyond chance. `until`: the last day whose
    visits are in it; `incomplete`: days of which not all of them are."""

    site: NotRequired[str]
    until: Day
    incomplete: NotRequired[list[Day]]
    survey: NotRequired[str]
    trust: NotRequired[Literal["all", "verified", "claimed"]]
    anonymous: NotRequired[bool]
    items: list[SourceChannel]
    matrix: list[SourcePair]
    compared: Answers
    agreement: Share | None
    kappa: Annotated[float, Field(ge=-1, le=1)] | None
