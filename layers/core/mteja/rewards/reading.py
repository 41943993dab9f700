"""What a person has of points and stamps, read with the person: no Query of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mteja.customers.items import ProfileItem
from mteja.customers.reading import Member, Person
from mteja.identity.identifiers import Trust
from mteja.rewards.items import PointsItem
from mteja.rewards.ledger import Entry, Standing, standing
from mteja.store import keys
from mteja.store.table import Table


@dataclass(frozen=True)
class Ledger:
    """A person's entries, and what they come to today, by unit."""

    entries: tuple[Entry, ...]
    stands: dict[str, Standing]

    def of(self, unit: str) -> list[Entry]:
        return [one for one in self.entries if one.unit == unit]


def ledger(person: Person, units: Iterable[str], today: date, zone: str) -> Ledger:
    """Return the ledger of a person: what its members have, together."""
    entries = tuple(one for member in person.members for one in member_entries(member, zone))
    known = dict.fromkeys([*units, *(one.unit for one in entries)])
    return Ledger(
        entries,
        {unit: standing((one for one in entries if one.unit == unit), today) for unit in known},
    )


def member_entries(member: Member, zone: str) -> Iterator[Entry]:
    """Yield one member's entries. What was earned by claims is held back while the member is known
    by nothing else."""
    return _entries(member.id, member.profile, member.points, zone)


def read_entries(table: Table, customer: str, profile: ProfileItem, zone: str) -> list[Entry]:
    """Return one customer's entries, strongly consistent, for a fact that hangs on them."""
    return list(_entries(customer, profile, read_items(table, customer), zone))


def read_items(table: Table, customer: str) -> list[PointsItem]:
    """Return one customer's entries as they are stored, strongly consistent."""
    partition = keys.customer_partition(customer)
    found = table.query(partition, prefix=keys.POINTS_PREFIX)
    return [PointsItem.model_validate(raw) for raw in found]


def _entries(
    customer: str, profile: ProfileItem, items: Iterable[PointsItem], zone: str
) -> Iterator[Entry]:
    known = profile.trust == Trust.VERIFIED
    for item in items:
        yield item.entry(customer, zone, held=not known and item.trust == Trust.CLAIMED)
