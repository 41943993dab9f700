"""Whether a customer is there, for whoever writes beside PROFILE."""

from mteja.customers.items import ProfileItem
from mteja.store import keys
from mteja.store.table import Check, Table


def profile_of(table: Table, customer: str) -> ProfileItem | None:
    """Return a customer's PROFILE; None where there is none, or the customer is being erased."""
    raw = table.get(keys.profile(customer))
    profile = None if raw is None else ProfileItem.model_validate(raw)
    return None if profile is None or profile.erased_at is not None else profile


def still(profile: ProfileItem) -> Check:
    """Return the check that a customer is as they were read. Of the version, not of mere presence:
    else an erasure that begins meanwhile would leave what is written."""
    return Check(keys.Key(profile.pk, profile.sk), profile.v)
