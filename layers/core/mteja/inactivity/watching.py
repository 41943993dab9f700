"""What the daily job asks of whoever watches customers: what is to be done with this one today?

A kind of rule is one Watcher. It says what to write and what to change of PROFILE; the job does all
of it in one transaction and sets the next due date (mteja.inactivity.acting). When a customer is
due by it, mteja.due says, which every function can ask that moves a due date.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from mteja.customers.items import ProfileItem
from mteja.customers.reading import Person
from mteja.store.table import Write

ACTED, HELD_OUT, SKIPPED = "acted", "held-out", "skipped"
EXPIRED, ASKED = "expired", "asked"


@dataclass(frozen=True)
class Seen:
    """A customer who is due, as it was read. `silent` is its PROFILE as if all members of the
    person were one customer: their purchases, log-ins and steps. `today`: in the business's zone.
    """

    customer: str
    person: Person
    profile: ProfileItem
    silent: ProfileItem
    today: date
    now_ms: int

    def after(self, changes: Mapping[str, Any]) -> "Seen":
        """Return the customer and its person as they are with changes of PROFILE."""
        members = tuple(
            replace(one, profile=one.profile.model_copy(update=dict(changes)))
            if one.id == self.customer
            else one
            for one in self.person.members
        )
        return replace(
            self,
            person=Person(members),
            profile=self.profile.model_copy(update=dict(changes)),
            silent=self.silent.model_copy(update=dict(changes)),
        )


@dataclass(frozen=True)
class Done:
    """What is done with a customer: writes on a condition each, changes of its PROFILE, and what
    the run's report counts. `skipped` counts steps that are passed over, by reason.
    `settled`: it has done its work in transactions of its own, and the customer is to be read anew.
    """

    writes: Sequence[Write] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    settled: bool = False


@dataclass(frozen=True)
class Foreseen:
    """What would be done with a customer now: by which rule, at which step of its ladder (from 0),
    and what: an offer, a reminder, or why nothing."""

    rule: str
    step: int
    what: str


class Watcher(Protocol):
    def days(self, seen: Seen) -> Iterator[date]:
        """Yield the days on which the customer is to be looked at next, as it stands then: of a
        person, so that no member is looked at for what another did."""
        ...

    def foresee(self, seen: Seen) -> Iterator[Foreseen]:
        """Yield what `act` would do now, and write nothing."""
        ...

    def act(self, seen: Seen) -> Done:
        """Return what is to be done today; nothing where it is not time. Raises TransactionLost
        where what it needs has changed, to be asked anew."""
        ...
