<<<<<<< HEAD
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
=======
"""So many requests a minute from one address, remembered in this process alone.

Approximate on purpose: each instance of a function counts for itself, so that the true limit is
this times the instances that run, and a table that counted better would cost a write for each
request that it keeps away. The API's own throttle bounds the whole.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from mteja.errors import RateLimited

_ADDRESSES = 20_000


class Limit:
    """A bucket an address: it holds a minute's requests and fills steadily."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str) -> None:
        """Count one request. Raises RateLimited above the limit."""
        now = self._clock()
        rate = self._per_minute / 60
        with self._lock:
            left, at = self._left.pop(address, (float(self._per_minute), now))
            left = min(float(self._per_minute), left + (now - at) * rate)
            self._left[address] = (left - 1 if left >= 1 else left, now)
            if len(self._left) > _ADDRESSES:
                self._left.popitem(last=False)
        if left < 1:
            raise RateLimited(max(1, round((1 - left) / rate)))
>>>>>>> main
