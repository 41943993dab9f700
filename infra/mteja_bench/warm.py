"""Processor time of a warm orders function against its hand-written twin.

Each runs in a process of its own, in the clean environment, and talks over HTTP to the emulator,
whose own time does not count. That is nearer to the truth than canned answers inside the process:
requests are signed, sent and parsed by both as they are on AWS. They take turns, a few events each,
so that the machine's other work falls on both alike. Every event is an order of a known customer
that the process has not yet seen, so that no look-up is remembered.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import IO, Any

from mteja.orders.intake import take_authentic
from mteja.quarantine.quarantine import Delivery
from mteja_bench import worker
from mteja_bench.bodies import Shopper, order
from mteja_bench.ground import SECRET, SOURCE, Ground
from mteja_bench.report import Result
from mteja_bench.runtime import Runtime, built, handlers
from mteja_bench.template import functions
from mteja_local.errors import LocalError
from mteja_local.signing import shopify_headers

_BAR = 1.5  # design, section 12
_FIRST = 100
_WARM_UP, _TURN = 15, 5


class Warm:
    """A running worker."""

    def __init__(self, name: str, process: "subprocess.Popen[str]", errors: IO[str]) -> None:
        self.name = name
        self._process = process
        self._errors = errors

    def do(self, what: str, events: list[dict[str, Any]]) -> Any:
        """Return what came of the events. Raises LocalError where the worker ended."""
        if self._process.stdin is None or self._process.stdout is None:
            raise LocalError(f"the worker {self.name} has no pipes")
        try:
            self._process.stdin.write(json.dumps({"do": what, "events": events}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._errors.seek(0)
            raise LocalError(f"the warm {self.name} ended:\n{self._errors.read().strip()}")
        return json.loads(line)


def measure(
    runtime: Runtime, ground: Ground, turns: int, profile: bool, say: Callable[[str], None]
) -> tuple[list[Result], str | None]:
    """Return the ratio; and where orders' time goes, if it is asked for or the bar is missed.
    Raises LocalError."""
    customers = _WARM_UP + turns * _TURN + 2
    say(f"warm requests: making {customers} customers")
    for number in range(_FIRST, _FIRST + customers):
        _make_known(ground, number)
    with ExitStack() as stack:
        ours = stack.enter_context(_worker(runtime, ground, "orders"))
        twin = stack.enter_context(_worker(runtime, ground, "twin"))
        spent: dict[str, list[float]] = {ours.name: [], twin.name: []}
        for warm in (ours, twin):
            warm.do("time", _events(warm, range(_FIRST, _FIRST + _WARM_UP)))
        _same_calls(ours, twin, _FIRST + _WARM_UP)
        at = _FIRST + _WARM_UP + 1
        for turn in range(turns):
            say(f"warm requests: turn {turn + 1} of {turns}")
            for warm in (ours, twin):
                spent[warm.name] += warm.do("time", _events(warm, range(at, at + _TURN)))
            at += _TURN
        results = _results(spent[ours.name], spent[twin.name])
        hint = None
        if profile or results[0].missed:
            hint = ours.do("profile", _events(ours, range(_FIRST, _FIRST + 40), days=80))
    return results, hint


def _results(ours: list[float], twin: list[float]) -> list[Result]:
    ratio = round(median(ours) / median(twin), 2)
    note = f"orders {median(ours):.2f} ms, twin {median(twin):.2f} ms, {len(ours)} orders each"
    return [Result("orders, known customer", ratio, _BAR, "times", note)]


def _same_calls(ours: Warm, twin: Warm, number: int) -> None:
    """Raise LocalError unless both make the same calls with as many items."""
    made = [sorted(warm.do("calls", _events(warm, [number]))) for warm in (ours, twin)]
    if made[0] != made[1]:
        raise LocalError(f"the twin is none: orders calls {made[0]}, the twin {made[1]}")


def _make_known(ground: Ground, number: int) -> None:
    sent = order(number, Shopper(number).subscribed())
    delivery = Delivery(SOURCE, sent.topic, None, sent.body, sent.at_ms)
    take_authentic(delivery, ground.recorder())


def _events(warm: Warm, numbers: Iterable[int], days: int = 40) -> list[dict[str, Any]]:
    """Return events of new orders of known customers; the two handlers get different ones."""
    offset = 100_000 * days + (0 if warm.name == "orders" else 50_000)
    events = []
    for number in numbers:
        sent = order(offset + number, Shopper(number).subscribed(), days=days)
        shop = f"{SOURCE.removeprefix('shopify-')}.myshopify.com"
        headers = shopify_headers(sent.body, secret=SECRET, topic=sent.topic, shop_domain=shop)
        events.append(
            {
                "version": "2.0",
                "routeKey": "POST /v1/webhooks/{source}",
                "rawPath": f"/v1/webhooks/{SOURCE}",
                "rawQueryString": "",
                "headers": {name.lower(): value for name, value in headers.items()},
                "pathParameters": {"source": SOURCE},
                "requestContext": {
                    "http": {"method": "POST", "path": f"/v1/webhooks/{SOURCE}"},
                    "requestId": "bench",
                },
                "body": sent.body.decode(),
                "isBase64Encoded": False,
            }
        )
    return events


@contextmanager
def _worker(runtime: Runtime, ground: Ground, name: str) -> Iterator[Warm]:
    orders = next(one for one in functions() if one.name == "orders")
    folder = handlers(name) if name == "twin" else built(runtime.place, orders)
    environment = runtime.environment(
        orders,
        AWS_ENDPOINT_URL=ground.endpoint,
        CUSTOMERS_TABLE=ground.customers,
        KEYS_TABLE=ground.keys,
        WRAPPING_KEY_ARN=ground.wrapping_key,
        INDEX_KEY_ARN=ground.index_key,
    )
    # The emulator knows no session of this token; its root has none.
    del environment["AWS_SESSION_TOKEN"]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [runtime.python, Path(worker.__file__)],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield Warm(name, process, errors)
        finally:
            process.kill()
            process.communicate()
