"""Addresses of a person to which nothing is sent any more, and letting mail go there again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mteja.customers import person as rules
from mteja.customers.opening import Opener
from mteja.customers.person import MembersIdentifier
from mteja.customers.reading import Person, read_known
from mteja.identity.identifiers import EMAIL
from mteja.mail.items import SuspectItem
from mteja.mail.messages import COMPLAINED
from mteja.mail.suspects import trusted_again
from mteja.staff.request import StaffRequest
from mteja.store import keys
from mteja.times import rfc3339

LIST, FREE = "mteja mail suspects", "mteja mail free"


@dataclass(frozen=True)
class Suspects(StaffRequest):
    """What an operator does about suspect addresses. Each look at a person is noted."""

    def of(self, customer: str) -> list[dict[str, Any]]:
        """Return a person's suspect addresses, opened, with why and since when. An address that
        can't be opened is None. Raises NotFound."""
        person = read_known(self.within.table, customer)
        self._note(LIST, person.ids)
        return [self._told(person, one, item) for one, item in self._suspects(person)]

    def free(self, customer: str, *, complained: bool) -> list[dict[str, Any]]:
        """Let messages go to a person's suspect addresses again; return those, as `of` does. Where
        their owner complained only with `complained`: who did so wants to be written to again, and
        told us. What consents say is not touched. Raises NotFound."""
        person = read_known(self.within.table, customer)
        self._note(FREE, person.ids)
        freed = [
            (one, item)
            for one, item in self._suspects(person)
            if complained or item.why != COMPLAINED
        ]
        self.within.table.transact([trusted_again(EMAIL, one.held.index) for one, _ in freed])
        return [self._told(person, one, item) for one, item in freed]

    def _suspects(self, person: Person) -> Iterator[tuple[MembersIdentifier, SuspectItem]]:
        held = [one for one in rules.identifiers(person) if one.held.kind == EMAIL]
        wanted = {keys.suspect(EMAIL, one.held.index): one for one in held}
        stored = self.within.table.get_many(list(wanted))
        for key, one in wanted.items():
            if key in stored:
                yield one, SuspectItem.model_validate(stored[key])

    def _told(self, person: Person, one: MembersIdentifier, item: SuspectItem) -> dict[str, Any]:
        opener = Opener(person.ids, self.within.table, self.within.vault.keyring)
        address = opener.identifier(one.customer, one.held).value
        return {"address": address, "why": item.why, "since": rfc3339(item.at)}
