"""Routes to reports on surveys. No function imports this."""

from typing import Literal

from mteja import errors
from mteja.http.operations import Day, Operation, Parameter, Success
from mteja.staff import survey_report_answers as answers
from mteja.staff.api_parts import NOT_ALLOWED
from mteja.staff.survey_reports import TRUST
from mteja.surveys.scoring.nps import FEW
from mteja.surveys.scoring.series import PERIODS
from mteja.surveys.tally import SEGMENTS

_DAYS = (
    Parameter("from", "first day; without it, 30 days that end with `to`", Day, "2026-11-01"),
    Parameter("to", "last day; without it, today", Day, "2026-11-22"),
)
_SURVEY = Parameter("survey", "without it, the first that asks for this", example="satisfaction")
_TRUST = Parameter(
    "trust",
    "`verified`: by invitation, staff or the shop's tablet; `claimed`: what anybody may type in",
    Literal[*TRUST],
)
_BY = Parameter("by", "tell segments apart", Literal[*SEGMENTS])
_BY_TIME_TOO = Parameter(
    "by",
    "tell segments apart; or show the time by day, week or month (without it by week, more than "
    "half a year by month)",
    Literal[*PERIODS, *SEGMENTS],
)
_REFUSES = (
    NOT_ALLOWED,
    errors.NotFound("survey"),
    errors.InvalidInput("from", "a day as 2026-11-22"),
)
_FRESH = (
    "Recomputed from the answers, so that what was changed or erased is right at once. Of an "
    "anonymous survey whole weeks are told, once they hold ten answers, and no figure that fewer "
    "are in, nor one from which such a figure follows; it is told apart by nothing. With "
    "`Accept: text/csv` a table."
)
_ABOUT = {
    "survey": "satisfaction",
    "from": "2026-11-01",
    "to": "2026-11-22",
    "until": "2026-11-22",
    "trust": "all",
    "anonymous": False,
}
_SCORE = {
    "n": 100,
    "promoters": 50,
    "passives": 30,
    "detractors": 20,
    "nps": 30.0,
    "interval": [14.69, 45.31],
    "detractor_promoter_ratio": 0.4,
}
_ITEM = {
    "option": "quality",
    "borda": 194,
    "mean_rank": 2.06,
    "first_share": 0.26,
    "first_interval": [0.184, 0.3537],
    "ranked": 100,
    "wins": 3,
}
_RANKED = {
    "n": 100,
    "items": [_ITEM],
    "pairwise": [{"option": "quality", "over": "price", "count": 58}],
    "positions": [{"position": 1, "count": 27, "share": 0.27, "interval": [0.1929, 0.3644]}],
    "position_bias": False,
}

_NPS = Operation(
    "GET",
    "/v1/reports/nps",
    "reportNps",
    "Would customers recommend us",
    "The Net Promoter Score: the share of 9 and 10 less that of 6 and less, with its 95 % "
    "interval. Whoever skipped the question is in no figure. A period is marked as changed where "
    "the interval of its difference to the last one is without zero; segments and periods of fewer "
    f"than {FEW} answers are not compared. " + _FRESH,
    Success(
        200,
        "The report",
        answers.ScoreReport,
        _ABOUT
        | _SCORE
        | {
            "response_rate": 0.28,
            "scale": "1-10",
            "other_scale": 0,
            "series": [{"from": "2026-11-16", "to": "2026-11-22", **_SCORE, "changed": False}],
            "by": "trust",
            "segments": [
                {"segment": "verified", "answers": 100, **_SCORE},
                {"segment": "claimed", "answers": 4, "few": True},
            ],
        },
        sheet="part,segment,from,to,n,promoters,…\r\nall,,2026-11-01,2026-11-22,100,50,…\r\n",
    ),
    parameters=(*_DAYS, _SURVEY, _TRUST, _BY_TIME_TOO),
    refuses=_REFUSES,
)

