"""What an attachment changes: identifiers held, taken or set aside, links and duplicate
candidates.
"""

from collections.abc import Iterable, Mapping

from mteja.customers.items import (
    CandidateItem,
    HeldIdentifier,
    Hold,
    Holder,
    IdentifierItem,
    LinkItem,
)
from mteja.identity.identifiers import EMAIL, LOYALTY, PHONE, Identifier, Trust, ending
from mteja.identity.resolve import MAX_HELD, Attachment, Known
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact
from mteja.recording.reading import Stored
from mteja.store import index_keys, keys
from mteja.store.table import Check, Delete, Put, State, TransactionLost
from mteja.vault.index import BlindIndex


def hold_identifiers(draft: Draft, customer: str, attachment: Attachment, fact: Fact) -> None:
    """Make the customer hold what the fact names, within the limit of a kind."""
    profile = draft.profile(customer)
    held = list(profile.identifiers)
    losers = {known.identifier: loser for known, loser in attachment.take}
    wanted = [*attachment.adopt, *((one, Hold.VERIFIED) for one, _ in attachment.take)]
    for known, hold in wanted:
        identifier = known.identifier
        mine = [one for one in held if one.kind == identifier.kind]
        already = [one for one in mine if one.index == known.index]
        # Hints take no place from what finds the customer: anybody may add one.
        counted = [one for one in mine if (one.hold is Hold.HINT) == (hold is Hold.HINT)]
        if not already and len(counted) >= MAX_HELD:
            draft.notes.append(f"limit:{identifier.kind.partition('@')[0]}")
            continue
        entry = HeldIdentifier(
            kind=identifier.kind,
            index=known.index,
            sealed=draft.seal(
                customer,
                "PROFILE",
                f"identifier:{identifier.kind}",
                identifier.value.encode(),
                fact.observed_at,
            ),
            hold=hold,
            trust=fact.trust,
            source=fact.source,
            at=fact.observed_at,
        )
        held = [one for one in held if one not in already] + [entry]
        loser = losers.get(identifier)
        holders = dict(known.holders) if loser is None else {}
        holders[customer] = Holder(hold=hold, alone=attachment.alone)
        write_holders(draft, known, holders)
        if loser is not None:
            _leave_a_hint(draft, loser, known)
    held.sort(key=lambda one: (one.kind, one.index))
    draft.change(customer, identifiers=held)


def _leave_a_hint(draft: Draft, loser: str, known: Known) -> None:
    """The claim by which a customer was found is somebody else's now."""
    lost = [
        one.model_copy(update={"hold": Hold.HINT})
        if (one.kind, one.index) == (known.identifier.kind, known.index)
        else one
        for one in draft.profile(loser).identifiers
    ]
    draft.change(loser, identifiers=lost)


def write_holders(draft: Draft, known: Known, holders: Mapping[str, Holder]) -> None:
    """Write who holds an identifier, on the condition that nobody else did meanwhile."""
    key = keys.identifier(known.identifier.kind, known.index)
    when = State.ABSENT if known.v is None else known.v
    item = IdentifierItem(
        pk=key.pk,
        sk=key.sk,
        v=(known.v or 0) + 1,
        holders=dict(sorted(holders.items())),
        lookup_pk=_lookup(draft.index, known.identifier),
    )
    draft.add(Put(item.model_dump(exclude_none=True), when))


def _lookup(index: BlindIndex, identifier: Identifier) -> str | None:
    if identifier.kind != PHONE:
        return None
    return index_keys.phone_ending(index.of("phone-ending", ending(identifier.value)))


