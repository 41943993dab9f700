"""A warm function: a process with one handler that answers events with the processor time of each.

Started by path in the clean environment, where this package is not: it imports nothing of it. Each
line of input is `{"do": "time" | "calls" | "profile", "events": [...]}`; each line of output what
came of them.
"""

import cProfile
import importlib
import io
import json
import os
import pstats
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TAKEN = {"recorded", "accepted", "success"}

type Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def serve() -> None:
    """Answer until the input ends."""
    # A handler logs to the output, which on Lambda goes nowhere near the answer.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for the process's life
    sys.path.insert(0, str(Path.cwd()))
    handler: Handler = importlib.import_module("app").lambda_handler
    do = {"time": _time, "calls": _calls, "profile": _profile}
    for line in sys.stdin:
        asked = json.loads(line)
        answers.write(json.dumps(do[asked["do"]](handler, asked["events"])) + "\n")
        answers.flush()


def _time(handler: Handler, events: list[dict[str, Any]]) -> list[float]:
    """Return the milliseconds of processor time of each event."""
    spent = []
    for event in events:
        before = time.process_time_ns()
        answer = handler(event, None)
        spent.append((time.process_time_ns() - before) / 1e6)
        _expect_recorded(answer)
    return spent


def _calls(handler: Handler, events: list[dict[str, Any]]) -> list[list[Any]]:
    """Return the calls of AWS: operation, and how many items it writes."""
    from botocore import client

    seen: list[list[Any]] = []
    # Every operation of every client goes through it; its type stubs don't tell of it.
    base: Any = client.BaseClient
    plain = base._make_api_call

    def noted(made: Any, operation: str, params: dict[str, Any]) -> Any:
        seen.append([operation, len(params.get("TransactItems", []))])
        return plain(made, operation, params)

    base._make_api_call = noted
    try:
        for event in events:
            _expect_recorded(handler(event, None))
    finally:
        base._make_api_call = plain
    return seen


def _profile(handler: Handler, events: list[dict[str, Any]]) -> str:
    """Return the functions that take longest, as cProfile sees them."""
    profile = cProfile.Profile(time.process_time)
    for event in events:
        profile.runcall(handler, event, None)
    text = io.StringIO()
    statistics = pstats.Stats(profile, stream=text).strip_dirs()
    statistics.sort_stats("tottime").print_stats(10)
    statistics.sort_stats("cumtime").print_stats(
        r"(recording|intake|shopify|table|wire|plan).*\.py", 12
    )
    return text.getvalue()


def _expect_recorded(answer: dict[str, Any]) -> None:
    status = answer.get("statusCode")
    told = status in {200, 201, 202} and _TAKEN & set(answer["body"].split('"'))
    shown = status == 200 and answer["body"].startswith("<!DOCTYPE html>")
    if status != 204 and not told and not shown:  # 204 is a beacon's
        raise SystemExit(f"not recorded: {answer}")


if __name__ == "__main__":
    serve()
