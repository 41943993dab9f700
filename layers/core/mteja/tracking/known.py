"""Whose each session is, and each thing that was done in it, as far as it is known.

What a server says of an event itself goes before whose the browser was then. What comes with the
public key stays a claim, whoever's the browser is: anybody may send it (docs/visitors.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mteja.identity.identifiers import Trust
from mteja.store import keys
from mteja.store.apart import TableApart
from mteja.tracking.items import VisitorItem
from mteja.tracking.sessions import Session, Told

_CLAIMED, _VERIFIED = Trust.CLAIMED.value, Trust.VERIFIED.value


@dataclass(frozen=True)
class Whose:
    """A customer, the weaker trust of who told what was done and of who said whose the browser is,
    and whether the latter is a server."""

    customer: str
    trust: str
    by_server: bool


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done, and whose it is: nobody's where `customer` is None. `trust` is the
    weaker one of who told it and of who said whose the browser is."""

    told: Told
    customer: str | None
    trust: str


class Known:
    """Whose the browsers of some sessions are, by the name of the visitor."""

    def __init__(self, owners: Mapping[str, VisitorItem]) -> None:
        self._owners = owners

    def of_session(self, session: Session) -> Whose | None:
        """Return whose a session is: verified where a server told all of it."""
        told = all(one.batch.trust == _VERIFIED for one in session.events)
        if session.customer is not None:
            return Whose(session.customer, _VERIFIED if told else _CLAIMED, by_server=True)
        return self._at(session.visitor, session.start, told_by_server=told)

    def done(self, sessions: Iterable[Session]) -> list[Done]:
        """Return what was done in some sessions."""
        return [self._done(one) for session in sessions for one in session.events]

    def _done(self, told: Told) -> Done:
        by_server = told.batch.trust == _VERIFIED
        if told.batch.customer is not None:
            return Done(told, told.batch.customer, _VERIFIED if by_server else _CLAIMED)
        whose = self._at(told.visitor, told.at, told_by_server=by_server)
        return (
            Done(told, None, _CLAIMED) if whose is None else Done(told, whose.customer, whose.trust)
        )

    def _at(self, visitor: str, at: int, *, told_by_server: bool) -> Whose | None:
        item = self._owners.get(visitor)
        customer = None if item is None else item.whose(at)
        if item is None or customer is None:
            return None
        trust = item.trust if told_by_server else _CLAIMED
        return Whose(customer, trust, by_server=item.trust == _VERIFIED)

    def everybody(self, visitor: str) -> frozenset[str]:
        """Return all whose a browser ever was, or was said to be."""
        item = self._owners.get(visitor)
        return frozenset() if item is None else item.everybody

    def first_owners(self) -> Mapping[str, str]:
        """Return by browser whose it was first: what was done before is theirs."""
        first = {name: item.owners[0][1] for name, item in self._owners.items()}
        return {name: customer for name, customer in sorted(first.items()) if customer}


def known(sessions: Sequence[Session], events: TableApart) -> Known:
    """Return whose the browsers are of the visitors who were identified, or whom a server named."""
    told = {one.visitor for one in sessions if one.known or one.customer is not None}
    found = events.get_many(keys.visitor(name) for name in sorted(told))
    items = {key: VisitorItem.model_validate(raw) for key, raw in found.items()}
    return Known({name: items[key] for name in told if (key := keys.visitor(name)) in items})
