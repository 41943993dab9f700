"""When the next order comes, and whether it comes at all.

The model has two parts, both from the literature on customers who leave without a word:
- The logarithm of the days between two purchases is normal, with a mean and a variance of each
  person's own, drawn from a normal-inverse-gamma distribution that the whole shop shares: who has
  bought twice is judged mostly by the shop, who has bought twenty times by themselves, and whose
  gaps are regular gets a narrow interval. Gaps that follow each person's own timing instead of a
  memoryless one: Allenby, Leone, Jen, "A dynamic model of purchase timing with application to
  direct marketing", Journal of the American Statistical Association 94 (1999); that regularity
  tells who is still there: Platzer, Reutterer, "Ticking away the moments", Marketing Science 35
  (2016). The conjugate arithmetic: Murphy, "Conjugate Bayesian analysis of the Gaussian
  distribution" (2007), section 3.
- After each purchase, the first too, a person leaves for good with a probability of their own,
  drawn from a beta distribution that the shop shares: Fader, Hardie, Lee, "Counting your customers
  the easy way", Marketing Science 24 (2005), in the variant of Batislam, Denizel, Filiztekin,
  International Journal of Research in Marketing 24 (2007).

Pure; all times in days.
"""

import math
from dataclasses import dataclass
from functools import cached_property

from mteja.predictions.rhythm import Rhythm
from mteja.predictions.student import Student

# The interval holds eight of ten next orders.
_EARLY, _LATE = 0.9, 0.1


@dataclass(frozen=True)
class Model:
    """What the persons of a shop have in common.

    `mean`: of log gaps, in log days; `weight`: how many gaps of somebody's own it outweighs;
    `shape`, `scale`: of the inverse gamma of their variance; `leave`, `stay`: of the beta of the
    probability to leave after a purchase.
    """

    mean: float
    weight: float
    shape: float
    scale: float
    leave: float
    stay: float

    @property
    def usual(self) -> float:
        """The median of the days after which one of its persons buys again, if they do: each person
        counts once."""
        return math.exp(self.mean)

    @property
    def leave_share(self) -> float:
        """The share of persons who leave after their first purchase."""
        return self.leave / (self.leave + self.stay)

    def of(self, rhythm: Rhythm) -> "Standing":
        """Return what the model says of somebody."""
        return Standing(self, rhythm)

    def log_likelihood(self, rhythm: Rhythm) -> float:
        """Return how well it explains what somebody did, silence included: the logarithm of the
        likelihood, without what is the same of any model."""
        n = rhythm.gaps
        gone = math.lgamma(self.stay + n) - math.lgamma(self.stay)
        gone -= math.lgamma(self.leave + self.stay + n) - math.lgamma(self.leave + self.stay)
        standing = self.of(rhythm)
        total = self.leave + self.stay + n
        silent = ((self.stay + n) * standing.still_waiting + self.leave) / total
        return self._of_gaps(rhythm) + gone + math.log(silent)

    def _of_gaps(self, rhythm: Rhythm) -> float:
        """The marginal likelihood of the gaps: Murphy (2007), equation 95."""
        n = rhythm.gaps
        if not n:
            return 0.0
        _, weight, shape, scale = self.posterior(rhythm)
        return (
            math.lgamma(shape)
            - math.lgamma(self.shape)
            + self.shape * math.log(self.scale)
            - shape * math.log(scale)
            + 0.5 * math.log(self.weight / weight)
            - 0.5 * n * math.log(2 * math.pi)
        )

    def posterior(self, rhythm: Rhythm) -> tuple[float, float, float, float]:
        """Return mean, weight, shape and scale after somebody's own gaps: Murphy (2007), equations
        85 to 89."""
        n = rhythm.gaps
        weight = self.weight + n
        mean = (self.weight * self.mean + n * rhythm.mean) / weight
        away = self.weight * n * (rhythm.mean - self.mean) ** 2 / weight
        return mean, weight, self.shape + n / 2, self.scale + (rhythm.spread + away) / 2


@dataclass(frozen=True)
class Standing:
    """What a model says of one person, today."""

    model: Model
    rhythm: Rhythm

    @cached_property
    def next_gap(self) -> Student:
        """How long the gap after the last purchase is, in log days, if they buy again."""
        mean, weight, shape, scale = self.model.posterior(self.rhythm)
        return Student(2 * shape, mean, math.sqrt(scale * (weight + 1) / (shape * weight)))

    @cached_property
    def still_waiting(self) -> float:
        """The probability that somebody who buys again has not done so by today."""
        return self._longer_than(self.rhythm.silence)

    @property
    def is_customer(self) -> float:
        """The probability that they have not left. It falls with silence."""
        stay = (self.model.stay + self.rhythm.gaps) * self.still_waiting
        return stay / (stay + self.model.leave)

    def buys_within(self, days: int) -> float:
        """Return the probability that they buy again within so many days of today."""
        now, later = self.still_waiting, self._longer_than(self.rhythm.silence + days)
        stay = self.model.stay + self.rhythm.gaps
        return max(0.0, stay * (now - later)) / (stay * now + self.model.leave)

    def waits(self) -> tuple[float, float, float]:
        """Return in how many days the next order comes, if it does: the median, and the ends of an
        interval that holds it eight times of ten, counted from today."""
        middle, early, late = (self._wait(share) for share in (0.5, _EARLY, _LATE))
        return middle, early, late

    def _wait(self, share: float) -> float:
        log_days = self.next_gap.where_above(share * self.still_waiting)
        return max(0.0, math.exp(min(log_days, 20.0)) - self.rhythm.silence)

    def _longer_than(self, days: int) -> float:
        return self.next_gap.above(math.log(days)) if days > 0 else 1.0
