"""Processor time of the warm functions that capture, against their hand-written twin: orders by
platform, and a form on the web, at the counter and at the tablet, and a form's page.

The twin knows Shopify's orders and one form only. Where another platform's order makes the same
calls of AWS, what it takes longer than the twin is the price of the same things.

Each runs in a process of its own, in the clean environment, and talks over HTTP to the emulator,
whose own time does not count. That is nearer to the truth than canned answers inside the process:
requests are signed, sent and parsed by both as they are on AWS. They take turns, a few events each,
so that the machine's other work falls on both alike. Every event is of a known customer that the
process has not yet seen, so that no look-up is remembered. A form's floor of time is slept, which
takes no processor.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import IO, Any

from mteja_bench import worker
from mteja_bench.bodies.base import Shopper
from mteja_bench.events import SHOPS, Shop, desk_event, event, form_event, page_event
from mteja_bench.ground import Ground
from mteja_bench.path import deliver
from mteja_bench.report import Result, undisturbed
from mteja_bench.runtime import Runtime, built, handlers
from mteja_bench.template import function
from mteja_local.errors import LocalError

_BAR = 1.5  # design, section 12
_TWIN, _TWIN_OF_FORMS = "twin", "twin of forms"
_FORM = "Form on the web"
# Nothing is the twin of these: what they do beside a form is told by their ratio to its twin, and
# their bars are budgets of ours.
_BUDGETS = {"Form of staff": 1.6, "Form at the tablet": 1.6, "Page of a form": 0.25}
_MODES = {"Form of staff": "staff", "Form at the tablet": "kiosk"}
_PAGE, _SHOWN = "Page of a form", "in-store"
# Customers by Shopify's orders, beyond those of the platforms' turns.
_FORM_OF_OURS, _FORM_OF_TWIN, _NOBODY_YET = 0, 400, 800
_FORM_OF_MODE = {"staff": 6000, "kiosk": 6400}
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
    """Return the ratios; and where orders' time goes, if it is asked for or a bar is missed.
    Raises LocalError."""
    customers = range(_FIRST, _FIRST + _WARM_UP + turns * _TURN + 2)
    say(f"warm requests: making {len(customers)} customers of each platform")
    for shop, number in product(SHOPS, customers):
        deliver(ground, shop.order(number, _shopper(shop, number), 0))
    for number, offset in product(customers, (_FORM_OF_TWIN, *_FORM_OF_MODE.values())):
        known = number + offset
        deliver(ground, SHOPS[0].order(known, _shopper(SHOPS[0], known), 0))
    with ExitStack() as stack:
        ours = stack.enter_context(worker_of(runtime, ground, "orders"))
        forms = stack.enter_context(worker_of(runtime, ground, "forms"))
        staff = stack.enter_context(worker_of(runtime, ground, "staff"))
        twin = stack.enter_context(worker_of(runtime, ground, "orders", _TWIN))
        lanes = [Lane(_TWIN, twin, None, _orders(ground, SHOPS[0], 500))]
        lanes += [Lane(shop.name, ours, _TWIN, _orders(ground, shop, 0)) for shop in SHOPS]
        lanes += [Lane(_TWIN_OF_FORMS, twin, None, _forms(_FORM_OF_TWIN))]
        lanes += [Lane(_FORM, forms, _TWIN_OF_FORMS, _forms(_FORM_OF_OURS))]
        lanes += [Lane(name, staff, _TWIN_OF_FORMS, _desk(_MODES[name])) for name in _MODES]
        lanes += [Lane(_PAGE, forms, _TWIN_OF_FORMS, lambda *_: page_event(_SHOWN))]
        for lane in lanes:
            lane.spend(customers[:_WARM_UP])
            lane.spent.clear()
        calls = {lane.name: lane.calls(customers[_WARM_UP]) for lane in lanes}
        at = _WARM_UP + 1
        for turn in range(turns):
            say(f"warm requests: turn {turn + 1} of {turns}")
            for lane in lanes:
                lane.spend(customers[at : at + _TURN])
            at += _TURN
        results = _results(lanes, calls)
        hint = None
        if profile or any(one.missed for one in results):
            of_orders = ours.do("profile", lanes[1].events(customers[:40], days=80))
            unknown = [_forms(_NOBODY_YET)(one, 0) for one in customers[:40]]
            hint = f"{of_orders}\n{forms.do('profile', unknown)}"
    return results, hint


type Make = Callable[[int, int], dict[str, Any]]
"""Makes the event of a customer's number, so many days after its first order."""


class Lane:
    """Events of one kind on their way to a worker, and the milliseconds that they took. `twin`: the
    lane that they are compared with."""

    def __init__(self, name: str, warm: Warm, twin: str | None, make: Make) -> None:
        self.name = name
        self.twin = twin
        self.spent: list[float] = []
        self._warm = warm
        self._make = make

    def spend(self, numbers: Sequence[int]) -> None:
        self.spent += self._warm.do("time", self.events(numbers))

    def calls(self, number: int) -> list[Any]:
        """Return the calls of AWS that an event takes, with how many items each writes."""
        return sorted(self._warm.do("calls", self.events([number])))

    def events(self, numbers: Sequence[int], days: int = 40) -> list[dict[str, Any]]:
        """Return events of known customers; twin and ours get different ones."""
        return [self._make(one, days) for one in numbers]


def _orders(ground: Ground, shop: Shop, offset: int) -> Make:
    def make(number: int, days: int) -> dict[str, Any]:
        order = shop.order(1000 * days + offset + number, _shopper(shop, number), days)
        return event(ground, order)

    return make


def _forms(offset: int) -> Make:
    """A form in which a customer of Shopify's gives an e-mail, and nothing else."""
    return lambda number, _: form_event(
        "rewards", {"email": _shopper(SHOPS[0], number + offset).email}
    )


def _desk(mode: str) -> Make:
    """The same form at the counter or the tablet."""
    return lambda number, _: desk_event(
        "rewards", {"email": _shopper(SHOPS[0], number + _FORM_OF_MODE[mode]).email}, mode
    )


def _results(lanes: Sequence[Lane], calls: Mapping[str, list[Any]]) -> list[Result]:
    """Return what each takes. Raises LocalError where the twin does something else than what it is
    the twin of; another platform that does is told beside its ratio."""
    middle = {lane.name: undisturbed(lane.spent) for lane in lanes}
    results = []
    for lane in lanes:
        if lane.twin is None:
            continue
        alike = calls[lane.name] == calls[lane.twin]
        if not alike and lane.name in {SHOPS[0].name, _FORM}:
            raise LocalError(f"the twin is none: {calls[lane.name]}, {calls[lane.twin]}")
        note = f"{middle[lane.name]:.2f} ms, twin {middle[lane.twin]:.2f} ms"
        if not alike:
            note += "; its calls of AWS are others than the twin's"
        ratio = round(middle[lane.name] / middle[lane.twin], 2)
        results.append(Result(lane.name, ratio, _BUDGETS.get(lane.name, _BAR), "times", note))
    return results


def _shopper(shop: Shop, number: int) -> Shopper:
    """Return one of a platform's own customers."""
    return Shopper(1000 * SHOPS.index(shop) + number).subscribed()


@contextmanager
def worker_of(
    runtime: Runtime, ground: Ground, name: str, twin: str | None = None
) -> Iterator[Warm]:
    """Run a function of the template, or its twin in the same surroundings."""
    measured = function(name)
    folder = built(runtime.place, measured) if twin is None else handlers(twin)
    environment = runtime.environment_on(ground, measured)
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
