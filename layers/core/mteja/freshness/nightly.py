"""The nightly look: whoever something was told of since the last one gets a row that says since
when each field is known (docs/decisions/0028).

What stands under a customer's id is worked out of what is stored of the person, and of nothing
else: looked at twice, or by two at once, it is the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import batched, product

from mteja.customers import person as persons
from mteja.customers.present import still
from mteja.customers.reading import Person, read_person
from mteja.errors import NotFound
from mteja.freshness import storing
from mteja.freshness.items import FreshnessLookItem
from mteja.freshness.storing import Wanted
from mteja.freshness.sums import Row
from mteja.freshness.suspect import Bounced, addresses, suspect_of
from mteja.mail.suspects import bounced
from mteja.store import freshness_keys, index_keys, keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import Table
from mteja.times import business_day
from mteja.tracking.calendar import days_between

# Of a stack that was never looked at; `since` goes further back.
FIRST_DAYS = 3
# A row and a check each, and the sums: of a transaction's 100.
_AT_ONCE = 30


@dataclass(frozen=True)
class Looked:
    """What was done, in numbers: days, customers of whom something was told, rows changed."""

    days: int
    customers: int
    rows: int


def look(table: Table, zone: str, now_ms: int, since: date | None = None) -> Looked:
    """Look at everybody of whom something was told since the day of the last look, or `since`.

    Raises Conflict for rows that are too busy, errors of AWS as they are: begun again, it goes on
    with the day that was not done, and ends in the same.
    """
    today = business_day(now_ms, zone)
    days = days_between(since or _first(table, today), today)
    customers = rows = 0
    for day in days:
        told = told_of(table, day)
        customers += len(told)
        rows += refresh(table, told, zone, now_ms)
        key = freshness_keys.last_look()
        done = FreshnessLookItem(pk=key.pk, sk=key.sk, day=str(day), at=now_ms)
        table.put(done.model_dump())
    return Looked(len(days), customers, rows)


def told_of(table: Table, day: date) -> set[str]:
    """Return the customers of whom something was told on a day, by the log. Links are logged by
    the day in UTC, which may be the one before."""
    kinds = [
        index_keys.log_day(kind, day)
        for kind in (*index_keys.FACTS, index_keys.TOLD, index_keys.LINKED)
    ]
    kinds.append(index_keys.log_day(index_keys.LINKED, day - timedelta(days=1)))
    start = keys.customer_partition("")
    return {
        str(entry["pk"]).removeprefix(start)
        for kind, shard in product(kinds, range(index_keys.LOG_SHARDS))
        for entry in table.query(index_keys.log_part(kind, shard), index="log")
        if str(entry["pk"]).startswith(start)
    }


def refresh(table: Table, customers: Iterable[str], zone: str, now_ms: int) -> int:
    """Make the rows of customers and of who is or was one person with them what they should be;
    return how many changed."""
    changed = 0
    left, done = _with_those_before(table, customers), set[str]()
    while left:
        found: set[str] = set()
        for shard, some in _by_shard(left):
            work = partial(_refresh, table, shard, some, found, zone, now_ms)
            changed += until_it_holds(work, busy="rows of freshness are being changed")
        done |= left
        left = found - done
    return changed


def since_the_last_look(
    table: Table, zone: str, now_ms: int, most: int
) -> tuple[list[Row], list[Row]] | None:
    """Return the rows that the next look would change, as they are and as they would be; None where
    it would look at more than so many customers. Nothing is written."""
    today = business_day(now_ms, zone)
    told: set[str] = set()
    for day in days_between(_first(table, today), today):
        told |= told_of(table, day)
        if len(told) > most:
            return None
    before: list[Row] = []
    after: list[Row] = []
    left, done = _with_those_before(table, told), set[str]()
    while left:
        found: set[str] = set()
        wanted = _worked_out(table, sorted(left), found, zone, now_ms)
        before += [storing.row_of(item) for item in storing.read_rows(table, left).values()]
        after += [one.row for one in wanted.values() if one.row is not None]
        done |= left
        left = found - done
    return before, after


def _with_those_before(table: Table, customers: Iterable[str]) -> set[str]:
    """Return customers and those who were one person with them: who is none any more has a row of
    its own."""
    names = set(customers)
    for some in batched(sorted(names), _AT_ONCE, strict=False):
        names |= {one for row in storing.read_rows(table, some).values() for one in row.members}
    return names


def _first(table: Table, today: date) -> date:
    raw = table.get(freshness_keys.last_look())
    if raw is None:
        return today - timedelta(days=FIRST_DAYS)
    return min(today, date.fromisoformat(FreshnessLookItem.model_validate(raw).day))


def _by_shard(names: Iterable[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    by_shard: dict[int, list[str]] = {}
    for name in sorted(names):
        by_shard.setdefault(freshness_keys.shard_of_person(name), []).append(name)
    for shard, its in sorted(by_shard.items()):
        for some in batched(its, _AT_ONCE, strict=False):
            yield shard, some


def _refresh(
    table: Table, shard: int, names: tuple[str, ...], found: set[str], zone: str, now_ms: int
) -> int:
    return storing.put_rows(table, shard, _worked_out(table, names, found, zone, now_ms))


def _worked_out(
    table: Table, names: Iterable[str], found: set[str], zone: str, now_ms: int
) -> dict[str, Wanted]:
    """Return what should stand under some keys; add to `found` the members of the persons that they
    lead to."""
    people: dict[str, Person | None] = {}
    for name in names:
        try:
            people[name] = read_person(table, name)
        except NotFound:
            people[name] = None  # erased
    held = [one for person in people.values() if person is not None for one in addresses(person)]
    back = bounced(table, held)
    wanted: dict[str, Wanted] = {}
    for name, person in people.items():
        if person is None:
            wanted[name] = Wanted(None)
            continue
        found.update(person.ids)
        wanted[name] = _wanted(name, person, back, zone, now_ms)
    return wanted


def _wanted(name: str, person: Person, back: Bounced, zone: str, now_ms: int) -> Wanted:
    its = next(one for one in person.members if one.id == name)
    checks = (still(its.profile),)
    if name != person.id:
        return Wanted(None, still=checks)
    seen = {
        field: str(business_day(one.entry.seen, zone))
        for field, one in persons.traits(person).items()
    }
    until = suspect_of(person, back, now_ms)
    suspect = {field: str(business_day(at, zone)) for field, at in until.items() if field in seen}
    return Wanted(Row(seen, suspect), person.ids, checks)
