"""What the persons of a shop have in common, estimated from what they did: empirical Bayes.

The estimate is the model that makes likeliest what was seen of everybody, silence included, so that
who has not come back yet counts too. Where little was seen, a weak prior keeps it near what is
usual in retail. Deterministic: the same histories give the same model to the last digit.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from mteja.predictions.model import Model
from mteja.predictions.rhythm import Rhythm

# With fewer persons who came back, nothing is said.
MIN_RETURNED = 30
# Around these logarithms of the parameters the prior lies, as wide as its scale.
_USUAL = (math.log(30.0), 0.0, math.log(2.0), math.log(1.0), math.log(1.0), math.log(4.0))
_WIDE = (2.0, 1.0, 1.0, 1.5, 1.5, 1.5)
_STEPS = 400
# Log-likelihoods that differ by less tell the same.
_CLOSE = 1e-2

type _Point = tuple[float, ...]


def fit(rhythms: Collection[Rhythm]) -> Model | None:
    """Return the model of a shop, None where fewer than MIN_RETURNED persons bought twice.

    Time grows with the persons: callers take a sample of a large shop.
    """
    if sum(one.gaps > 0 for one in rhythms) < MIN_RETURNED:
        return None
    seen = sorted(Counter(rhythms).items(), key=lambda one: _order(one[0]))

    def misfit(point: _Point) -> float:
        model = _model(point)
        likelihood = math.fsum(times * model.log_likelihood(one) for one, times in seen)
        pulls = zip(point, _USUAL, _WIDE, strict=True)
        return 0.5 * sum(((at - usual) / wide) ** 2 for at, usual, wide in pulls) - likelihood

    return _model(least(misfit, _start(rhythms)))


def least(misfit: Callable[[_Point], float], start: _Point, step: float = 0.5) -> _Point:
    """Return about where a function is least: the simplex method of Nelder and Mead, "A simplex
    method for function minimization", The Computer Journal 7 (1965)."""
    shifted = [tuple(at + step * (one == axis) for one, at in enumerate(start))
               for axis in range(len(start))]  # fmt: skip
    simplex = [(misfit(point), point) for point in (start, *shifted)]
    for _ in range(_STEPS):
        simplex.sort()
        best, worst = simplex[0], simplex[-1]
        if worst[0] - best[0] < _CLOSE:
            break
        middle = _mean([point for _, point in simplex[:-1]])
        tried = _tried(misfit, middle, worst[1], 1.0)
        if tried[0] < best[0]:
            simplex[-1] = min(tried, _tried(misfit, middle, worst[1], 2.0))
        elif tried[0] < simplex[-2][0]:
            simplex[-1] = tried
        else:
            closer = _tried(misfit, middle, worst[1], 0.5 if tried[0] < worst[0] else -0.5)
            if closer[0] < min(tried[0], worst[0]):
                simplex[-1] = closer
            else:
                shrunk = [_mean([best[1], point]) for _, point in simplex[1:]]
                simplex[1:] = [(misfit(point), point) for point in shrunk]
    return min(simplex)[1]


def _tried(
    misfit: Callable[[_Point], float], middle: _Point, worst: _Point, far: float
) -> tuple[float, _Point]:
    point = tuple(at + far * (at - old) for at, old in zip(middle, worst, strict=True))
    return misfit(point), point


def _mean(points: Sequence[_Point]) -> _Point:
    return tuple(math.fsum(axis) / len(points) for axis in zip(*points, strict=True))


def _start(rhythms: Collection[Rhythm]) -> _Point:
    """Begin at what persons who came back look like."""
    means = [one.mean for one in rhythms if one.gaps]
    return (math.fsum(means) / len(means), *_USUAL[1:])


def _model(point: _Point) -> Model:
    mean, *logarithms = point
    weight, shape, scale, leave, stay = (math.exp(max(-12.0, min(12.0, one))) for one in logarithms)
    return Model(mean, weight, shape, scale, leave, stay)


def _order(one: Rhythm) -> tuple[int, float, float, int]:
    return one.gaps, one.mean, one.spread, one.silence
