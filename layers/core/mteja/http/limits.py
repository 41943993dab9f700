"""So many requests in a time from one address, remembered in this process alone.

Approximate on purpose: each instance of a function counts for itself, so that the true limit is
this times the instances that run, and a table that counted better would cost a write for each
request that it keeps away. The API's own throttle bounds the whole.
"""

import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from mteja.errors import RateLimited

_ADDRESSES = 20_000


class Limit:
    """A bucket an address: it holds the requests of a minute, or of another time, and fills
    steadily."""

    def __init__(
        self,
        requests: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        window_s: int = 60,
    ) -> None:
        self._requests = float(requests)
        self._window_s = window_s
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str, within: str = "", number: int = 1) -> None:
        """Count a request, or one that is worth several: at most all that a bucket holds. `within`:
        of what, where an address has a bucket for each. Raises RateLimited above the limit."""
        wanted = min(float(number), self._requests)
        bucket = f"{_household(address)} {within}"
        now = self._clock()
        rate = self._requests / self._window_s
        with self._lock:
            left, at = self._left.pop(bucket, (self._requests, now))
            left = min(self._requests, left + (now - at) * rate)
            self._left[bucket] = (left - wanted if left >= wanted else left, now)
            if len(self._left) > _ADDRESSES:
                self._left.popitem(last=False)
        if left < wanted:
            raise RateLimited(ceil((wanted - left) / rate))


def _household(address: str) -> str:
    """Return what stands for an address: of IPv6 the first half, of which whoever has one has all
    (RFC 6177)."""
    if ":" not in address:
        return address
    try:
        packed = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except OSError:
        return address
    return packed[:8].hex()
