"""What a person has of points and stamps, read with the person: no Query of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mteja.customers.items import ProfileItem
from mteja.customers.reading import Member, Person
from mteja.identity.identifiers import Trust
from mteja.rewards.items import PointsItem
from mteja.rewards.ledger import Entry, Lot, Standing, due_expiry, standing
from mteja.store import keys
from mteja.store.table import Table


@dataclass(frozen=True)
class Ledger:
    """A person's entries, and what they come to today, by unit."""

    entries: tuple[Entry, ...]
    stands: dict[str, Standing]

    def of(self, unit: str) -> list[Entry]:
        return [one for one in self.entries if one.unit == unit]

    def due(self) -> Iterator[tuple[str, Lot, int]]:
        """Yield by unit which lots have lost how much that is not entered yet, so that whoever
        shows it shows entries that add up."""
        for unit, stands in self.stands.items():
            lots = {(lot.member, lot.id): lot for lot in stands.lots}
            for lot, amount in due_expiry(self.of(unit), stands).items():
                yield unit, lots[lot], amount


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
    by nothing else, and was never seen by staff."""
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
    found = tuple(items)
    # Whoever stood at the till is somebody, though no address of theirs was ever confirmed.
    known = profile.trust == Trust.VERIFIED or any(item.by is not None for item in found)
    for item in found:
        yield item.entry(customer, zone, held=not known and item.trust == Trust.CLAIMED)
