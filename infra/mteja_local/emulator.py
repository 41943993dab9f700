"""The emulator of AWS (MiniStack) as a background process: start, find, stop.

It saves its state only when it is stopped by SIGTERM, and hands its whole environment on to the
functions that it runs: hence the bare environment here.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path

from mteja_local.errors import LocalError
from mteja_local.place import REGION, Place

_START_SECONDS = 60
_STOP_SECONDS = 60


def running_port(place: Place) -> int | None:
    """Return the port on which this place's emulator runs, or None."""
    try:
        noted = json.loads(place.process_file.read_text(encoding="utf-8"))
        pid, port = int(noted["pid"]), int(noted["port"])
    except (FileNotFoundError, KeyError, ValueError):
        return None
    # The process id alone could by now belong to another program.
    return port if _alive(pid) and _healthy(port) else None


def runs(place: Place) -> bool:
    """Return whether the emulator runs already. Raises LocalError where it could not be started."""
    port = running_port(place)
    if port == place.port:
        return True
    if port is not None:
        raise LocalError(f"the local stack runs on port {port}: stop it first with `make stop`")
    if not _free(place.port):
        raise LocalError(
            f"port {place.port} is taken by another program: choose one with `make run PORT=…`"
        )
    return False


def start(place: Place) -> None:
    """Start the emulator unless it runs already. Raises LocalError."""
    if runs(place):
        return
    shutil.rmtree(place.scratch, ignore_errors=True)
    for folder in (place.scratch, place.state):
        folder.mkdir(parents=True, exist_ok=True)
    with place.emulator_log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env=_environment(place),
            cwd=place.scratch,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    place.process_file.write_text(
        json.dumps({"pid": process.pid, "port": place.port}), encoding="utf-8"
    )
    deadline = time.monotonic() + _START_SECONDS
    while not _healthy(place.port):
        if process.poll() is not None:
            raise LocalError(f"the emulator did not start: see {place.emulator_log}")
        if time.monotonic() > deadline:
            process.kill()
            raise LocalError(
                f"the emulator did not answer in {_START_SECONDS} s: see {place.emulator_log}"
            )
        time.sleep(0.05)


def stop(place: Place) -> bool:
    """Stop the emulator and wait until it has saved. Return whether one ran. Raises LocalError."""
    ran = running_port(place) is not None
    if ran:
        pid = int(json.loads(place.process_file.read_text(encoding="utf-8"))["pid"])
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while _alive(pid):
            if time.monotonic() > deadline:
                raise LocalError(
                    f"the emulator (process {pid}) did not end in {_STOP_SECONDS} s: "
                    f"see {place.emulator_log}"
                )
            time.sleep(0.05)
    place.process_file.unlink(missing_ok=True)
    shutil.rmtree(place.scratch, ignore_errors=True)
    return ran


def _environment(place: Place) -> dict[str, str]:
    """Return all that the emulator and its functions may know of this machine."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(place.scratch),
        "LANG": "C.UTF-8",
        "TMPDIR": str(place.scratch),
        "GATEWAY_PORT": str(place.port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AUTH": "true",  # functions get their own role's permissions, and no more
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(place.state),
        "S3_DATA_DIR": str(place.state / "s3"),
        "IOT_MTLS_ENABLED": "0",  # its port is fixed, so that a second emulator would want it too
        "LOG_LEVEL": "WARNING",
    }


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/_ministack/health", timeout=2
        ) as answer:
            return int(answer.status) == HTTPStatus.OK
    except (urllib.error.URLError, OSError):
        return False


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _alive(pid: int) -> bool:
    """Return whether a process runs. One that has ended and was not yet waited for does not."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass  # started by an earlier command
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, IndexError):
        return True  # not Linux
