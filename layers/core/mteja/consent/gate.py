"""The gate: may something be collected, used or sent for a purpose? Everything asks here first.

Of each source and member the latest statement counts, and among these the stricter wins (design,
section 5): a "no" to one shop is a "no" until it is taken back there.
"""

from collections.abc import Iterable, Mapping

from mteja.business.model import Basis, Business
from mteja.errors import Misconfigured

type Stated = Mapping[str, Mapping[str, tuple[str, int]]]
"""By purpose and source: status, and when (PROFILE.consents)."""

GRANTED = "granted"
_REFUSED = frozenset({"denied", "withdrawn"})


def newness(stated: tuple[str, int]) -> tuple[int, bool, str]:
    """Return what of two statements of one source is greater for the one that holds: the later, and
    of two of one moment the stricter."""
    status, at = stated
    return at, status in _REFUSED, status


def holding(purpose: str, members: Iterable[Stated]) -> tuple[bool, int] | None:
    """Return whether what holds of a purpose is a grant, and since when (epoch ms), for a person
    with these members; None where nothing was stated."""
    told = [one for stated in members for one in stated.get(purpose, {}).values()]
    refused = [at for status, at in told if status in _REFUSED]
    granted = [at for status, at in told if status == GRANTED]
    if refused:
        return False, max(refused)
    return (True, max(granted)) if granted else None


def allowed(purpose: str, members: Iterable[Stated], business: Business) -> bool:
    """Whether a purpose is allowed for a person with these members.

    Where the owner's file bases the purpose on consent, somebody must have granted it and nobody
    refused; on another basis, nobody must have objected. Raises Misconfigured for a purpose that
    the owner's file does not declare.
    """
    declared = next((one for one in business.purposes if one.id == purpose), None)
    if declared is None:
        raise Misconfigured(f"the purpose {purpose} is not declared")
    statuses = {status for stated in members for status, _ in stated.get(purpose, {}).values()}
    if statuses & _REFUSED:
        return False
    return declared.basis is not Basis.CONSENT or GRANTED in statuses
