"""Processor time of a warm beacons function against its hand-written twin: a batch of two events
and one of ten, of a visitor with consent, each new. As mteja_bench.warm has it for orders."""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count

from mteja_bench.bodies import beacons
from mteja_bench.ground import Ground
from mteja_bench.report import Result, undisturbed
from mteja_bench.runtime import Runtime
from mteja_bench.warm import Warm, worker_of
from mteja_local.errors import LocalError

_BAR = 1.5  # design, section 12
_PAGE = "page view and its end"
_SIZES = {_PAGE: 2, "ten events": 10}
A_BEACON = "beacon: by itself"
_WARM_UP, _TURN = 30, 10


def measure(
    runtime: Runtime, ground: Ground, turns: int, say: Callable[[str], None]
) -> list[Result]:
    """Return the ratios, and how long a page view's beacon takes by itself. Raises LocalError where
    the twin makes other calls."""
    numbers = count(1)
    with ExitStack() as stack:
        ours = stack.enter_context(worker_of(runtime, ground, "beacons"))
        twin = stack.enter_context(worker_of(runtime, ground, "beacons", "twin_beacons"))

        def spend(worker: Warm, size: int, times: int, do: str = "time") -> list[float]:
            events = [beacons.event(beacons.body(next(numbers), size)) for _ in range(times)]
            spent: list[float] = worker.do(do, events)
            return spent

        calls = [spend(worker, 2, 1, "calls") for worker in (ours, twin)]
        if calls[0] != calls[1]:
            raise LocalError(f"the twin is none: {calls[0]}, the twin {calls[1]}")
        results = []
        for name, size in _SIZES.items():
            say(f"warm beacons: {name}")
            spent: dict[Warm, list[float]] = {ours: [], twin: []}
            for worker in spent:
                spend(worker, size, _WARM_UP)
            for _ in range(turns):
                for worker, so_far in spent.items():
                    so_far += spend(worker, size, _TURN)
            middle, others = undisturbed(spent[ours]), undisturbed(spent[twin])
            if name == _PAGE:
                results.append(Result(A_BEACON, round(middle, 2), None, "ms"))
            note = f"{middle:.2f} ms, twin {others:.2f} ms"
            results.append(
                Result(f"beacon: {name}", round(middle / others, 2), _BAR, "times", note)
            )
    return results
