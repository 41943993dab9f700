"""Processor time of a warm beacons function against its hand-written twin: a batch of two events
and one of ten, of a visitor with consent, each new. As mteja_bench.warm has it for orders. Ten
calls of Segment's library stand beside: nothing is their twin, and they are told against the one of
ten events.
"""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from typing import Any

from mteja_bench.bodies import beacons, segment
from mteja_bench.ground import Ground
from mteja_bench.report import Result, undisturbed
from mteja_bench.runtime import Runtime
from mteja_bench.warm import Warm, worker_of
from mteja_local.errors import LocalError

_BAR = 1.5  # design, section 12
_PAGE = "page view and its end"
_SIZES = {_PAGE: 2, "ten events": 10}
A_BEACON = "beacon: by itself"
_SEGMENT = "Segment: ten calls, against the beacon's twin"
_WARM_UP, _TURN = 30, 10


type Make = Callable[[int], dict[str, Any]]
"""Makes the event of a number, which comes once."""


def measure(
    runtime: Runtime, ground: Ground, turns: int, say: Callable[[str], None]
) -> list[Result]:
    """Return the ratios, and how long a page view's beacon takes by itself. Raises LocalError where
    the twin makes other calls."""
    numbers = count(1)

    def spend(worker: Warm, make: Make, times: int, do: str = "time") -> Any:
        return worker.do(do, [make(next(numbers)) for _ in range(times)])

    def against(one: tuple[Warm, Make], twin: tuple[Warm, Make]) -> tuple[float, float]:
        """Return the milliseconds of both, who take turns."""
        spent: list[list[float]] = [[], []]
        for worker, make in (one, twin):
            spend(worker, make, _WARM_UP)
        for _ in range(turns):
            for so_far, (worker, make) in zip(spent, (one, twin), strict=True):
                so_far += spend(worker, make, _TURN)
        return undisturbed(spent[0]), undisturbed(spent[1])

    with ExitStack() as stack:
        ours = stack.enter_context(worker_of(runtime, ground, "beacons"))
        twin = stack.enter_context(worker_of(runtime, ground, "beacons", "twin_beacons"))
        of_segment = stack.enter_context(worker_of(runtime, ground, "segment"))
        calls = [spend(worker, _beacon(2), 1, "calls") for worker in (ours, twin)]
        if calls[0] != calls[1]:
            raise LocalError(f"the twin is none: {calls[0]}, the twin {calls[1]}")
        if ["PutItem", 0] not in spend(of_segment, segment.event, 1, "calls"):
            raise LocalError("the calls of Segment's library were not stored")
        results = []
        for name, size in _SIZES.items():
            say(f"warm beacons: {name}")
            spent = against((ours, _beacon(size)), (twin, _beacon(size)))
            if name == _PAGE:
                results.append(Result(A_BEACON, round(spent[0], 2), None, "ms"))
            results.append(_ratio(f"beacon: {name}", spent, _BAR))
        say("warm calls of Segment's library")
        spent = against((of_segment, segment.event), (twin, _beacon(10)))
        results.append(_ratio(_SEGMENT, spent, None))
    return results


def _beacon(size: int) -> Make:
    return lambda number: beacons.event(beacons.body(number, size))


def _ratio(name: str, spent: tuple[float, float], bar: float | None) -> Result:
    note = f"{spent[0]:.2f} ms, twin {spent[1]:.2f} ms"
    return Result(name, round(spent[0] / spent[1], 2), bar, "times", note)
