"""Whether a customer is there, for whoever writes beside PROFILE."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mteja.customers.items import ProfileItem, TraitsItem
from mteja.customers.traits import told, with_seen
from mteja.store import keys
from mteja.store.table import Check, Put, Table, Write

if TYPE_CHECKING:
    from mteja.customers.reading import Person


def profile_of(table: Table, customer: str) -> ProfileItem | None:
    """Return a customer's PROFILE; None where there is none, or the customer is being erased."""
    raw = table.get(keys.profile(customer))
    profile = None if raw is None else ProfileItem.model_validate(raw)
    return None if profile is None or profile.erased_at is not None else profile


def told_of(table: Table, profile: ProfileItem) -> dict[str, int]:
    """Return since when a customer's verified fields are known, as PROFILE was read: on it hangs
    when the customer is due."""
    raw = table.get(keys.Key(profile.pk, keys.traits("").sk))
    return {} if raw is None else told(with_seen(TraitsItem.model_validate(raw), profile.seen))


def still(profile: ProfileItem) -> Check:
    """Return the check that a customer is as they were read. Of the version, not of mere presence:
    else an erasure that begins meanwhile would leave what is written."""
    return Check(keys.Key(profile.pk, profile.sk), profile.v)


def as_read(person: "Person", customer: str, changes: Mapping[str, Any]) -> list[Write]:
    """Return the writes that fail where a person is not as it was read. The version of one customer
    is raised, with `changes` of its PROFILE, so that of two who act at one moment one sees the
    other; the other members' versions are checked."""
    writes: list[Write] = []
    for member in person.members:
        profile = member.profile
        if member.id == customer:
            raised = profile.model_copy(update={"v": profile.v + 1, **changes})
            writes.append(Put(raised.model_dump(exclude_none=True), profile.v))
        else:
            writes.append(Check(keys.profile(member.id), profile.v))
    return writes
