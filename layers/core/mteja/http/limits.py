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
