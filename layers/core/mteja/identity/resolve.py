"""Whose fact is it? Pure rules over what the index says of a fact's identifiers (design, section
5).

The customers come out as the connected components over verified (platform id, e-mail) pairs,
whatever the order of arrival; whoever shares a weaker identifier is a duplicate candidate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mteja.customers.items import Hold, Holder
from mteja.identity.identifiers import EMAIL, Identifier, Trust

# A telephone that so many customers gave is a call centre's, not a person's. Of verified ones only
# the verified count: else a few claims would make anybody's telephone nobody's.
MAX_HOLDERS = 10
# Of one kind, held by one customer. A till's "walk-in" account must not swallow the town.
MAX_HELD = 20


@dataclass(frozen=True)
class Known:
    """What the index says of one identifier. `v` is None where there is no item yet."""

    identifier: Identifier
    index: str
    v: int | None
    holders: dict[str, Holder]

    def held_as(self, hold: Hold) -> list[str]:
        return [customer for customer, holder in self.holders.items() if holder.hold is hold]


@dataclass(frozen=True)
class Attachment:
    """Where a fact goes and what that changes.

    `customer` is None for a new one. `promote`: it was known by claims only, and is verified now;
    its other claims stand aside. `adopt`: identifiers it comes to hold, and how. `take`: strong
    identifiers that a verified fact takes from a customer known by claims only. `link`: customers
    that are one person with this one. `candidates`: (other customer, kind) that may be.
    """

    customer: str | None
    promote: bool = False
    alone: bool = False
    adopt: tuple[tuple[Known, Hold], ...] = ()
    take: tuple[tuple[Known, str], ...] = ()
    link: tuple[str, ...] = ()
    candidates: tuple[tuple[str, str], ...] = field(default=())


def resolve(known: Sequence[Known], trust: Trust) -> Attachment | None:
    """Return where a fact goes, or None when it names nobody: a call centre's number is no name.

    The first e-mail of a fact is the one that counts. Others join it only where a platform id binds
    them; else a receipt that is sent to the office would make one person of two.
    """
    unbound = _unbound_emails(known)
    ordered = sorted(
        (one for one in known if one not in unbound),
        key=lambda one: (one.identifier.strength, one.identifier),
    )
    hold = Hold.CLAIMED if trust is Trust.CLAIMED else Hold.VERIFIED
    if all(_is_crowded(one, hold) for one in ordered):
        return None
    if trust is Trust.CLAIMED:
        return _claimed(ordered)
    strong = [one for one in ordered if one.identifier.attaches]
    weak = [one for one in ordered if not one.identifier.attaches]
    if not strong:
        return _by_weak(weak) if weak else None
    found = _by_strong(strong, weak)
    others = ((holder, EMAIL) for one in unbound for holder in one.holders)
    return replace(found, candidates=(*found.candidates, *others))


def _unbound_emails(known: Sequence[Known]) -> list[Known]:
    if any(one.identifier.attaches and one.identifier.kind != EMAIL for one in known):
        return []
    return [one for one in known if one.identifier.kind == EMAIL][1:]


def resolve_onto(customer: str, known: Sequence[Known], *, by_claims_only: bool) -> Attachment:
    """Return what changes when staff say whose a verified fact is.

    What nobody holds it comes to hold, and what a claim holds it takes over. What another holds by
    a verified fact stays there: the two are candidates, for staff to link. `by_claims_only`: so far
    the customer was known by claims, which then stand aside.
    """
    strong = [one for one in known if one.identifier.attaches]
    weak = [one for one in known if not one.identifier.attaches]
    adopt: list[tuple[Known, Hold]] = []
    take: list[tuple[Known, str]] = []
    candidates: list[tuple[str, str]] = []
    for one in strong:
        holder = next(iter(one.holders), None)
        if holder is None or (holder == customer and one.holders[holder].hold is Hold.CLAIMED):
            adopt.append((one, Hold.VERIFIED))
        elif holder != customer:
            candidates.append((holder, one.identifier.kind))
            if one.holders[holder].hold is Hold.CLAIMED:
                take.append((one, holder))
    weak_adopt, weak_candidates = _weak_holds(weak, customer, Hold.VERIFIED)
    adopt += weak_adopt
    return Attachment(
        customer,
        promote=by_claims_only and bool(adopt or take),
        adopt=tuple(adopt),
        take=tuple(take),
        candidates=(*candidates, *weak_candidates),
    )


def hints_onto(customer: str, known: Sequence[Known]) -> Attachment:
    """Return what changes when a customer, over a link of its own, names what it can be found by.

    Whoever has the link is that customer, but an address that it types may be anybody's: it comes
    to hold a telephone as a hint, and others who hold what it names are candidates.
    """
    weak = [one for one in known if not one.identifier.attaches]
    adopt, candidates = _weak_holds(weak, customer, Hold.HINT)
    others = [
        (holder, one.identifier.kind)
        for one in known
        if one.identifier.attaches
        for holder in one.holders
        if holder != customer
    ]
    return Attachment(customer, adopt=tuple(adopt), candidates=(*others, *candidates))


def _is_crowded(one: Known, hold: Hold) -> bool:
    """Whether so many hold it that one more, who would hold it so, is not told apart."""
    holders = one.held_as(Hold.VERIFIED) if hold is Hold.VERIFIED else one.holders
    return not one.identifier.attaches and len(holders) >= MAX_HOLDERS


def _by_strong(strong: Sequence[Known], weak: Sequence[Known]) -> Attachment:
    verified = [customer for one in strong for customer in one.held_as(Hold.VERIFIED)]
    claimed = [customer for one in strong for customer in one.held_as(Hold.CLAIMED)]
    promote = not verified and bool(claimed)
    target = verified[0] if verified else claimed[0] if claimed else None
    adopt: list[tuple[Known, Hold]] = []
    take: list[tuple[Known, str]] = []
    link: list[str] = []
    candidates: list[tuple[str, str]] = []
    for one in strong:
        holder = next(iter(one.holders), None)
        if holder is None:
            adopt.append((one, Hold.VERIFIED))
        elif one.holders[holder].hold is Hold.CLAIMED:
            if holder == target:
                adopt.append((one, Hold.VERIFIED))
            else:
                take.append((one, holder))
                candidates.append((holder, one.identifier.kind))
        elif holder != target:
            link.append(holder)
    weak_adopt, weak_candidates = _weak_holds(weak, target, Hold.VERIFIED)
    return Attachment(
        target,
        promote=promote,
        adopt=(*adopt, *weak_adopt),
        take=tuple(take),
        link=tuple(dict.fromkeys(link)),
        candidates=(*candidates, *weak_candidates),
    )


def _by_weak(weak: Sequence[Known]) -> Attachment:
    """A telephone or card alone: to the one who holds it, or to the one known by it alone."""
    target, promote, alone = None, False, True
    for one in weak:
        if _is_crowded(one, Hold.VERIFIED):
            continue
        verified, claimed = one.held_as(Hold.VERIFIED), one.held_as(Hold.CLAIMED)
        among = verified or claimed
        if not among:
            continue
        apart = [customer for customer in among if one.holders[customer].alone]
        if len(among) == 1:
            target = among[0]
        elif apart:
            target = apart[0]
        else:
            continue
        promote = not verified
        alone = one.holders[target].alone
        break
    adopt, candidates = _weak_holds(weak, target, Hold.VERIFIED)
    return Attachment(
        target, promote=promote, alone=alone, adopt=tuple(adopt), candidates=tuple(candidates)
    )


def _claimed(ordered: Sequence[Known]) -> Attachment | None:
    """A claim finds by e-mail, or among those known by claims only. It takes nothing from
    anybody.
    """
    usable = [one for one in ordered if one.identifier.kind == EMAIL or not one.identifier.attaches]
    if not usable:
        return None
    emails = [one for one in usable if one.identifier.kind == EMAIL]
    weak = [one for one in usable if one.identifier.kind != EMAIL]
    target: str | None = None
    known_by_facts = False
    for one in emails:
        for customer, holder in one.holders.items():
            target, known_by_facts = customer, holder.hold is Hold.VERIFIED
    if target is None and not emails:
        for one in weak:
            claimed = one.held_as(Hold.CLAIMED)
            if not _is_crowded(one, Hold.CLAIMED) and len(claimed) == 1:
                target = claimed[0]
                break
    adopt: list[tuple[Known, Hold]] = [(one, Hold.CLAIMED) for one in emails if not one.holders]
    if known_by_facts:
        adopt = []
    hold = Hold.HINT if known_by_facts else Hold.CLAIMED
    weak_adopt, candidates = _weak_holds(weak, target, hold)
    return Attachment(
        target,
        alone=not emails,
        adopt=(*adopt, *weak_adopt),
        candidates=tuple(candidates),
    )


_RANK = {Hold.HINT: 0, Hold.CLAIMED: 1, Hold.VERIFIED: 2}


def _weak_holds(
    weak: Sequence[Known], target: str | None, hold: Hold
) -> tuple[list[tuple[Known, Hold]], list[tuple[str, str]]]:
    adopt: list[tuple[Known, Hold]] = []
    candidates: list[tuple[str, str]] = []
    for one in weak:
        mine = one.holders.get(target) if target is not None else None
        if mine is not None:
            if _RANK[mine.hold] < _RANK[hold]:
                adopt.append((one, hold))
            continue
        if _is_crowded(one, hold):
            continue
        adopt.append((one, hold))
        candidates += [(other, one.identifier.kind) for other in one.holders]
    return adopt, candidates
