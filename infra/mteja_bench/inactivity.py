"""What the daily job reads and takes: by how many are due, and not by how many there are.

Customers are copies of one whom a real order made, with her timeline, loaded straight into a table
in a file, which answers over HTTP and tells read units as DynamoDB does (mteja_bench.large_table).
Of those who are not due PROFILE alone is loaded, which says when they are: what else they have lies
in partitions that nobody reads. Their due dates are spread over the year that follows.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from mteja.business import business
from mteja.business.load import win_back
from mteja.customers.items import ProfileItem
from mteja.ids import ulid
from mteja.inactivity import queue
from mteja.inactivity.acting import Job
from mteja.inactivity.units import Units
from mteja.inactivity.watching import ACTED, HELD_OUT
from mteja.inactivity.winning import WinBackWatcher
from mteja.inactivity.working import Worker
from mteja.offers.making import Maker
from mteja.orders.intake import take_authentic
from mteja.quarantine.quarantine import Delivery
from mteja.recording.record import Recorder
from mteja.store import index_keys, keys
from mteja.store.table import Table
from mteja.store.wire import item_to_wire
from mteja.times import DAY_MS, business_day
from mteja_bench.bodies.base import Shopper
from mteja_bench.bodies.shopify import order
from mteja_bench.ground import use_business_layer
from mteja_bench.import_rate import memory_vault
from mteja_bench.large_table import LargeTable, Wire
from mteja_bench.report import Result
from mteja_bench.serving import served
from mteja_local.clients import Clients
from mteja_local.errors import LocalError
from mteja_local.place import Place

SIZES = (10_000, 100_000, 1_000_000)
DUE = 1_000
_TEN_TIMES = 1.1
# Of a customer who is due: her items are read with one Query, and the index is read beside.
_A_CUSTOMER = 2.0
_SPREAD_DAYS = 365
_PROFILE = {"S": "PROFILE"}


@dataclass(frozen=True)
class Run:
    """What one worker took, a customer after the other: `seconds` by the clock on the wall, with
    the table's own, and `processor` of them in the job's process."""

    customers: int
    due: int
    read_units: float
    seconds: float
    processor: float


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
    with _emptied(path), served(path) as endpoint:
        at = _somebody(_table(Clients(endpoint)))
    with closing(LargeTable(path)) as table:
        somebody = _of_somebody(table)
    now = at + 30 * DAY_MS
    with _emptied(path) as table:
        table.load(_everybody(somebody, customers, due, business_day(now, business().time_zone)))
    with served(path) as endpoint:
        return _worked(Clients(endpoint), customers, due, now)


def _emptied(path: Path) -> closing[LargeTable]:
    path.unlink(missing_ok=True)
    return closing(LargeTable(path))


def _worked(clients: Clients, customers: int, due: int, now: int) -> Run:
    """Work all buckets of a day. Raises LocalError where somebody who is due is not acted on."""
    units = Units()
    units.watch(clients("dynamodb"))
    worker = Worker(_job(_table(clients)), lambda: now, lambda: False, _raise)
    today = business_day(now, business().time_zone)
    began, cpu = time.perf_counter(), time.process_time()
    counts: Counter[str] = Counter()
    for bucket in queue.buckets(today, queue.first_day(today, today)):
        counts += worker.work(bucket).counts
    seconds, processor = time.perf_counter() - began, time.process_time() - cpu
    if counts[ACTED] + counts[HELD_OUT] != due:
        raise LocalError(f"of {due} customers who are due not all were acted on")
    return Run(customers, due, units.read, seconds, processor)


def _table(clients: Clients) -> Table:
    return Table(clients("dynamodb"), "customers", "keys")


def _raise(error: Exception) -> None:
    raise LocalError("a customer failed") from error


def _job(table: Table) -> Job:
    rules, declared = win_back(), business()
    maker = Maker(table, declared, rules.low_codes)
    watcher = WinBackWatcher(table, declared, rules, maker, lambda: None)
    return Job(table, (watcher,), rules.rules, declared.time_zone)


def _somebody(table: Table) -> int:
    """Make a customer by an order; return when she bought."""
    sent = order(1, Shopper(1).subscribed())
    within = Recorder(table, memory_vault(), business())
    taken = take_authentic(Delivery(sent.source, sent.topic, "wh-1", sent.body, sent.at_ms), within)
    if taken.customer is None:
        raise LocalError("the order made no customer")
    stored = table.get(keys.profile(taken.customer))
    last = None if stored is None else ProfileItem.model_validate(stored).orders.last
    if last is None:
        raise LocalError("the order does not count")
    return last


def _of_somebody(loaded: LargeTable) -> list[Wire]:
    """Return the items of the one customer who is there."""
    items = list(loaded.items())
    (profile,) = (one for one in items if one.get("sk") == _PROFILE)
    return [one for one in items if one["pk"] == profile["pk"] and "sk" in one]


def _everybody(somebody: Sequence[Wire], customers: int, due: int, today: date) -> Iterator[Wire]:
    """Yield the items of so many customers, of whom so many are due today."""
    chance = random.Random(customers)  # noqa: S311 - the same customers each time
    (profile,) = (one for one in somebody if one["sk"] == _PROFILE)
    for number in range(customers):
        customer = f"cus_{ulid(number, number.to_bytes(10))}"
        partition = keys.customer_partition(customer)
        is_due = number < due
        later = 0 if is_due else chance.randint(1, _SPREAD_DAYS)
        due_on = index_keys.due(today + timedelta(days=later), customer)
        mine = item_to_wire({"pk": partition, "due_pk": due_on, "due_sk": customer})
        yield profile | mine
        if is_due:
            yield from (one | {"pk": mine["pk"]} for one in somebody if one is not profile)


def _shown(run: Run) -> list[Result]:
    title = f"{run.customers:,} customers, {run.due:,} due"
    each = f"{run.read_units / run.due:.2f} for each who is due"
    took = (
        f"{1000 * run.seconds / run.due:.1f} ms for each, one after the other;"
        f" {run.processor:.2f} s of the processor"
    )
    return [
        Result(f"{title}: read", run.read_units, _A_CUSTOMER * run.due, "RU", each),
        Result(f"{title}: on the wall", run.seconds, None, "s", took),
    ]
