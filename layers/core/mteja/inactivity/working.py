"""Working a bucket: each of its customers by itself, so that one who fails keeps no other from
being acted on."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from mteja.ids import ulid
from mteja.inactivity import runs
from mteja.inactivity.acting import Job
from mteja.inactivity.queue import Bucket
from mteja.inactivity.runs import FAILED, FOUND, Part
from mteja.store.table import Table

# Of a worker that is killed, the report misses what it did of so many at most.
_NOTED_EVERY = 50
_FIRST, _LAST = "0", "~"  # sort before and after every id


@dataclass
class Worker:
    """Works buckets. `until` says that time is up, `trouble` is told of customers who fail, `used`
    says which read and write units this process has used so far."""

    job: Job
    clock: Callable[[], int]
    until: Callable[[], bool]
    trouble: Callable[[Exception], None]
    used: Callable[[], tuple[float, float]] = field(default=lambda: (0.0, 0.0))

    def work(self, bucket: Bucket) -> Part:
        """Act on the customers of a bucket; return what was done, and what there was no time for.
        Raises errors of AWS while the bucket itself is read or the report written."""
        began, used, attempt = time.monotonic(), self.used(), ulid(self.clock())
        part, at = Part(), bucket.after
        for number, customer in enumerate(due_in(self.job.table, bucket)):
            if self.until():
                part.rest = replace(bucket, after=at)
                break
            if number % _NOTED_EVERY == _NOTED_EVERY - 1:
                self._note(bucket, attempt, part, began, used)
            self._act(customer, bucket, part)
            at = customer
        part.ended = True
        self._note(bucket, attempt, part, began, used)
        return part

    def _act(self, customer: str, bucket: Bucket, part: Part) -> None:
        part.counts[FOUND] += 1
        try:
            done = self.job.act(customer, bucket.partition, self.clock())
        except Exception as error:
            self.trouble(error)
            part.counts[FAILED] += 1
            return
        part.counts += done.counts
        part.skipped += done.skipped

    def _note(
        self,
        bucket: Bucket,
        attempt: str,
        part: Part,
        began: float,
        before: tuple[float, float],
    ) -> None:
        now = self.used()
        part.units = (now[0] - before[0], now[1] - before[1])
        part.ms = round(1000 * (time.monotonic() - began))
        runs.note_part(self.job.table, bucket, attempt, part, self.clock())


def due_in(table: Table, bucket: Bucket) -> Iterator[str]:
    """Yield the customers whom the index has in a bucket, in the order of their ids."""
    for raw in table.query(bucket.partition, between=(bucket.after or _FIRST, _LAST), index="due"):
        customer = str(raw["due_sk"])
        if customer > bucket.after:
            yield customer
