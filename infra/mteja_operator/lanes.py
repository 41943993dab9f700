"""Threads that record facts side by side, and one thing more: facts of one person keep to one lane.

Two orders of a customer at once would only make each other try again. What waits is bounded, so a
file of any length takes the same memory.
"""

import threading
import time
from collections.abc import Callable
from queue import Queue
from zlib import crc32

from mteja.errors import Conflict
from mteja.recording.facts import Fact

_WAITING = 20
_TRIES_WHEN_BUSY = 3


class Lanes:
    """Runs `record` on facts. `done(number, result)` and `failed(number, error)` are called from
    the lanes, never two at once."""

    def __init__(
        self,
        number: int,
        record: Callable[[Fact], str],
        done: Callable[[int, str], None],
        failed: Callable[[int, Exception], None],
    ) -> None:
        self._record = record
        self._done = done
        self._failed = failed
        self._lock = threading.Lock()
        self._stopped = False
        self._queues: list[Queue[tuple[int, Fact] | None]] = [
            Queue(_WAITING) for _ in range(number)
        ]
        self._threads = [
            threading.Thread(target=self._run, args=(queue,), daemon=True) for queue in self._queues
        ]
        for thread in self._threads:
            thread.start()

    def put(self, number: int, fact: Fact) -> None:
        """Hand a fact over; waits while its lane is full."""
        self._queues[crc32(_person(fact)) % len(self._queues)].put((number, fact))

    def refuse(self, number: int, error: Exception) -> None:
        """Let something fail that never became a fact."""
        with self._lock:
            self._failed(number, error)

    def stop(self) -> None:
        """Let what waits go unrecorded."""
        self._stopped = True

    def finish(self) -> None:
        """Wait until all that was handed over is done, or was let go."""
        for queue in self._queues:
            queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self, queue: "Queue[tuple[int, Fact] | None]") -> None:
        while (task := queue.get()) is not None:
            if self._stopped:
                continue
            number, fact = task
            try:
                result = self._patiently(fact)
            except Exception as error:
                with self._lock:
                    self._failed(number, error)
            else:
                with self._lock:
                    self._done(number, result)

    def _patiently(self, fact: Fact) -> str:
        for attempt in range(_TRIES_WHEN_BUSY):
            try:
                return self._record(fact)
            except Conflict:
                time.sleep(0.2 * 2**attempt)
        return self._record(fact)


def _person(fact: Fact) -> bytes:
    """Return what keeps a person's facts together: the first of its attaching identifiers."""
    named = [one.value for one in fact.identifiers if one.kind == "email"]
    named = [*named, *(one.value for one in fact.identifiers)]
    if named:
        return named[0].encode()
    return (fact.order.order_id if fact.order is not None else fact.source).encode()
