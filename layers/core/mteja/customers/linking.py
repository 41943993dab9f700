"""Staff link two customers that are one person, and undo it. Nothing moves (design, section 5).

A link is an edge, a LINK item in either partition. Identifiers, timeline and totals stay with their
member; pages and totals are computed over the members. Undone, the edge stays as `unlinked`, so
that the next order of both does not link them again by itself.
"""

from functools import partial

from mteja.business.load import business, watching
from mteja.customers.items import LinkItem, ProfileItem
from mteja.customers.present import profile_of, still, told_of
from mteja.customers.reading import Person, linked_to, read_person
from mteja.due import due_days, due_keys
from mteja.errors import InvalidInput, NotFound
from mteja.store import index_keys, keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import Put, State, Table, Write
from mteja.times import from_ms

_LINKED = "linked"
_UNLINKED = "unlinked"


def link(table: Table, customer: str, other: str, by: str, now_ms: int) -> Person:
    """Make one person of two customers; return it. Linking again changes nothing.

    Raises NotFound for an unknown customer, InvalidInput for linking one with itself, Conflict when
    somebody else is at the same link.
    """
    if customer == other:
        raise InvalidInput("customer", "is the same customer")
    person = read_person(table, customer)
    if other in person.ids:
        return person
    read_person(table, other)
    _set(table, customer, other, _LINKED, by, now_ms)
    return read_person(table, customer)


def unlink(table: Table, customer: str, other: str, by: str, now_ms: int) -> Person:
    """Undo the link of two members; return the person that `customer` is then.

    Where the two stay joined over others, all links of `other` within the person are undone. The
    two are not linked again by an order of both.
    Raises NotFound, InvalidInput when the two are not one person, Conflict.
    """
    person = read_person(table, customer)
    if other not in person.ids or other == customer:
        raise InvalidInput("customer", "is not linked with this customer")
    _set(table, customer, other, _UNLINKED, by, now_ms)
    person = read_person(table, customer)
    if other not in person.ids:
        return person
    member = next(one for one in person.members if one.id == other)
    for end in linked_to(member.links):
        _set(table, end, other, _UNLINKED, by, now_ms)
    return read_person(table, customer)


def _set(table: Table, one: str, two: str, status: str, by: str, now_ms: int) -> None:
    work = partial(_try, table, one, two, status, by, now_ms)
    until_it_holds(work, busy="the link is being changed")


def _try(table: Table, one: str, two: str, status: str, by: str, now_ms: int) -> None:
    writes: list[Write] = []
    for customer in (one, two):
        profile = profile_of(table, customer)
        if profile is None:
            raise NotFound("customer")
        writes.append(
            still(profile) if status == _LINKED else _due_again(table, profile, customer, now_ms)
        )
    for key in (keys.link(one, two), keys.link(two, one)):
        raw = table.get(key)
        known = None if raw is None else LinkItem.model_validate(raw)
        item = LinkItem(
            pk=key.pk,
            sk=key.sk,
            v=known.v + 1 if known else 1,
            status=status,
            by=by,
            at=now_ms,
        )
        if key == keys.link(min(one, two), max(one, two)):
            item = _logged(item, now_ms)
        elif status == _LINKED:
            item = item.model_copy(
                update={"log_pk": index_keys.person_log(key.pk), "log_sk": key.sk}
            )
        when = known.v if known else State.ABSENT
        writes.append(Put(item.model_dump(exclude_none=True), when))
    table.transact(writes)


def _due_again(table: Table, profile: ProfileItem, customer: str, now_ms: int) -> Write:
    """Return the write by which a customer that is a person by itself again becomes due by its own
    purchases and log-ins: as a member it was due by those of all."""
    zone = business().time_zone
    days = due_days(profile, watching(), zone, told_of(table, profile))
    due = due_keys(days, now_ms, zone=zone, customer=customer)
    moved = profile.model_copy(update={"v": profile.v + 1, **due})
    if moved.due_pk == profile.due_pk:
        return still(profile)
    return Put(moved.model_dump(exclude_none=True), profile.v)


def _logged(item: LinkItem, now_ms: int) -> LinkItem:
    """Return one of a link's two items as it stands in the log, by the day in UTC."""
    log_pk = index_keys.log(index_keys.LINKED, from_ms(now_ms).date(), item.pk)
    log_sk = index_keys.log_position(now_ms, item.by)
    return item.model_copy(update={"log_pk": log_pk, "log_sk": log_sk})
