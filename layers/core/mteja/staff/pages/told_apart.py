"""Tables of who answered, beside each other: a row of each segment of a report, a column of each
option of a question."""

from collections.abc import Mapping
from typing import Any

from mteja.pages.catalogues import marked

RANK, SHARE, SCORE, MEAN = "rank", "share", "score", "mean"
CAPTIONS = {
    RANK: marked("Mean rank, by who answered"),
    SHARE: marked("Shares, by who answered"),
    SCORE: marked("Score, by who answered"),
    MEAN: marked("Mean, by who answered"),
}
"""What the figures of a table are."""


def segment_tables(name: str, made: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return by question a table of its report's segments: what its figures are (`of`, one of
    CAPTIONS), its `options` (none where a segment has one figure), and `rows` of segment, answers
    and `figures`, which are None of a segment of few. Nothing where nothing is told apart."""
    if made is None or name not in {"reasons", "answers"} or not made["segments"]:
        return {}
    questions = made["questions"] if name == "answers" else [{**made, "kind": "ranking"}]
    return {one["question"]: _table(name, one, made["segments"]) for one in questions}


def _table(
    name: str, question: Mapping[str, Any], segments: list[dict[str, Any]]
) -> dict[str, Any]:
    of, options = _measured(question)
    rows = []
    for segment in segments:
        told = _question(name, question["question"], segment)
        figures = None if told is None else _figures(told, of, options)
        row = {"segment": segment["segment"], "answers": segment["answers"], "figures": figures}
        rows.append(row)
    return {"of": of, "options": options, "rows": rows}


def _measured(question: Mapping[str, Any]) -> tuple[str, list[str]]:
    if question["kind"] == "nps":
        return SCORE, []
    if "mean" in question:
        return MEAN, []
    return (
        RANK if question["kind"] == "ranking" else SHARE,
        [one["option"] for one in question["items"]],
    )


def _question(name: str, question: str, segment: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what a segment says to a question, None where few are in it."""
    if "few" in segment:
        return None
    if name == "reasons":
        return segment
    found: dict[str, Mapping[str, Any]] = {one["question"]: one for one in segment["questions"]}
    return found[question]


def _figures(told: Mapping[str, Any], of: str, options: list[str]) -> list[float | None]:
    if of == SCORE:
        return [told["nps"]]
    if of == MEAN:
        return [told["mean"]]
    figure = "mean_rank" if of == RANK else "share"
    by_option = {one["option"]: one[figure] for one in told["items"]}
    return [by_option.get(option) for option in options]
