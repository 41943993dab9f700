"""Entering what has expired. What a person has is right without it: it is for the history, and for
the entries to add up."""

from functools import partial

from mteja.business import business
from mteja.customers.reading import Person, read_person
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.rewards.ledger import due_expiry, next_expiry
from mteja.rewards.reading import Ledger, ledger
from mteja.rewards.spans import EXPIRED
from mteja.rewards.writing import Line, earlier
from mteja.store import keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import Check, Put, Table, Write
from mteja.times import business_day

SOURCE = "mteja"
_IN_ONE = 60  # of a transaction's 100 writes, with the members' profiles


def settle(table: Table, person: Person, now_ms: int) -> int:
    """Enter what has expired of a person's lots and is not entered yet, and on PROFILE when the
    next will; return how many entries were added. Done again, it adds none.

    `person` says who it is about: it is read anew, and nothing of it may change meanwhile. Raises
    NotFound where it was erased, Conflict.
    """
    added = 0
    while True:
        some = until_it_holds(partial(_settle_some, table, person.id, now_ms))
        added += some
        if some < _IN_ONE:
            return added


def _settle_some(table: Table, customer: str, now_ms: int) -> int:
    zone = business().time_zone
    person = read_person(table, customer)
    told = ledger(person, (), business_day(now_ms, zone), zone)
    profiles = {member.id: member.profile for member in person.members}
    due = [
        (member, unit, lot, amount)
        for unit, stands in told.stands.items()
        for (member, lot), amount in sorted(due_expiry(told.of(unit), stands).items())
    ]
    writes: list[Write] = []
    for member, unit, lot, amount in due[:_IN_ONE]:
        profile = profiles[member]
        rule = next((one.rule for one in told.entries if one.lot == lot), None)
        line = Line(
            id=derived_id("pts", member, lot, EXPIRED, str(profile.v + 1)),
            unit=unit,
            kind=EXPIRED,
            amount=-amount,
            lot=lot,
            rule=rule,
        )
        writes.append(line.put(member, profile, SOURCE, Trust.VERIFIED.value, now_ms))
    for member, profile in profiles.items():
        waits = any(whose == member for whose, *_ in due[_IN_ONE:])
        expires = profile.lots_expire_on if waits else _next(told, member)
        if expires == profile.lots_expire_on and not any(one[0] == member for one in due):
            writes.append(Check(keys.profile(member), profile.v))
            continue
        changed = profile.model_copy(update={"v": profile.v + 1, "lots_expire_on": expires})
        writes.append(Put(changed.model_dump(exclude_none=True), profile.v))
    if any(isinstance(one, Put) for one in writes):
        table.transact(writes)
    return min(len(due), _IN_ONE)


def _next(told: Ledger, member: str) -> str | None:
    """Return when something of a member's will expire next, once what has is entered."""
    expires: str | None = None
    for unit, stands in told.stands.items():
        expires = earlier(expires, next_expiry(told.of(unit), stands, member))
    return expires
