"""A cold start of `orders` pays for no platform: each is imported when it is first needed."""

import os
import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import sys
from pkgutil import iter_modules
import mteja.orders.intake
from mteja.business import business
from mteja.orders import platforms

def imported():
    return [one.name for one in iter_modules(platforms.__path__)
            if hasattr(sys.modules.get(f"{platforms.__name__}.{one.name}"), "PLATFORM")]

assert {one.platform for one in business().sources} > {"square", "shopify"}
print(imported())
platforms.platform("square")
print(imported())
"""


def test_a_platform_is_imported_when_it_is_first_needed(business_layer: Path) -> None:
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", _SCRIPT],
        env=os.environ | {"PYTHONPATH": str(business_layer)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["[]", "['square']"]
