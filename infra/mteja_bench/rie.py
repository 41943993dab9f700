"""A function in Lambda's own Runtime Interface Emulator, in the clean environment: a new process
for each start.
"""

import json
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mteja_bench.runtime import Runtime
from mteja_local.errors import LocalError

_LONGEST_S = 60.0
_WAIT_S = 0.02
_TRIES = 200


class Started:
    """A started emulator. The function in it is initialised by the first event."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self._process = process
        self._port = port

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """Return the answer to an event; wait until the emulator listens. Raises LocalError."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations",
            data=json.dumps(event).encode(),
        )
        for _ in range(_TRIES):
            try:
                with urllib.request.urlopen(request, timeout=_LONGEST_S) as answer:  # noqa: S310
                    return json.loads(answer.read())
            except (urllib.error.HTTPError, OSError, ValueError) as error:
                # Until the emulator listens, the connection is refused.
                if not isinstance(getattr(error, "reason", None), ConnectionRefusedError):
                    break
                time.sleep(_WAIT_S)
        raise LocalError("a function gave no answer")

    def ended(self) -> str:
        """End it and return what it has written."""
        self._process.terminate()
        return b"".join(self.lines()).decode(errors="replace").strip()

    def lines(self) -> Iterator[bytes]:
        """Yield what emulator and function write, until they end."""
        for line in self._process.stdout or ():  # noqa: UP028 - `yield from` would close the pipe
            yield line

    def processor_ms(self) -> float:
        """Return the processor time so far of the function's process, the emulator's only child."""
        task = Path(f"/proc/{self._process.pid}/task")
        children = [pid for one in task.glob("*/children") for pid in one.read_text().split()]
        nanoseconds = 0
        for child in children:
            for thread in Path(f"/proc/{child}/task").glob("*/schedstat"):
                nanoseconds += int(thread.read_text().split()[0])
        return nanoseconds / 1e6


@contextmanager
def started(runtime: Runtime, folder: Path, environment: Mapping[str, str]) -> Iterator[Started]:
    """Start an emulator with the handler `app.lambda_handler` of a folder; end both afterwards."""
    front, inner = _free_ports()
    process = subprocess.Popen(
        [
            runtime.emulator,
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
        env={**environment, "LAMBDA_TASK_ROOT": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    watchdog = threading.Timer(_LONGEST_S, process.kill)
    watchdog.start()
    try:
        yield Started(process, front)
    finally:
        watchdog.cancel()
        process.terminate()
        process.communicate()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        for probe in (one, two):
            probe.bind(("127.0.0.1", 0))
        first: int = one.getsockname()[1]
        second: int = two.getsockname()[1]
        return first, second