_REASONS = Operation(
    "GET",
    "/v1/reports/reasons",
    "reportReasons",
    "Why customers buy from us",
    "What they put before what: Borda's count, mean rank, share of first choices, and how many put "
    "which option before which. Options that somebody left out share the places that are left. "
    "Whether the order in which options were shown had a say is told too. " + _FRESH,
    Success(
        200,
        "The report",
        answers.ReasonsReport,
        _ABOUT | {"question": "reasons"} | _RANKED | {"by": None, "segments": []},
        sheet="segment,option,ranked,borda,…\r\n,quality,100,194,…\r\n",
    ),
    parameters=(*_DAYS, _SURVEY, _TRUST, _BY),
    refuses=_REFUSES,
)

_WHOLE = Operation(
    "GET",
    "/v1/reports/survey/{id}",
    "reportSurvey",
    "What a survey's answers are",
    "Each question whose answers can be counted: shares of options with their 95 % intervals "
    "(Wilson), means of numbers, scores, rankings. Texts are not told but for what sets detractors "
    "apart in them, as of last night, whatever days are asked for. " + _FRESH,
    Success(
        200,
        "The report",
        answers.SurveyReport,
        _ABOUT
        | {
            "answers": 112,
            "response_rate": 0.28,
            "questions": [
                {"question": "recommend", "kind": "nps", **_SCORE},
                {
                    "question": "heard_from",
                    "kind": "choice",
                    "n": 80,
                    "items": [
                        {
                            "option": "friend",
                            "count": 48,
                            "share": 0.6,
                            "interval": [0.4904, 0.7004],
                        }
                    ],
                },
                {"question": "reasons", "kind": "ranking", **_RANKED},
            ],
            "themes": [
                {
                    "question": "why",
                    "from": "2026-08-25",
                    "to": "2026-11-22",
                    "of_detractors": [
                        {"term": "late", "detractors": 14, "promoters": 2, "ratio": 18.31}
                    ],
                    "of_promoters": [],
                    "detractors": 31,
                    "promoters": 52,
                }
            ],
            "by": None,
            "segments": [],
        },
        sheet="segment,question,kind,option,measure,…\r\n,recommend,nps,,n,100,…\r\n",
    ),
    parameters=(
        Parameter("id", "a declared survey", example="satisfaction", at="path"),
        *_DAYS,
        _TRUST,
        _BY,
    ),
    refuses=_REFUSES,
)

_SOURCES = Operation(
    "GET",
    "/v1/reports/sources",
    "reportSources",
    "Report on where customers come from",
    "By which way visits came, and where people say that they heard of the business, each with the "
    "95 % interval of its share (Wilson); and of those of whom both are known, how far they agree. "
    "Days are those of the business's time zone. With `Accept: text/csv` a table.",
    Success(
        200,
        "The report",
        answers.SourcesReport,
        _ABOUT
        | {
            "site": "shop",
            "items": [
                {
                    "how": "measured",
                    "channel": "search",
                    "count": 60,
                    "share": 0.6,
                    "interval": [0.502, 0.6906],
                },
                {
                    "how": "declared",
                    "channel": "friend",
                    "count": 48,
                    "share": 0.6,
                    "interval": [0.4904, 0.7004],
                },
            ],
            "matrix": [{"declared": "friend", "measured": "search", "count": 12}],
            "compared": 30,
            "agreement": 0.5333,
            "kappa": 0.21,
        },
        sheet="channel,count,share,interval_low,interval_high,how,measured\r\n"
        "search,60,0.6,0.502,0.6906,measured,\r\n",
    ),
    parameters=(
        *_DAYS,
        Parameter("site", "a declared website; without it, the first one", example="shop"),
        _SURVEY,
        _TRUST,
    ),
    refuses=_REFUSES,
)

OPERATIONS = (_NPS, _SOURCES, _REASONS, _WHOLE)
