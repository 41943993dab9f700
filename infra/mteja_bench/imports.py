"""Where a cold start goes: what each package costs to import, by `python -X importtime`.

Its figures are higher than without it, so that they say what is worth cutting, not what is gained.
"""

import re
import subprocess
import sys
from collections import defaultdict

from mteja_bench.report import table
from mteja_bench.runtime import Runtime, built
from mteja_bench.template import function
from mteja_local.errors import LocalError

_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| +(\S+)")
_RUNS = 3
_SHOWN = 12


def show_breakdown(runtime: Runtime, name: str) -> None:
    """Print what a function's imports cost by package and by module. Raises LocalError."""
    modules = _best_of([_once(runtime, name) for _ in range(_RUNS)])
    packages: dict[str, int] = defaultdict(int)
    for module, microseconds in modules.items():
        packages[_package(module)] += microseconds
    for title, spent in (
        (f"Import of {name} by package", packages),
        (f"Import of {name} by module, without what it imports itself", modules),
    ):
        largest = sorted(spent.items(), key=lambda one: -one[1])[:_SHOWN]
        table(title, ["", "ms", ""], [[key, f"{cost / 1000:.1f}", ""] for key, cost in largest])
    print("  `app` itself is what runs at its import: it makes the clients of AWS.")


def _once(runtime: Runtime, name: str) -> dict[str, int]:
    chosen = function(name)
    done = subprocess.run(
        [runtime.python, "-X", "importtime", "-c", "import app"],
        cwd=built(runtime.place, chosen),
        env=runtime.environment(chosen, PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LocalError(f"the function {name} can't be imported:\n{done.stderr[-2000:]}")
    return {module: int(cost) for cost, module in _LINE.findall(done.stderr)}


def _best_of(runs: list[dict[str, int]]) -> dict[str, int]:
    return {module: min(run.get(module, cost) for run in runs) for module, cost in runs[0].items()}


def _package(module: str) -> str:
    first = module.partition(".")[0]
    return "standard library" if first in sys.stdlib_module_names else first
