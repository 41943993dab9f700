"""What the daily job reads and takes: by how many are due, and not by how many there are.

Customers are copies of one whom a real order made, with her timeline, loaded straight into a table
that counts read units as DynamoDB does (mteja_bench.large_table). Of those who are not due PROFILE
alone is loaded, which says when they are: what else they have lies in partitions that nobody reads.
Their due dates are spread over the year that follows.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from mteja.business import business
from mteja.business.load import win_back
from mteja.customers.items import ProfileItem
from mteja.ids import ulid
from mteja.inactivity import queue
from mteja.inactivity.acting import Job
from mteja.inactivity.watching import ACTED, HELD_OUT
from mteja.inactivity.winning import WinBackWatcher
from mteja.inactivity.working import Worker
from mteja.offers.making import Maker
from mteja.orders.intake import take_authentic
from mteja.quarantine.quarantine import Delivery
from mteja.recording.record import Recorder
from mteja.store import keys
from mteja.store.wire import Item
from mteja.times import DAY_MS, business_day
from mteja_bench.bodies.base import Shopper
from mteja_bench.bodies.shopify import order
from mteja_bench.ground import use_business_layer
from mteja_bench.import_rate import memory_vault
from mteja_bench.large_table import LargeTable
from mteja_bench.report import Result
from mteja_local.errors import LocalError
from mteja_local.place import Place

SIZES = (10_000, 100_000, 1_000_000)
DUE = 1_000
_TEN_TIMES = 1.1
# Of a customer who is due: her items are read with one Query, and the index is read beside.
_A_CUSTOMER = 2.0
_SPREAD_DAYS = 365


@dataclass(frozen=True)
class Run:
    """What a run took. `seconds`: of one worker after the other, without the network."""

    customers: int
    due: int
    read_units: float
    seconds: float


def measure(
    place: Place, sizes: Sequence[int] = SIZES, due: int = DUE, more_due: int = 10 * DUE
) -> list[Result]:
    """Return units and time by the number of customers, and of those who are due. Raises LocalError
    where somebody who is due is not acted on."""
    use_business_layer(place)
    path = place.folder / "inactivity.sqlite"
    several = [_run(path, number, due) for number in sizes]
    many = _run(path, sizes[-2], more_due)
    path.unlink()
    results = [one for run in (*several, many) for one in _shown(run)]
    for fewer, more in pairwise(several):
        what = f"read units, {more.customers:,} customers against {fewer.customers:,}"
        results.append(Result(what, more.read_units / fewer.read_units, _TEN_TIMES, "times"))
    each = many.read_units / many.due / (several[-2].read_units / several[-2].due)
    what = f"read units of one who is due, {many.due:,} due against {due:,}"
    results.append(Result(what, each, _TEN_TIMES, "times"))
    return results


def _run(path: Path, customers: int, due: int) -> Run:
    somebody, at = _somebody(LargeTable(path))
    table = LargeTable(path)
    now = at + 30 * DAY_MS
    today = business_day(now, business().time_zone)
    table.load(_everybody(somebody, customers, due, today))
    table.read_units = 0.0
    worker = Worker(_job(table), lambda: now, lambda: False, _raise)
    began = time.process_time()
    counts: Counter[str] = Counter()
    for bucket in queue.buckets(today, queue.first_day(today, today)):
        counts += worker.work(bucket).part.counts
    seconds, units = time.process_time() - began, table.read_units
    table.close()
    if counts[ACTED] + counts[HELD_OUT] != due:
        raise LocalError(f"of {due} customers who are due not all were acted on")
    return Run(customers, due, units, seconds)


def _raise(error: Exception) -> None:
    raise LocalError("a customer failed") from error


def _job(table: LargeTable) -> Job:
    rules, declared = win_back(), business()
    maker = Maker(table, declared, rules.low_codes)
    watcher = WinBackWatcher(table, declared, rules, maker, lambda: None)
    return Job(table, (watcher,), rules.rules, declared.time_zone)


def _somebody(table: LargeTable) -> tuple[list[Item], int]:
    """Return the items of a customer whom an order made, and when she bought."""
    sent = order(1, Shopper(1).subscribed())
    within = Recorder(table, memory_vault(), business())
    taken = take_authentic(Delivery(sent.source, sent.topic, "wh-1", sent.body, sent.at_ms), within)
    if taken.customer is None:
        raise LocalError("the order made no customer")
    partition = keys.customer_partition(taken.customer)
    items = [one for one in table.items() if one["pk"] == partition and one.get("sk")]
    (profile,) = (one for one in items if one["sk"] == keys.profile(taken.customer).sk)
    last = ProfileItem.model_validate(profile).orders.last
    if last is None:
        raise LocalError("the order does not count")
    return items, last


def _everybody(somebody: Sequence[Item], customers: int, due: int, today: date) -> Iterator[Item]:
    """Yield the items of so many customers, of whom so many are due today."""
    chance = random.Random(customers)  # noqa: S311 - the same customers each time
    (profile,) = (one for one in somebody if one["sk"] == "PROFILE")
    for number in range(customers):
        customer = f"cus_{ulid(number, number.to_bytes(10))}"
        partition = keys.customer_partition(customer)
        is_due = number < due
        later = 0 if is_due else chance.randint(1, _SPREAD_DAYS)
        mine: dict[str, Any] = {
            "pk": partition,
            "due_pk": keys.due(today + timedelta(days=later), customer),
            "due_sk": customer,
        }
        yield profile | mine
        if is_due:
            yield from (one | {"pk": partition} for one in somebody if one is not profile)


def _shown(run: Run) -> list[Result]:
    title = f"{run.customers:,} customers, {run.due:,} due"
    each = f"{run.read_units / run.due:.2f} for each who is due"
    took = f"{1000 * run.seconds / run.due:.1f} ms for each, one after the other"
    return [
        Result(f"{title}: read", run.read_units, _A_CUSTOMER * run.due, "RU", each),
        Result(f"{title}: processor", run.seconds, None, "s", took),
    ]
