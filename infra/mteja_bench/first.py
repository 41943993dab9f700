"""The first request: initialising, and one order of a known customer by each platform.

Platforms are imported when they are first needed, so that initialising alone says too little: what
is put off is paid here. A process is new each time, in Lambda's Runtime Interface Emulator, on the
tables of the local emulator; counted is its processor time until it has answered. The hand-written
twin does the same for Shopify.
"""

from collections.abc import Callable

from mteja_bench.bodies.base import Shopper
from mteja_bench.events import SHOPS, Shop, event
from mteja_bench.ground import Ground
from mteja_bench.path import deliver
from mteja_bench.report import Result, undisturbed
from mteja_bench.rie import started
from mteja_bench.runtime import Runtime, built, handlers
from mteja_bench.template import function
from mteja_local.errors import LocalError

_BUDGET = 1.6
_SHOPPER = 90
_TWIN = "twin"


def measure(
    runtime: Runtime, ground: Ground, runs: int, say: Callable[[str], None]
) -> list[Result]:
    """Return the ratios to the twin. Raises LocalError where an order is not recorded."""
    spent: dict[str, list[float]] = {_TWIN: [], **{shop.name: [] for shop in SHOPS}}
    for place, shop in enumerate(SHOPS):
        deliver(ground, shop.order(place, Shopper(_SHOPPER + place).subscribed(), 0))
    for turn in range(runs + 1):
        say(f"first requests: round {turn} of {runs}")
        for name in spent:
            milliseconds = _once(runtime, ground, name, turn)
            if turn > 0:  # the first reads the files from the disk
                spent[name].append(milliseconds)
    middle = {name: undisturbed(some) for name, some in spent.items()}
    return [
        Result(
            name,
            round(milliseconds / middle[_TWIN], 2),
            None if name == _TWIN else _BUDGET,
            "times",
            f"{milliseconds:.0f} ms",
        )
        for name, milliseconds in middle.items()
    ]


def _once(runtime: Runtime, ground: Ground, name: str, turn: int) -> float:
    orders = function("orders")
    folder = handlers(_TWIN) if name == _TWIN else built(runtime.place, orders)
    place, shop = _shop(name)
    number = 1000 * (turn + 1) + 100 * (name == _TWIN) + place
    sent = shop.order(number, Shopper(_SHOPPER + place).subscribed(), 40)
    with started(runtime, folder, runtime.environment_on(ground, orders)) as emulator:
        try:
            answer = emulator.invoke(event(ground, sent))
        except LocalError as error:
            raise LocalError(f"first request of {name}: {error}\n{emulator.ended()}") from None
        milliseconds = emulator.processor_ms()
    if '"recorded"' not in str(answer.get("body")):
        raise LocalError(f"first request of {name}: {answer}")
    return milliseconds


def _shop(name: str) -> tuple[int, Shop]:
    """Return a platform and its place among all; the twin's is Shopify."""
    wanted = SHOPS[0].name if name == _TWIN else name
    return next((place, shop) for place, shop in enumerate(SHOPS) if shop.name == wanted)
