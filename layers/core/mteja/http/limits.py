"""Limits on how often one address may do something, counted in this process alone.

Approximate on purpose: every process of a function counts for itself and forgets when it ends, so
that a caller is let through at most as often as there are processes. It costs no call and keeps no
address.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mteja.errors import RateLimited

_MOST_ADDRESSES = 10_000


@dataclass
class Limit:
    """At most `most` times in `window_s` seconds for each address."""

    most: int
    window_s: float
    clock: Callable[[], float] = time.monotonic
    _times: dict[str, list[float]] = field(default_factory=dict)

    def check(self, address: str) -> None:
        """Raise RateLimited where an address has used up its times."""
        times = self._recent(address)
        if len(times) >= self.most:
            raise RateLimited(math.ceil(times[-self.most] + self.window_s - self.clock()))

    def count(self, address: str) -> None:
        """Note that an address did it once."""
        times = self._recent(address)
        if address not in self._times and len(self._times) >= _MOST_ADDRESSES:
            del self._times[next(iter(self._times))]  # who came first
        self._times[address] = [*times[-self.most :], self.clock()]

    def _recent(self, address: str) -> list[float]:
        begins = self.clock() - self.window_s
        return [at for at in self._times.get(address, ()) if at > begins]
