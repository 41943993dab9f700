"""The nightly look: whoever something was told of since the last one gets a row that says since
when each field is known (docs/decisions/0028).

What stands under a customer's id is worked out of what is stored of the person, and of nothing
else: looked at twice, or by two at once, it is the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mteja.customers.told import customers_of, parts_of_day
from mteja.freshness.items import FreshnessLookItem
from mteja.freshness.rows import Trouble, foreseen, refresh
from mteja.freshness.sums import Row
from mteja.store import freshness_keys, index_keys
from mteja.store.table import Table
from mteja.times import business_day, day_begins
from mteja.tracking.calendar import days_between

# Of a stack that was never looked at; `since` goes further back.
FIRST_DAYS = 3
# Of the log, between two notes of how far it is read: some 45 for each shard, which is what a
# transaction changes.
_NOTED_EVERY = 700
# Who stands in several places of the log is looked at once, as far as so many names tell.
_REMEMBERED = 100_000
# Whoever starts again so soon finds that all is done.
_RESTS_MS = 12 * 3_600_000
_FIRST, _LAST = "0", "~"  # sort before and after every position


@dataclass(frozen=True)
class Looked:
    """What was done, in numbers: days, customers of whom something was told, rows changed.
    `ended`: nothing is left."""

    days: int = 0
    customers: int = 0
    rows: int = 0
    ended: bool = True


def look(
    table: Table,
    zone: str,
    now_ms: int,
    since: date | None = None,
    until: Callable[[], bool] = lambda: False,
    trouble: Trouble = lambda _: None,
) -> Looked:
    """Look at everybody of whom something was told since the day of the last look, or `since`.

    Ends early where `until` says that time is up. Begun again, after that or after a failure, it
    goes on where it was, and ends in the same. `trouble` is told of customers who can't be read:
    they keep no other. Raises Conflict for rows that are too busy, errors of AWS as they are.
    """
    today = business_day(now_ms, zone)
    last = None if since is not None else _last(table)
    days = days_between(since or _first(last, today), today)
    rest = last if last is not None and last.part is not None else None
    if rest is not None and rest.began == rest.day != str(today):
        days.insert(0, days[0])  # begun before it was over, it is to be looked at as a whole too
    work, known = Looked(), set[str]()
    for day in days:
        begun = rest.began if rest is not None and rest.began is not None else str(today)
        unnoted = 0
        for some in _pages(table, day, rest):
            names = set(some.names - known)
            rows = refresh(table, names, zone, now_ms, trouble)
            work = replace(work, customers=work.customers + len(names), rows=work.rows + rows)
            known = names if len(known) > _REMEMBERED else known | names
            unnoted += len(names)
            ended = until()
            if ended or unnoted >= _NOTED_EVERY:
                _note(table, day, now_ms, some, begun)
                unnoted = 0
            if ended:
                return replace(work, ended=False)
        _note(table, day, now_ms)
        rest = None
        work = replace(work, days=work.days + 1)
    return work


def counted_until(last: FreshnessLookItem, zone: str) -> int:
    """Return until when everything that was told is counted (epoch ms): what was told later may be,
    where a look has not ended."""
    day = date.fromisoformat(last.day)
    if last.part is not None:
        return day_begins(day, zone)
    return min(last.at, day_begins(day + timedelta(days=1), zone))


def is_done(table: Table, zone: str, now_ms: int) -> bool:
    """Whether the last look ended, and not long ago."""
    last = _last(table)
    return (
        last is not None
        and last.part is None
        and last.day == str(business_day(now_ms, zone))
        and now_ms - last.at < _RESTS_MS
    )


@dataclass(frozen=True)
class _Page:
    """Customers of a stretch of a day's log, and where it ends: in which of its partitions, at
    which position."""

    names: frozenset[str]
    part: str
    after: str


def _note(
    table: Table, day: date, now_ms: int, page: _Page | None = None, begun: str | None = None
) -> None:
    """Note how far a day is looked at, and when that was begun; without a page, that it is done."""
    key = freshness_keys.last_look()
    noted = FreshnessLookItem(pk=key.pk, sk=key.sk, day=str(day), at=now_ms)
    if page is not None:
        noted = noted.model_copy(update={"part": page.part, "after": page.after, "began": begun})
    table.put(noted.model_dump(exclude_none=True))


def _partitions(day: date) -> list[str]:
    """Return the partitions of the log that tell of whom something was told on a day. Links are
    logged by the day in UTC, which may be the one before."""
    told = (*index_keys.FACTS, index_keys.TOLD, index_keys.LINKED)
    linked = parts_of_day([index_keys.LINKED], day - timedelta(days=1))
    return [*parts_of_day(told, day), *linked]


def _pages(table: Table, day: date, done: FreshnessLookItem | None = None) -> Iterator[_Page]:
    """Yield the customers of whom something was told on a day, by the log, a stretch at a time; but
    for those who are done. What stands at one position is never parted."""
    partitions = _partitions(day)
    part = None if done is None else done.part
    first = partitions.index(part) if part in partitions else 0
    for partition in partitions[first:]:
        behind = f"{done.after} " if done is not None and partition == part else _FIRST
        names: set[str] = set()
        place = ""
        for entry in table.query(partition, index="log", between=(behind, _LAST)):
            if len(names) >= _NOTED_EVERY and entry["log_sk"] != place:
                yield _Page(frozenset(names), partition, place)
                names.clear()
            place = str(entry["log_sk"])
            names |= customers_of([entry])
        if place:
            yield _Page(frozenset(names), partition, place)


def since_the_last_look(
    table: Table, zone: str, now_ms: int, most: int
) -> tuple[list[Row], list[Row]] | None:
    """Return the rows that the next look would change, as they are and as they would be; None where
    it would look at more than so many customers. Nothing is written."""
    today, last = business_day(now_ms, zone), _last(table)
    told: set[str] = set()
    for day in days_between(_first(last, today), today):
        for some in _pages(table, day):
            told |= some.names
            if len(told) > most:
                return None
    return foreseen(table, told, zone, now_ms, lambda _: None)


def _last(table: Table) -> FreshnessLookItem | None:
    raw = table.get(freshness_keys.last_look())
    return None if raw is None else FreshnessLookItem.model_validate(raw)


def _first(last: FreshnessLookItem | None, today: date) -> date:
    if last is None:
        return today - timedelta(days=FIRST_DAYS)
    return min(today, date.fromisoformat(last.day))
