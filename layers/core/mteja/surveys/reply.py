"""From what was sent to the answers of a survey, with everything that is wrong told at once."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from mteja.business.surveys import OFFERING
from mteja.errors import InvalidFields, InvalidInput
from mteja.forms.submission import unknown_field
from mteja.forms.values import (
    NEEDED,
    NOT_OPTION,
    NOT_TOLD,
    Setting,
    is_not_told,
    read_value,
)
from mteja.pages.catalogues import marked
from mteja.recording.facts import Json
from mteja.surveys.answers import Value
from mteja.surveys.definition import AskedQuestion, Definition
from mteja.surveys.flow import reached

_MOST_UNKNOWN = 10
_PLACE = re.compile(r"[0-9]{1,2}", re.ASCII)

NOTHING = marked("answer at least one question")
NOT_REACHED = marked("is not asked after these answers")
TIE = marked("two of them have the same place")
NOT_RANKING = marked("the options in their order, the first first, each once")
NOT_SHOWN = marked("the options in the order in which they were shown")


@dataclass(frozen=True)
class Reply:
    """What was answered. `counted` by question is kept in clear, None where a question was seen and
    skipped; `texts` and `profile` (fields of the business, by name) are sealed. `not_told`: fields
    that somebody would rather not tell. `shown`: the order in which options were shown."""

    counted: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    profile: Mapping[str, Json] = field(default_factory=dict)
    not_told: tuple[str, ...] = ()
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_reply(
    survey: Definition,
    sent: Mapping[str, object],
    setting: Setting,
    *,
    known: Mapping[str, Value] | None = None,
    shown: Mapping[str, object] | None = None,
    seen: Iterable[str] | None = None,
    written: Container[str] = (),
    at_once: bool = False,
) -> Reply:
    """Return what was answered.

    `known`: what was answered before, on which it hangs what is asked. `seen` are the questions
    that were put, else all that are reached: who says nothing to one skips it. `written`: questions
    whose text was given before, and stays. `at_once`: all stood on one page, on which anybody may
    answer what is not asked then: that is left out. Raises InvalidInput, or InvalidFields where
    several are wrong; each names its question.
    """
    faults: list[InvalidInput] = []
    values = _values(survey, sent, setting, faults)
    answers = dict(known or {}) | {name: _counted(value) for name, value in values.items()}
    ways = {one.id for one in reached(survey, answers)}
    if at_once:
        values = {name: value for name, value in values.items() if name in ways}
        faults = [fault for fault in faults if fault.field.partition(".")[0] in ways]
    put = ways if seen is None else set(seen)
    needed = {one.id for one in survey.questions
              if one.question.required and one.id not in written} & put & ways  # fmt: skip
    for one in survey.questions:
        if one.id in values and one.id not in ways:
            faults.append(InvalidInput(one.id, NOT_REACHED))
        elif one.id in needed and _open(one, values, faults):
            faults.append(InvalidInput(one.id, NEEDED))
    names = {one.id for one in survey.questions}
    faults += [unknown_field(name) for name in sent if name not in names][:_MOST_UNKNOWN]
    orders = _orders(survey, shown or {}, faults)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InvalidFields(faults)
    if seen is None and not values:
        raise InvalidInput("answers", NOTHING)
    return _sorted_out(survey, values, put & ways, orders)


def _values(
    survey: Definition, sent: Mapping[str, object], setting: Setting, faults: list[InvalidInput]
) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for one in survey.questions:
        try:
            value = _value(one, sent.get(one.id), setting)
        except InvalidInput as fault:
            faults.append(fault)
            continue
        if value is not None:
            values[one.id] = value
    return values


def _open(one: AskedQuestion, values: Mapping[str, Json], faults: list[InvalidInput]) -> bool:
    """Whether nothing was said to a question, not even something wrong."""
    wrong = {fault.field.partition(".")[0] for fault in faults}
    return one.id not in values and one.id not in wrong


def _sorted_out(
    survey: Definition,
    values: Mapping[str, Json],
    put: set[str],
    orders: Mapping[str, tuple[str, ...]],
) -> Reply:
    counted: dict[str, Value] = {}
    texts: dict[str, str] = {}
    profile: dict[str, Json] = {}
    not_told: list[str] = []
    for one in survey.questions:
        if one.id not in put and one.id not in values:
            continue
        value = values.get(one.id)
        if survey.counts(one):
            counted[one.id] = _counted(value)
        elif isinstance(value, str) and value != NOT_TOLD and not _told_of(one, survey):
            texts[one.id] = value
        if one.of_profile and value == NOT_TOLD:
            not_told.append(one.id)
        elif one.of_profile and value is not None:
            profile[one.id] = value
    return Reply(counted, texts, profile, tuple(not_told), orders)


def _told_of(one: AskedQuestion, survey: Definition) -> bool:
    """Whether an answer is what a customer is, and kept as that: not with what is said."""
    return one.of_profile and not survey.anonymous


def _counted(value: Json) -> Value:
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def _value(one: AskedQuestion, raw: object, setting: Setting) -> Json:
    if one.question.kind == "ranking":
        return _ranking(one, raw)
    if one.of_profile and is_not_told(one.field, raw):
        return NOT_TOLD
    return read_value(one.field, raw, setting)


def _ranking(one: AskedQuestion, raw: object) -> list[Json] | None:
    """Return options, best first. A page gives each its place; a program says them in order."""
    if isinstance(raw, Mapping):
        return _placed(one, raw)
    if raw is None or raw == "" or raw == []:
        return None
    given = raw if isinstance(raw, list) else [raw]
    if any(not isinstance(option, str) for option in given) or len(set(given)) < len(given):
        raise InvalidInput(one.id, NOT_RANKING)
    if set(given) - set(one.offered):
        raise InvalidInput(one.id, NOT_OPTION)
    return list(given)


def _placed(one: AskedQuestion, raw: Mapping[str, object]) -> list[Json] | None:
    if set(raw) - set(one.offered):
        raise InvalidInput(one.id, NOT_OPTION)
    places: dict[int, str] = {}
    for option, place in raw.items():
        if place == "":
            continue
        number = int(place) if isinstance(place, str) and _PLACE.fullmatch(place) else 0
        if not 1 <= number <= len(one.offered):
            raise InvalidInput(one.id, NOT_RANKING)
        if number in places:
            raise InvalidInput(one.id, TIE)
        places[number] = option
    return [places[number] for number in sorted(places)] or None


def _orders(
    survey: Definition, shown: Mapping[str, object], faults: list[InvalidInput]
) -> dict[str, tuple[str, ...]]:
    """Return in which order options were shown, of questions whose options have one."""
    found: dict[str, tuple[str, ...]] = {}
    for name, options in shown.items():
        one = survey.question(name)
        if one is None or one.question.kind not in OFFERING:
            faults.append(unknown_field(name))
            continue
        told = options if isinstance(options, list | tuple) else ()
        if len(told) != len(one.offered) or {*map(str, told)} != {*one.offered}:
            faults.append(InvalidInput(one.id, NOT_SHOWN))
            continue
        found[name] = tuple(map(str, told))
    return found
