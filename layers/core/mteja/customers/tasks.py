"""What staff have promised to do for a customer: open until one of them says that it is done.

A task's id holds its item's key (when it was written, and whose it is), so that it is reached by
one consistent read, without a second item that would have to be written and erased with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mteja.customers.items import InteractionItem
from mteja.customers.present import profile_of
from mteja.errors import NotFound
from mteja.ids import ulid_ms
from mteja.store import keys
from mteja.store.attempts import until_it_holds
from mteja.store.keys import Key
from mteja.store.table import Put, State, Table
from mteja.store.wire import Item

KIND = "task"
OPEN = "task"
"""What index `open` calls it."""

MAX_READ = 200
_ULID = "[0-9A-HJKMNP-TV-Z]{26}"
_ID = re.compile(f"tsk_({_ULID})({_ULID})")
_POSITION = re.compile(f"[0-9T:.Z-]{{24}}#{re.escape(keys.customer_partition('cus_'))}({_ULID})"
                       f"\\+(tsk_{_ULID})")  # fmt: skip


@dataclass(frozen=True)
class Task:
    customer: str
    item: InteractionItem


@dataclass(frozen=True)
class Page:
    """Open tasks, and the position after which the next page begins, None at the end."""

    tasks: tuple[Task, ...]
    next: str | None


def task_id(customer: str, entry: str) -> str:
    """Return the id by which people know a task: its entry's (`tsk_` and a ULID) and its customer's
    in one."""
    return entry + customer.partition("_")[2]


def open_tasks(table: Table, after: str | None, limit: int) -> Page:
    """Return open tasks, those due first before the others, after a position.

    A page also ends after MAX_READ that were read over, which are done or gone: the index lags.
    Raises ValueError for a position that is none.
    """
    found: list[Task] = []
    for number, (position, key, customer) in enumerate(_pointers(table, after, limit)):
        if len(found) == limit or number == MAX_READ:
            return Page(tuple(found), after)
        after = position
        raw = table.get(key)
        item = None if raw is None else InteractionItem.model_validate(raw)
        if item is not None and item.open_pk == OPEN:
            found.append(Task(customer, item))
    return Page(tuple(found), None)


def _pointers(table: Table, after: str | None, limit: int) -> Iterator[tuple[str, Key, str]]:
    start: Item | None = None
    if after is not None:
        key, _ = _at(after)
        start = {"pk": key.pk, "sk": key.sk, "open_pk": OPEN, "open_sk": after}
    for pointer in table.query(OPEN, index="open", start=start, limit=limit + 1):
        position = str(pointer["open_sk"])
        yield position, *_at(position)


def _at(position: str) -> tuple[Key, str]:
    named = _POSITION.fullmatch(position)
    if named is None:
        raise ValueError("not a position")
    customer = f"cus_{named[1]}"
    return _key(customer, named[2]), customer


def close(table: Table, task: str, by: str, now_ms: int) -> Task:
    """Say that a task is done, and return it. Who did it first, and when, stays.

    Raises NotFound, also for what is no id of a task; Conflict when its customer is too busy.
    """
    key, customer = _named(task)
    return until_it_holds(partial(_close, table, key, customer, by, now_ms))


def _close(table: Table, key: Key, customer: str, by: str, now_ms: int) -> Task:
    # PROFILE first: whatever changes a customer raises its version, so that the task is still as it
    # is read here where the version is.
    profile = profile_of(table, customer)
    raw = None if profile is None else table.get(key)
    if profile is None or raw is None:
        raise NotFound(KIND)
    item = InteractionItem.model_validate(raw)
    if item.open_pk is None:
        return Task(customer, item)
    done = item.model_copy(
        update={
            "data": item.data | {"status": "done", "done_at": now_ms, "done_by": by},
            "open_pk": None,
            "open_sk": None,
        }
    )
    raised = profile.model_copy(update={"v": profile.v + 1})
    table.transact(
        [
            Put(raised.model_dump(exclude_none=True), profile.v),
            Put(done.model_dump(exclude_none=True), State.PRESENT),
        ]
    )
    return Task(customer, done)


def _named(task: str) -> tuple[Key, str]:
    named = _ID.fullmatch(task)
    if named is None:
        raise NotFound(KIND)
    customer = f"cus_{named[2]}"
    try:
        return _key(customer, f"tsk_{named[1]}"), customer
    except ValueError:
        raise NotFound(KIND) from None


def _key(customer: str, entry: str) -> Key:
    return keys.interaction(customer, ulid_ms(entry.partition("_")[2]), entry)
