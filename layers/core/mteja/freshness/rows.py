"""What the rows of persons should be: worked out of what is stored of them, and of nothing else."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import batched

from mteja.customers import person as persons
from mteja.customers.present import still
from mteja.customers.reading import Person, read_person
from mteja.errors import NotFound
from mteja.freshness import storing
from mteja.freshness.storing import Wanted
from mteja.freshness.sums import Row
from mteja.freshness.suspect import Bounced, addresses, suspect_of
from mteja.mail.suspects import bounced
from mteja.store import freshness_keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import Table
from mteja.times import business_day

type Trouble = Callable[[ValueError], None]
"""Is told of each customer of whom something is stored that can't be read. The row stays as it is,
and the others get theirs."""

# A row and a check each, and the sums: of a transaction's 100.
_AT_ONCE = 45


def refresh(
    table: Table, customers: Iterable[str], zone: str, now_ms: int, trouble: Trouble
) -> int:
    """Make the rows of customers and of who is or was one person with them what they should be;
    return how many changed."""
    changed = 0
    left, done = _with_those_before(table, customers), set[str]()
    while left:
        found: set[str] = set()
        for shard, some in _by_shard(left):
            work = partial(_refresh, table, shard, some, found, zone, now_ms, trouble)
            changed += until_it_holds(work, busy="rows of freshness are being changed")
        done |= left
        left = found - done
    return changed


def foreseen(
    table: Table, customers: Iterable[str], zone: str, now_ms: int, trouble: Trouble
) -> tuple[list[Row], list[Row]]:
    """Return the rows that `refresh` would change, as they are and as they would be. Nothing is
    written."""
    before: list[Row] = []
    after: list[Row] = []
    left, done = _with_those_before(table, customers), set[str]()
    while left:
        found: set[str] = set()
        wanted = _worked_out(table, sorted(left), found, zone, now_ms, trouble)
        before += [storing.row_of(item) for item in storing.read_rows(table, wanted).values()]
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


def _by_shard(names: Iterable[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    by_shard: dict[int, list[str]] = {}
    for name in sorted(names):
        by_shard.setdefault(freshness_keys.shard_of_person(name), []).append(name)
    for shard, its in sorted(by_shard.items()):
        for some in batched(its, _AT_ONCE, strict=False):
            yield shard, some


def _refresh(
    table: Table,
    shard: int,
    names: tuple[str, ...],
    found: set[str],
    zone: str,
    now_ms: int,
    trouble: Trouble,
) -> int:
    return storing.put_rows(table, shard, _worked_out(table, names, found, zone, now_ms, trouble))


def _worked_out(
    table: Table, names: Iterable[str], found: set[str], zone: str, now_ms: int, trouble: Trouble
) -> dict[str, Wanted]:
    """Return what should stand under some keys; add to `found` the members of the persons that they
    lead to."""
    people: dict[str, Person | None] = {}
    for name in names:
        try:
            people[name] = read_person(table, name)
        except NotFound:
            people[name] = None  # erased
        except ValueError as error:  # pydantic's too
            trouble(error)
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
        for field, one in persons.known(person).items()
    }
    until = suspect_of(person, back, now_ms)
    suspect = {field: str(business_day(at, zone)) for field, at in until.items() if field in seen}
    return Wanted(Row(seen, suspect), person.ids, checks)
