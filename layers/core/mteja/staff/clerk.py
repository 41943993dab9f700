"""What staff write down of persons: each becomes a fact, verified, of the source `staff`.

Each is noted in the audit trail. `key` names one attempt: with the same key and content it counts
once and answers the same ids; without one, each is something new.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.customers import person as rules
from mteja.customers import tasks
from mteja.customers.reading import Person, read_known, read_person
from mteja.errors import InvalidInput, StaleVersion
from mteja.identity.identifiers import Identifier, Trust
from mteja.orders.model import Line, Order, OrderNews
from mteja.recording.facts import Fact, Happening, Json, Recorded
from mteja.recording.orders import order_entry_id
from mteja.recording.record import record
from mteja.sources import own
from mteja.staff.bodies import Call, CallOfSomebody, Note, Sale, Traits
from mteja.staff.once import Once, once
from mteja.staff.people import language_of, of_caller, person_of
from mteja.staff.request import StaffRequest
from mteja.times import day_begins, rfc3339

CREATE = "POST /v1/customers"
CHANGE = "PATCH /v1/customers/{id}"
CALL = "POST /v1/customers/{id}/calls"
SALE = "POST /v1/customers/{id}/sales"
NOTE = "POST /v1/customers/{id}/notes"
CALL_OF_SOMEBODY = "POST /v1/calls"
SOURCE = own.STAFF


@dataclass(frozen=True)
class Clerk(StaffRequest):
    """What a member of staff writes down in one request."""

    def create(self, told: Traits, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/customers`: whom an identifier finds, or somebody new.

        A name alone makes somebody new. Raises InvalidInput.
        """
        identifiers, traits = self._person_of(told)
        if not identifiers and "name" not in traits:
            raise InvalidInput("email", "give an e-mail, a telephone, a loyalty number or a name")
        attempt = self._once(key, CREATE, told)
        person, customer, made, _ = self._record_of_somebody(
            attempt, CREATE, identifiers, traits, (), language_of(told)
        )
        return {"id": customer, "version": rules.version(person), "created": customer == made}

    def change(self, customer: str, told: Traits, version: int) -> dict[str, Any]:
        """Answer `PATCH /v1/customers/{id}`, decided on a version of the person.

        Raises NotFound, InvalidInput, and StaleVersion where the person changed since.
        """
        identifiers, traits = self._person_of(told)
        language = language_of(told)
        if not identifiers and not traits and language is None:
            raise InvalidInput("body", "changes nothing")
        person = self._known(customer)
        if rules.version(person) != version:
            raise StaleVersion
        self._note(CHANGE, person.ids)
        fact = Fact(
            SOURCE,
            Trust.VERIFIED,
            self.now,
            self.now,
            identifiers,
            traits,
            customer=customer,
            language=language,
            if_versions={one.id: one.profile.v for one in person.members},
        )
        record(fact, self.within)
        return {"id": customer, "version": rules.version(read_person(self.within.table, customer))}

    def call(self, customer: str, told: Call, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/calls`: a call, and where somebody is to be called back,
        a task. Raises NotFound, InvalidInput."""
        _says_something(told)
        person = self._known(customer)
        self._note(CALL, person.ids)
        attempt = self._once(key, _of(CALL, customer), _said(told))
        confirmed = self._confirmed(customer, person, told)
        happenings = self._call(told, attempt)
        at = self._happened(customer, attempt, *happenings, confirmed=confirmed)
        return self._called(told, attempt, customer, at)

    def call_of_somebody(self, told: CallOfSomebody, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/calls`: finds or makes the customer, and records the call with it.
        Raises InvalidInput."""
        _says_something(told)
        if told.still_right:
            raise InvalidInput("still_right", "of a customer who is known")
        identifiers, traits = self._person_of(of_caller(told))
        if not identifiers and not traits:
            raise InvalidInput("phone", "give a telephone, an e-mail or a name")
        attempt = self._once(key, CALL_OF_SOMEBODY, _said(told))
        happenings = self._call(told, attempt)
        _, customer, made, at = self._record_of_somebody(
            attempt, CALL_OF_SOMEBODY, identifiers, traits, happenings
        )
        called = self._called(told, attempt, customer, at)
        return called | {"customer": customer, "created": customer == made}

    def sale(self, customer: str, told: Sale, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/sales`: it counts like an order, and redeems the offers
        whose codes it has. Raises NotFound; AlreadyTaken and InvalidInput for a code of ours that
        was redeemed or has ended."""
        self._note(SALE, self._known(customer).ids)
        attempt = self._once(key, _of(SALE, customer), _said(told))
        number = attempt.id("sal")
        state = Order(
            version=rfc3339(self.now),
            number=number,
            placed_at=self.now,
            updated_at=self.now,
            payment="paid",
            cancelled=False,
            test=False,
            channel="till",
            currency=told.currency,
            total=told.total,
            tax=0,
            shipping=0,
            discount=0,
            discount_codes=tuple(told.discount_codes),
            lines=tuple(Line(**one.model_dump()) for one in told.lines),
        )
        digest = hashlib.sha256(attempt.seed.encode()).digest()[:8]
        news = OrderNews(number, digest, state, at_the_till=True)
        fact = Fact(SOURCE, Trust.VERIFIED, self.now, self.now, order=news, customer=customer)
        self._record(fact)
        return {"id": order_entry_id(SOURCE, number)}

    def note(self, customer: str, told: Note, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/notes`. Raises NotFound."""
        self._note(NOTE, self._known(customer).ids)
        attempt = self._once(key, _of(NOTE, customer), _said(told))
        note = Happening("note", attempt.id("nte"), self.now, self._by(), {"text": told.text})
        self._happened(customer, attempt, note)
        return {"id": note.id}

    def _known(self, customer: str) -> Person:
        return read_known(self.within.table, customer)

    def _once(self, key: str | None, what: str, content: Mapping[str, object]) -> Once:
        return once(self.within.vault.index, key, what, content)

    def _person_of(self, told: Traits) -> tuple[tuple[Identifier, ...], dict[str, Json]]:
        return person_of(told, self.within.business.country)

    def _by(self) -> dict[str, Json]:
        """Who of the staff: the pool's id of them."""
        return {"by": self.viewer.sub}

    def _call(self, told: Call, attempt: Once) -> tuple[Happening, ...]:
        """Return the call, and what is to be done after it."""
        data = self._by() | {"kind": told.kind}
        said: dict[str, Json] = {"who": told.who, "why": told.why, "outcome": told.outcome}
        said = {name: value for name, value in said.items() if value}
        heard: dict[str, Json] = {"heard_from": told.heard_from} if told.heard_from else {}
        if told.still_right:
            heard["confirmed"] = list(told.still_right)
        call = Happening(
            "call", attempt.id("cal"), self.now, data | heard, said or None, logged=True
        )
        day = told.follow_up_on
        if day is None:
            return (call,)
        task = Happening(
            tasks.KIND,
            attempt.timed_id("tsk", self.now),
            self.now,
            data | {"due_on": day.isoformat(), "status": "open", "call": call.id},
            said or None,
            open_as=tasks.OPEN,
            open_until=day_begins(day, self.within.business.time_zone),
        )
        return call, task

    def _called(self, told: Call, attempt: Once, customer: str, at: int) -> dict[str, Any]:
        called = {"id": attempt.id("cal")}
        if told.follow_up_on is not None:
            called["task"] = tasks.task_id(customer, attempt.timed_id("tsk", at))
        return called

    def _confirmed(self, customer: str, person: Person, told: Call) -> Mapping[str, int]:
        """Return what of the customer a caller says is still right; that of others who are the same
        person is recorded. Raises InvalidInput for what is not known."""
        if not told.still_right:
            return {}
        from mteja.freshness.confirming import confirm_elsewhere

        if set(told.still_right) - rules.known(person).keys():
            raise InvalidInput("still_right", "fields that are known of the customer")
        meant = dict.fromkeys(told.still_right, self.now)
        return confirm_elsewhere(customer, person, meant, self.within, self.now, SOURCE)

    def _happened(
        self,
        customer: str,
        attempt: Once,
        *happenings: Happening,
        confirmed: Mapping[str, int] | None = None,
    ) -> int:
        """Record what happened to a customer; return when it was recorded first."""
        fact = Fact(
            SOURCE,
            Trust.VERIFIED,
            self.now,
            self.now,
            happenings=happenings,
            receipt=attempt.receipt,
            customer=customer,
            confirmed=confirmed or {},
        )
        return self._record(fact).taken_at or self.now

    def _record(self, fact: Fact) -> Recorded:
        """Record what happened, with what follows from it."""
        from mteja.orders.following import with_what_follows

        return record(with_what_follows(fact, self.within), self.within)

    def _record_of_somebody(
        self,
        attempt: Once,
        what: str,
        identifiers: tuple[Identifier, ...],
        traits: dict[str, Json],
        happenings: tuple[Happening, ...],
        language: str | None = None,
    ) -> tuple[Person, str, str, int]:
        """Record what is told of whom the identifiers find, or of somebody new.

        Return the person, whose it is, the id that somebody new has, and when it was recorded
        first. Raises NotFound where a repeated attempt's customer was erased meanwhile.
        """
        fact = Fact(
            SOURCE,
            Trust.VERIFIED,
            self.now,
            self.now,
            identifiers,
            traits,
            happenings=happenings,
            receipt=attempt.receipt,
            language=language,
            makes=attempt.customer(self.now),
        )
        recorded = self._record(fact)
        at = recorded.taken_at or self.now
        made = attempt.customer(at)
        customer = recorded.customer or made
        person = read_person(self.within.table, customer)
        self._note(what, person.ids)
        return person, customer, made, at


def _says_something(told: Call) -> None:
    if not told.model_dump(exclude_none=True, exclude_unset=True):
        raise InvalidInput("body", "says nothing")


def _said(told: Call | Sale | Note) -> dict[str, object]:
    return told.model_dump(mode="json")


def _of(what: str, customer: str) -> str:
    """Return a path with the id in it: a key is of one customer's path."""
    return what.replace("{id}", customer)
