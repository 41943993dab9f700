"""Cold starts: what it costs functions to initialise, against the bare one.

Each start is a new process in Lambda's own Runtime Interface Emulator. All functions take turns, so
that whatever else the machine does falls on all alike. Judged is the processor time until the
function is ready: initialising calls nobody and so waits for nothing, and the time by the clock,
which the emulator reports and which is shown beside, is that much less steady on a shared machine.
"""

import json
import re
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from mteja_bench.report import Result
from mteja_bench.runtime import Runtime, bare, built, handlers
from mteja_bench.template import Function, functions
from mteja_local.errors import LocalError

# Design, section 12: the public handlers. The others are told, not judged.
_BARS = {"orders": 1.6}
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
    """Return each function's median against the bare function's. Raises LocalError where one does
    not start."""
    emulator = runtime.emulator
    measured = [(bare(), handlers("bare"))]
    measured += [(one, built(runtime.place, one)) for one in functions()]
    starts: dict[str, list[Start]] = {function.name: [] for function, _ in measured}
    for number in range(runs + 1):
        for function, folder in measured:
            start = _start(runtime, emulator, function, folder)
            if number > 0:  # the first reads the files from the disk
                starts[function.name].append(start)
        say(f"cold starts: round {number} of {runs}")
    return _results(starts)


def _results(starts: dict[str, list[Start]]) -> list[Result]:
    processor = {name: median(one.processor for one in some) for name, some in starts.items()}
    clock = {name: median(one.clock for one in some) for name, some in starts.items()}
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


def _start(runtime: Runtime, emulator: Path, function: Function, folder: Path) -> Start:
    front, inner = _free_ports()
    process = subprocess.Popen(
        [
            emulator,
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{front}",
            "--runtime-api-address",
            f"127.0.0.1:{inner}",
            runtime.python,
            "-m",
            "awslambdaric",
            "app.lambda_handler",
        ],
        cwd=folder,
        # A function's own folder is read-only on Lambda: its bytecode is never kept.
        env=runtime.environment(
            function,
            LAMBDA_TASK_ROOT=str(folder),
            AWS_ENDPOINT_URL=_NOWHERE,
            PYTHONDONTWRITEBYTECODE="1",
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    caller = threading.Thread(target=_invoke, args=(front,), daemon=True)
    caller.start()
    seen = b""
    try:
        for line in process.stdout or ():
            seen += line
            found = _INIT.search(line)
            if found:
                if b"INIT RTDONE(status: success)" not in seen:
                    break
                return Start(float(found.group(1)), _processor_ms(process.pid))
        log = seen.decode(errors="replace").strip()
        raise LocalError(f"the function {function.name} does not start:\n{log}")
    finally:
        watchdog.cancel()
        process.terminate()
        process.communicate()
        caller.join()


def _invoke(port: int) -> None:
    """Send an event until the emulator listens: the first one makes it initialise the function."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations",
        data=json.dumps(_EVENT).encode(),
    )
    for _ in range(200):
        try:
            with suppress(ConnectionResetError, urllib.error.HTTPError, TimeoutError):
                urllib.request.urlopen(request, timeout=30)  # noqa: S310
            return
        except urllib.error.URLError:
            threading.Event().wait(0.02)


def _processor_ms(emulator_pid: int) -> float:
    """Return the processor time so far of the function's process, the emulator's only child."""
    task = Path(f"/proc/{emulator_pid}/task")
    children = [pid for one in task.glob("*/children") for pid in one.read_text().split()]
    nanoseconds = 0
    for child in children:
        for thread in Path(f"/proc/{child}/task").glob("*/schedstat"):
            nanoseconds += int(thread.read_text().split()[0])
    return nanoseconds / 1e6


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        for probe in (one, two):
            probe.bind(("127.0.0.1", 0))
        first: int = one.getsockname()[1]
        second: int = two.getsockname()[1]
        return first, second
