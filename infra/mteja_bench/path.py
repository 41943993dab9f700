"""A path: something that the system does whose cost is of interest."""

from collections.abc import Callable
from dataclasses import dataclass

from mteja.orders.intake import take_authentic
from mteja.quarantine.quarantine import Delivery
from mteja_bench.bodies.base import Sent
from mteja_bench.ground import Ground

KNOWN, NEW = 14, 24
"""Bars of the design, section 12: an order of three lines, consent and the index `log` included."""

type Step = Callable[[Ground], str]
"""Does one thing, each time as in a new process, and returns what came of it."""


@dataclass(frozen=True)
class Path:
    """Steps whose cost is counted together, after those that come `before` them.

    `bar` is the design's, or the budget that the path was given when it was built. `result` is what
    the last step must return.
    """

    name: str
    steps: tuple[Step, ...]
    bar: float
    before: tuple[Step, ...] = ()
    result: str = "recorded"


def delivered(*deliveries: Sent) -> tuple[Step, ...]:
    """Return the steps that take deliveries, through the code that the function runs."""
    return tuple(_delivery(one) for one in deliveries)


def deliver(ground: Ground, sent: Sent) -> tuple[str, str | None]:
    """Take a delivery as authentic; return what became of it, and whose it is."""
    delivery = Delivery(sent.source, sent.topic, "wh-1", sent.body, sent.at_ms)
    taken = take_authentic(delivery, ground.recorder())
    return taken.result, taken.customer


def _delivery(sent: Sent) -> Step:
    def step(ground: Ground) -> str:
        return deliver(ground, sent)[0]

    return step
