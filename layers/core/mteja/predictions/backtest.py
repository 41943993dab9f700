"""Whether the model is worth showing: the last 90 days are held out, and it is asked what happens
in them, beside what the rule of thumb says (mteja.predictions.recency).

Of the chance to buy again the mean squared error counts (Brier, "Verification of forecasts
expressed in terms of probability", Monthly Weather Review 78, 1950), of the date the mean error in
days, where a date beyond the held-out days, and an order that never came, count as their end: so
that whoever has gone counts too. The model is better only where it is by more than chance: by the
difference of the two on the same persons, one-sided at 95 %.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from heapq import nsmallest
from itertools import groupby

from mteja.predictions.fitting import fit
from mteja.predictions.model import Model
from mteja.predictions.recency import DaysOf, Recency, learnt, returned
from mteja.predictions.rhythm import Rhythm, rhythm_of_numbers

HORIZON = 90
# A model is fitted on so many persons, of more on a sample that is the same each night.
MAX_FITTED = 2_000
# It is judged on so many, in the same way.
MAX_JUDGED = 5_000
# Gaps of somebody's own that a date needs.
MIN_GAPS = 2
# Who has more likely left than not gets no date: it would be that of an order that won't come.
LEAST_THERE = 0.5
# With fewer persons, nothing can be judged.
MIN_JUDGED = 50
_ONE_SIDED = 1.645
_LEAST = 1e-6


@dataclass(frozen=True)
class Errors:
    """Of one way to tell the chance to buy again. `brier`: mean squared error; `log_loss`: in nats;
    `auc`: how often who returned was told likelier than who did not."""

    brier: float
    log_loss: float
    auc: float | None


@dataclass(frozen=True)
class Chances:
    """How well the chance to buy again is told, of `people` of whom `returned` did."""

    people: int
    returned: int
    model: Errors
    recency: Errors
    better: bool


@dataclass(frozen=True)
class Dates:
    """How well the next date is told, of `people` who get one: the mean error in days of the model,
    and of one's own usual gap after the last order. `covered`: of the intervals
    that end within the held-out days (`intervals`), the share in which the order came."""

    people: int
    model_days: float
    usual_days: float
    intervals: int
    covered: float | None
    better: bool


@dataclass(frozen=True)
class Verdict:
    """None of what can't be judged yet: there are too few persons or days."""

    chances: Chances | None = None
    dates: Dates | None = None

    @property
    def chance_by_model(self) -> bool:
        return self.chances is not None and self.chances.better

    @property
    def date_by_model(self) -> bool:
        return self.dates is not None and self.dates.better


def fitted(days_of: DaysOf, today: int) -> Model | None:
    """Return the model of what was done by a day, of at most MAX_FITTED persons."""
    known = (rhythm_of_numbers(days_of[one], today) for one in _by_lot(days_of, MAX_FITTED))
    return fit([one for one in known if one is not None])


def backtest(days_of: DaysOf, today: int) -> Verdict:
    """Return how the model would have done in the 90 days that end with `today`."""
    at = today - HORIZON
    model, recency = fitted(days_of, at), learnt(days_of, at - HORIZON, HORIZON)
    if model is None or recency is None:
        return Verdict()
    return judged(days_of, at, model, recency)


def judged(days_of: DaysOf, at: int, model: Model, recency: Recency) -> Verdict:
    """Return how both do after a day, each made of what was known by then."""
    seen: list[tuple[Sequence[int], Rhythm]] = []
    for one in _by_lot(days_of, MAX_JUDGED):
        known = rhythm_of_numbers(days_of[one], at)
        if known is not None:
            seen.append((days_of[one], known))
    return Verdict(_chances(seen, at, model, recency), _dates(seen, at, model))


def _chances(
    seen: Sequence[tuple[Sequence[int], Rhythm]], at: int, model: Model, recency: Recency
) -> Chances | None:
    if len(seen) < MIN_JUDGED:
        return None
    came = [returned(days, at, HORIZON) for days, _ in seen]
    ours = [model.of(known).buys_within(HORIZON) for _, known in seen]
    theirs = [recency.of(known.silence).chance for _, known in seen]
    gains = [
        (their - it) ** 2 - (our - it) ** 2
        for our, their, it in zip(ours, theirs, came, strict=True)
    ]
    silences = [-known.silence for _, known in seen]
    return Chances(
        len(seen),
        sum(came),
        Errors(_brier(ours, came), _log_loss(ours, came), auc(ours, came)),
        Errors(_brier(theirs, came), _log_loss(theirs, came), auc(silences, came)),
        _more_than_chance(gains),
    )


def _dates(seen: Sequence[tuple[Sequence[int], Rhythm]], at: int, model: Model) -> Dates | None:
    errors: list[tuple[float, float]] = []
    intervals = covered = 0
    for days, known in seen:
        if known.gaps < MIN_GAPS or known.usual is None:
            continue
        standing = model.of(known)
        if standing.is_customer < LEAST_THERE:
            continue
        wait, early, late = standing.waits()
        came = returned(days, at, HORIZON)
        true = next(day for day in days if day > at) - at if came else HORIZON
        usual = max(0.0, known.usual - known.silence)
        errors.append((abs(min(wait, HORIZON) - true), abs(min(usual, HORIZON) - true)))
        if late <= HORIZON:
            intervals += 1
            covered += came and math.floor(early) <= true <= math.ceil(late)
    if len(errors) < MIN_JUDGED:
        return None
    return Dates(
        len(errors),
        _mean([ours for ours, _ in errors]),
        _mean([usual for _, usual in errors]),
        intervals,
        covered / intervals if intervals else None,
        _more_than_chance([usual - ours for ours, usual in errors]),
    )


def auc(scores: Sequence[float], came: Sequence[bool]) -> float | None:
    """Return how often somebody who came has the higher score than somebody who did not, of equal
    scores half (Mann, Whitney); None where all came or none."""
    ordered = sorted(zip(scores, came, strict=True), key=lambda one: one[0])
    yes = sum(came)
    no = len(came) - yes
    if not yes or not no:
        return None
    below, pairs = 0, 0.0
    for _, alike in groupby(ordered, key=lambda one: one[0]):
        there = [it for _, it in alike]
        hits = sum(there)
        misses = len(there) - hits
        pairs += hits * (below + misses / 2)
        below += misses
    return pairs / (yes * no)


def _brier(told: Sequence[float], came: Sequence[bool]) -> float:
    return _mean([(chance - it) ** 2 for chance, it in zip(told, came, strict=True)])


def _log_loss(told: Sequence[float], came: Sequence[bool]) -> float:
    return _mean(
        [
            -math.log(max(_LEAST, chance if it else 1 - chance))
            for chance, it in zip(told, came, strict=True)
        ]
    )


def _more_than_chance(gains: Collection[float]) -> bool:
    """Whether a mean is above 0 by more than chance."""
    mean = _mean(gains)
    spread = math.fsum((one - mean) ** 2 for one in gains) / (len(gains) - 1)
    return mean > _ONE_SIDED * math.sqrt(spread / len(gains))


def _mean(numbers: Collection[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def _by_lot(names: Iterable[str], most: int) -> list[str]:
    """Return at most so many, chosen by lot, the same each time."""
    return nsmallest(most, names, key=lambda one: blake2s(one.encode(), digest_size=8).digest())
