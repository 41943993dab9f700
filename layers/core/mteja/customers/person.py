"""What is true of a person, computed over its members. Pure rules; nothing is opened here."""

from collections.abc import Iterator
from dataclasses import dataclass

from mteja.customers.items import HeldIdentifier, Hold, OrderTotals, TraitEntry
from mteja.customers.reading import Member, Person, other_end
from mteja.identity.identifiers import Trust

_STRICT = frozenset({"denied", "withdrawn"})


@dataclass(frozen=True)
class MembersTrait:
    """A value of a field and the member that has it: whose key opens it."""

    customer: str
    field: str
    entry: TraitEntry


@dataclass(frozen=True)
class MembersIdentifier:
    """An identifier and the member that holds it."""

    customer: str
    held: HeldIdentifier


@dataclass(frozen=True)
class StandingConsent:
    """What holds for a purpose. `channel` and `text_version` are None where no row tells them.
    A claimed one waits to be confirmed: it opens no gate."""

    purpose: str
    status: str
    at: int
    source: str
    channel: str | None
    text_version: str | None
    trust: str = Trust.VERIFIED.value


def trust(person: Person) -> str:
    """Return `verified` where any member is known by a verified fact."""
    verified = any(member.profile.trust == Trust.VERIFIED for member in person.members)
    return (Trust.VERIFIED if verified else Trust.CLAIMED).value


def created_at(person: Person) -> int:
    return min(member.profile.created_at for member in person.members)


def version(person: Person) -> int:
    """Return the sum of the members' versions: any change of any member raises it."""
    return sum(member.profile.v for member in person.members)


def traits(person: Person) -> dict[str, MembersTrait]:
    """Return the value of each field that stands: verified before claimed, then the one that was
    observed last."""
    standing: dict[str, MembersTrait] = {}
    for member in person.members:
        for field, entry in (member.traits.fields if member.traits else {}).items():
            one = MembersTrait(member.id, field, entry)
            if field not in standing or _standing(one) > _standing(standing[field]):
                standing[field] = one
    return dict(sorted(standing.items()))


def known(person: Person) -> dict[str, MembersTrait]:
    """Return the values that count as known: of whom a verified fact tells, none that anybody may
    have typed."""
    by_claims = trust(person) != Trust.VERIFIED
    return {
        field: one
        for field, one in traits(person).items()
        if by_claims or one.entry.trust == Trust.VERIFIED
    }


def aside(person: Person) -> list[MembersTrait]:
    """Return claims from before a member was verified: shown apart, for staff to judge."""
    return [
        MembersTrait(member.id, field, entry)
        for member in person.members
        for field, entry in sorted((member.traits.aside if member.traits else {}).items())
    ]


def identifiers(person: Person) -> list[MembersIdentifier]:
    """Return what the person is found by, each once, held verified before claimed.

    A hint finds nobody, so it is none.
    """
    chosen: dict[tuple[str, str], MembersIdentifier] = {}
    for member in person.members:
        for held in member.profile.identifiers:
            if held.hold is Hold.HINT:
                continue
            known = chosen.get((held.kind, held.index))
            if known is None or known.held.hold is not Hold.VERIFIED:
                chosen[held.kind, held.index] = MembersIdentifier(member.id, held)
    return [chosen[key] for key in sorted(chosen)]


def orders(person: Person) -> OrderTotals:
    """Return the members' totals added up."""
    net: dict[str, tuple[int, int]] = {}
    totals = [member.profile.orders for member in person.members]
    for one in totals:
        for currency, (number, amount) in one.net.items():
            known_number, known_amount = net.get(currency, (0, 0))
            net[currency] = (known_number + number, known_amount + amount)
    return OrderTotals(
        count=sum(one.count for one in totals),
        net=dict(sorted(net.items())),
        first=min((one.first for one in totals if one.first is not None), default=None),
        last=max((one.last for one in totals if one.last is not None), default=None),
    )


def last_seen(person: Person) -> int | None:
    """Return when the person last did or told anything that we know of."""
    moments: list[int] = []
    for member in person.members:
        profile = member.profile
        moments += [held.at for held in profile.identifiers if held.hold is not Hold.HINT]
        moments += [one.at for one in _stated(member)]
        if profile.orders.last is not None:
            moments.append(profile.orders.last)
        if member.traits is not None:
            moments += [entry.seen for entry in member.traits.fields.values()]
    return max(moments, default=None)


def last_login(person: Person) -> int | None:
    """Return when the person last logged in, as far as a server told."""
    told = (member.profile.last_login_at for member in person.members)
    return max((at for at in told if at is not None), default=None)


def consents(person: Person) -> list[StandingConsent]:
    """Return what holds for each purpose.

    Of each member and source the latest statement counts; among these the stricter wins (design,
    section 5), then the later. A claimed one is shown where nothing verified was said.
    """
    standing: dict[str, StandingConsent] = {}
    for member in person.members:
        for one in _stated(member):
            known = standing.get(one.purpose)
            if known is None or _strictness(one) > _strictness(known):
                standing[one.purpose] = one
    return [standing[purpose] for purpose in sorted(standing)]


def _stated(member: Member) -> Iterator[StandingConsent]:
    """Yield the latest statement of each purpose and source."""
    profile = member.profile
    for trust, stated in (
        (Trust.VERIFIED, profile.consents),
        (Trust.CLAIMED, profile.claimed_consents or {}),
    ):
        rows = {
            (row.purpose, row.source, row.status): row
            for row in member.consents
            if row.trust == trust
        }
        for purpose, by_source in stated.items():
            for source, (status, at) in by_source.items():
                row = rows.get((purpose, source, status))
                yield StandingConsent(
                    purpose,
                    status,
                    at,
                    source,
                    row.channel if row else None,
                    row.text_version if row else None,
                    trust.value,
                )


def candidates(person: Person) -> dict[str, dict[str, str]]:
    """Return customers outside this person that may be the same one, each with the open evidence:
    by kind of identifier, the fact that showed it."""
    inside = set(person.ids)
    found: dict[str, dict[str, str]] = {}
    for member in person.members:
        for item in member.candidates:
            if item.status == "open" and other_end(item) not in inside:
                found[other_end(item)] = found.get(other_end(item), {}) | item.evidence
    return dict(sorted(found.items()))


def _standing(one: MembersTrait) -> tuple[bool, int, int, str]:
    entry = one.entry
    return entry.trust == Trust.VERIFIED, entry.seen, entry.at, one.customer


def _strictness(one: StandingConsent) -> tuple[bool, bool, int, str]:
    return one.trust == Trust.VERIFIED, one.status in _STRICT, one.at, one.source