def set_claims_aside(draft: Draft, customer: str, adopted: Iterable[Known], stored: Stored) -> None:
    """A customer known by claims is verified now, through what the fact adopts. Its other claims no
    longer find it: an e-mail is free again, a telephone is a hint. Its claimed traits stand aside,
    and which language was claimed is forgotten. Of a loyalty number that was mailed to an address
    which stands aside, nothing is left: somebody else may have had it.
    """
    profile = draft.profile(customer)
    kept = {known.index for known in adopted}
    aside: list[HeldIdentifier] = []
    mailed = any(
        held.kind == EMAIL and held.hold is Hold.CLAIMED and held.index not in kept
        for held in profile.identifiers
    )
    for held in profile.identifiers:
        if mailed and held.kind == LOYALTY and held.trust == Trust.CLAIMED:
            let_go(draft, customer, stored.identifier(held.kind, held.index))
            draft.change(customer, loyalty_number=None)
            continue
        if held.index in kept or held.hold is not Hold.CLAIMED:
            aside.append(held)
            continue
        aside.append(held.model_copy(update={"hold": Hold.HINT}))
        key = keys.identifier(held.kind, held.index)
        item = stored.identifier(held.kind, held.index)
        if item is None:
            continue
        if held.kind == EMAIL:
            draft.add(Delete(key, item.v))
        else:
            holders = dict(item.holders) | {customer: Holder(hold=Hold.HINT)}
            changed = item.model_copy(update={"v": item.v + 1, "holders": holders})
            draft.add(Put(changed.model_dump(exclude_none=True), item.v))
    draft.change(customer, identifiers=aside, trust="verified", language=None)
    traits = draft.traits(customer)
    claimed = {name: one for name, one in traits.fields.items() if one.trust == "claimed"}
    if claimed:
        fields = {name: one for name, one in traits.fields.items() if name not in claimed}
        draft.change_traits(customer, fields=fields, aside=dict(traits.aside) | claimed)


def let_go(draft: Draft, customer: str, item: IdentifierItem | None) -> None:
    """Let an identifier no longer lead to a customer; whoever else holds it still does."""
    if item is None:
        return
    key = keys.Key(item.pk, item.sk)
    others = {whose: one for whose, one in item.holders.items() if whose != customer}
    changed = item.model_copy(update={"v": item.v + 1, "holders": others})
    draft.add(Put(changed.model_dump(exclude_none=True), item.v) if others else Delete(key, item.v))


def link_members(
    draft: Draft, customer: str, others: Iterable[str], stored: Stored, fact: Fact
) -> None:
    """Link customers that a signed payload shows to be one person. Nothing moves.

    A link that staff removed stays removed. Raises TransactionLost where the other is being erased.
    """
    for other in others:
        if stored.link(customer, other) is not None:
            continue
        profile = stored.profile(other)
        if profile is None or profile.erased_at is not None:
            raise TransactionLost
        draft.add(Check(keys.profile(other), profile.v))
        for one, two in ((customer, other), (other, customer)):
            key = keys.link(one, two)
            item = LinkItem(
                pk=key.pk, sk=key.sk, v=1, status="linked", by=fact.source, at=fact.observed_at
            )
            if one > two:
                item = item.model_copy(
                    update={"log_pk": index_keys.person_log(one), "log_sk": key.sk}
                )
            draft.add(Put(item.model_dump(exclude_none=True), State.ABSENT))


def note_candidates(
    draft: Draft,
    customer: str,
    candidates: Iterable[tuple[str, str]],
    stored: Stored,
    fact: Fact,
    evidence: str,
) -> None:
    """Keep each pair that shares a weaker identifier, with what showed it, for staff to judge.

    Also of those that are linked: readers leave these out, and an undone link shows them again.
    """
    by_other: dict[str, set[str]] = {}
    for other, kind in candidates:
        if other != customer:
            by_other.setdefault(other, set()).add(kind)
    for other, kinds in sorted(by_other.items()):
        known = stored.candidate(customer, other)
        if known is not None and kinds <= set(known.evidence):
            continue
        shown = dict(known.evidence) if known else {}
        shown |= dict.fromkeys(sorted(kinds), evidence)
        at = known.at if known else fact.received_at
        for one, two in ((customer, other), (other, customer)):
            key = keys.candidate(one, two)
            first = one < two
            item = CandidateItem(
                pk=key.pk,
                sk=key.sk,
                v=(known.v if known else 0) + 1,
                status="open",
                evidence=shown,
                at=at,
                open_pk="candidate" if first else None,
                open_sk=index_keys.open_position(at, f"{one}+{two}") if first else None,
            )
            when = known.v if known else State.ABSENT
            draft.add(Put(item.model_dump(exclude_none=True), when))
