"""Cold starts: what it costs functions to initialise, against the bare one.

All functions take turns, so that whatever else the machine does falls on all alike. Judged is the
processor time until the function is ready: initialising calls nobody and so waits for nothing, and
the time by the clock, which the emulator reports and which is shown beside, is that much less
steady on a shared machine.
"""

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mteja_bench.report import Result, undisturbed
from mteja_bench.rie import Started, started
from mteja_bench.runtime import Runtime, bare, built, handlers
from mteja_bench.template import Function, functions
from mteja_local.errors import LocalError

# Design, section 12: the public handlers. The others are told, not judged, and take part in
# every third round.
_BARS = {"orders": 1.6, "forms": 1.6, "surveys": 1.6, "segment": 1.6, "beacons": 1.0}
_TOLD_EVERY = 3
_EVENT = {"version": "2.0", "requestContext": {"http": {"method": "GET", "path": "/"}}}
_NOWHERE = "http://127.0.0.1:1"
"""Where a function's calls of AWS end. Initialising makes none."""
_INIT = re.compile(rb"INIT REPORT\(durationMs: ([0-9.]+)\)")


@dataclass(frozen=True)
class Start:
    """One initialisation in milliseconds: by the clock, and of a processor's time."""

    clock: float
    processor: float


def measure(runtime: Runtime, runs: int, say: Callable[[str], None]) -> list[Result]:
    """Return each function's time against the bare function's. Raises LocalError where one does
    not start."""
    measured = [(bare(), handlers("bare"))]
    measured += [(one, built(runtime.place, one)) for one in functions()]
    starts: dict[str, list[Start]] = {function.name: [] for function, _ in measured}
    for number in range(runs + 1):
        for function, folder in measured:
            if number % _TOLD_EVERY and function.name not in {"bare", *_BARS}:
                continue
            start = _start(runtime, function, folder)
            if number > 0:  # the first reads the files from the disk
                starts[function.name].append(start)
        say(f"cold starts: round {number} of {runs}")
    return _results(starts)


def _results(starts: dict[str, list[Start]]) -> list[Result]:
    processor = {
        name: undisturbed([one.processor for one in some]) for name, some in starts.items()
    }
    clock = {name: undisturbed([one.clock for one in some]) for name, some in starts.items()}
    notes = {
        name: f"{processor[name]:.0f} ms; by the clock {clock[name]:.0f} ms, "
        f"{clock[name] / clock['bare']:.2f} times"
        for name in starts
    }
    return [
        Result(
            name,
            round(processor[name] / processor["bare"], 2),
            _BARS.get(name),
            "times",
            notes[name],
        )
        for name in starts
    ]


def _start(runtime: Runtime, function: Function, folder: Path) -> Start:
    environment = runtime.environment(function, AWS_ENDPOINT_URL=_NOWHERE)
    with started(runtime, folder, environment) as emulator:
        caller = threading.Thread(target=_call, args=(emulator,), daemon=True)
        caller.start()
        seen = b""
        for line in emulator.lines():
            seen += line
            found = _INIT.search(line)
            if found and b"INIT RTDONE(status: success)" in seen:
                return Start(float(found.group(1)), emulator.processor_ms())
            if found:
                break
    raise LocalError(f"the function {function.name} does not start:\n{seen.decode().strip()}")


def _call(emulator: Started) -> None:
    """Make the emulator initialise the function; it is ended before it has answered."""
    with suppress(LocalError):
        emulator.invoke(_EVENT)
