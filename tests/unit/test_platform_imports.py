"""A cold start of `orders` pays for no platform: each is imported when it is first needed."""

import subprocess
import sys

_SCRIPT = """
import sys
import mteja.orders.intake
from mteja.orders.platforms import PLATFORMS, platform
print(sorted(name for name in PLATFORMS if PLATFORMS[name] in sys.modules))
platform("square")
print(sorted(name for name in PLATFORMS if PLATFORMS[name] in sys.modules))
"""


def test_a_platform_is_imported_when_it_is_first_needed() -> None:
    command = [sys.executable, "-c", _SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.splitlines() == ["[]", "['square']"]
