"""Reports on surveys as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mteja.http.sheets import sheet

_SCORE = ("n", "promoters", "passives", "detractors", "nps")
_SCORE_COLUMNS = (*_SCORE, "interval_low", "interval_high", "detractor_promoter_ratio")
_RANKED = ("ranked", "borda", "mean_rank", "first_share")


def nps_sheet(report: Mapping[str, Any]) -> str:
    """Return the report on scores: a row of the whole time, of each period, of each segment."""
    days = report["from"], report["to"]
    rows = [["all", "", *days, *_score(report), "", report["response_rate"]]]
    rows += [
        ["period", "", point["from"], point["to"], *_score(point), point["changed"], ""]
        for point in report["series"]
    ]
    rows += [["segment", one["segment"], *days, *_score(one), "", ""] for one in report["segments"]]
    columns = ("part", "segment", "from", "to", *_SCORE_COLUMNS, "changed", "response_rate")
    return sheet(columns, rows)


def _score(of: Mapping[str, Any]) -> list[Any]:
    """Return the figures of a score, of a segment of few only how many they are."""
    if "few" in of:
        return [of["answers"], *[None] * (len(_SCORE_COLUMNS) - 1)]
    return [*(of[name] for name in _SCORE), *of["interval"], of["detractor_promoter_ratio"]]


def sources_sheet(report: Mapping[str, Any]) -> str:
    """Return the report on sources: a row of each channel that was measured or declared, and of
    each pair of both."""
    rows: list[list[Any]] = [
        [row["channel"], row["count"], row["share"], *row["interval"], row["how"], ""]
        for row in report["items"]
    ]
    rows += [
        [pair["declared"], pair["count"], "", "", "", "both", pair["measured"]]
        for pair in report["matrix"]
    ]
    columns = ("channel", "count", "share", "interval_low", "interval_high", "how", "measured")
    return sheet(columns, rows)


def reasons_sheet(report: Mapping[str, Any]) -> str:
    """Return the report on reasons: a row of each option, and of each pair of them."""
    every = [("", report), *((one["segment"], one) for one in report["segments"])]
    rows = [row for segment, one in every for row in _ranked(segment, one)]
    columns = (*_RANKED, "interval_low", "interval_high", "wins", "over", "count")
    return sheet(("segment", "option", *columns), rows)


def _ranked(segment: str, of: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    for one in of.get("items", ()):
        figures = [one[name] for name in _RANKED]
        yield [segment, one["option"], *figures, *one["first_interval"], one["wins"], "", ""]
    for duel in of.get("pairwise", ()):
        yield [segment, duel["option"], *[""] * 7, duel["over"], duel["count"]]


def survey_sheet(report: Mapping[str, Any]) -> str:
    """Return a survey as a whole: how many answered, a row of each question, and of each of its
    options."""
    every = [("", report), *((one["segment"], one) for one in report["segments"])]
    rows = [["", "", "", "", name, report[name], "", ""] for name in ("answers", "response_rate")]
    rows += [
        [segment, question["question"], question["kind"], *row]
        for segment, one in every
        for question in one.get("questions", ())
        for row in _question(question)
    ]
    rows += [
        ["", of["question"], "text", theme["term"], group, theme[group], "", ""]
        for of in report["themes"]
        for theme in (*of["of_detractors"], *of["of_promoters"])
        for group in ("detractors", "promoters")
    ]
    columns = ("option", "measure", "value", "interval_low", "interval_high")
    return sheet(("segment", "question", "kind", *columns), rows)


def _question(of: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    yield ["", "n", of["n"], "", ""]
    if "nps" in of:
        yield ["", "nps", of["nps"], *of["interval"]]
        for group in ("promoters", "passives", "detractors"):
            yield [group, "count", of[group], "", ""]
    if "mean" in of:
        yield ["", "mean", of["mean"], *(of["mean_interval"] or ("", ""))]
    for one in of.get("items", ()):
        if "borda" in one:
            yield [one["option"], "borda", one["borda"], "", ""]
            yield [one["option"], "mean_rank", one["mean_rank"], "", ""]
            yield [one["option"], "first_share", one["first_share"], *one["first_interval"]]
        else:
            yield [one["option"], "count", one["count"], "", ""]
            yield [one["option"], "share", one["share"], *one["interval"]]
