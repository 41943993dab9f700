"""What is done at the till: stamps given, rewards handed out, mistakes put right. Each is planned
on what a person has, and holds only while no member of the person changes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from mteja.business.rewards import EarnRule, Gift, Rewards
from mteja.customers.items import LinkItem
from mteja.customers.reading import Person
from mteja.errors import InvalidInput, StaleVersion
from mteja.pages.catalogues import marked
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, Json, canonical
from mteja.recording.reading import Stored
from mteja.rewards import rules
from mteja.rewards.joining import give_number, take_number
from mteja.rewards.ledger import Entry, due_expiry, next_expiry, standing
from mteja.rewards.reading import Ledger
from mteja.rewards.spans import ADJUSTED, EARNED, SPENT
from mteja.rewards.writing import Line
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import Check

REASON = "reason"
"""Under which name the reason of an entry is sealed."""
TOO_OFTEN = marked("at most {most} a day")
TOO_MANY = marked("only {active} can be taken")

type Lines = tuple[tuple[str, Line], ...]
"""Entries to be written, each with the member whose it is; the first one is told the reason."""


def stamped(
    customer: str, told: Ledger, rule: EarnRule, rewards: Rewards, line: Line, today: date
) -> Lines:
    """Return what a visit gives. Raises InvalidInput over the rule's limit of a day."""
    room = rules.room_of_day(rule, told.of(rule.unit), today)
    if room is not None and line.amount > room:
        raise InvalidInput("amount", TOO_OFTEN, most=rule.most_a_day or 0)
    lasts = rules.span(rewards, rule.unit, today, returnable=False)
    return ((customer, line._replace(kind=EARNED, lot=line.id, rule=rule.id, span=lasts)),)


def adjusted(customer: str, told: Ledger, rewards: Rewards, line: Line, today: date) -> Lines:
    """Return what staff put right: more is a lot of its own, less is taken like a spending. Raises
    InvalidInput for more than there is."""
    if line.amount < 0:
        return tuple(_taken(told, line._replace(kind=ADJUSTED)))
    lasts = rules.span(rewards, line.unit, today, returnable=False)
    return ((customer, line._replace(kind=ADJUSTED, lot=line.id, span=lasts)),)


def redeemed(told: Ledger, gift: Gift | None, line: Line) -> Lines:
    """Return what is spent, on a gift or on something else. Raises InvalidInput for more than there
    is."""
    spent = line._replace(kind=SPENT, gift=None if gift is None else gift.id)
    return tuple(_taken(told, spent))


def _taken(told: Ledger, line: Line) -> Iterator[tuple[str, Line]]:
    """Yield what each member gives of `-amount`: of the lots that expire first, whoever's."""
    stands = told.stands[line.unit]
    if -line.amount > stands.active:
        raise InvalidInput("amount", TOO_MANY, active=stands.active)
    for number, (member, part) in enumerate(stands.taken_from(-line.amount).items()):
        yield member, line._replace(id=f"{line.id}{number or ''}", amount=-part)


@dataclass(frozen=True)
class CounterRider:
    """Writes what was planned for a person as it was read. The customer gets a number, if no member
    has one. `renews`: by member where the numbers stand that end, for a new one. `reason`: sealed
    to the first member of the lines."""

    fact: Fact
    person: Person
    told: Ledger
    lines: Lines
    reason: str
    today: date
    renews: Mapping[str, Key] = field(default_factory=dict)

    def reads(self) -> Iterable[Key]:
        """Return the person's links: whoever undoes one meanwhile changes whose lots these are."""
        return [*(Key(link.pk, link.sk) for link in self._links()), *self.renews.values()]

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> Mapping[str, Json]:
        for link in self._links():
            self._still_linked(link, stored, draft)
        for member in self.renews:
            self._take_up(member, draft)
            take_number(draft, member, stored)
        numbered = any(one.profile.loyalty_number for one in self.person.members)
        if customer is not None and (self.renews or not numbered):
            give_number(draft, customer, self.fact)
        for number, (member, line) in enumerate(self.lines):
            self._write(member, line, draft, self.reason if number == 0 else "")
        for member in dict.fromkeys(member for member, _ in self.lines):
            expires = self._expires(member)
            day = None if expires is None else expires.isoformat()
            draft.change(member, lots_expire_on=day)
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    def _links(self) -> list[LinkItem]:
        return [link for member in self.person.members for link in member.links]

    def _still_linked(self, link: LinkItem, stored: Stored, draft: Draft) -> None:
        key = Key(link.pk, link.sk)
        now = stored.item(LinkItem, key)
        if now is None or now.v != link.v:
            raise StaleVersion
        draft.add(Check(key, link.v))

    def _write(self, member: str, line: Line, draft: Draft, reason: str) -> None:
        fact, at = self.fact, self.fact.received_at
        self._take_up(member, draft)
        if reason:
            place = keys.points(member, at, line.id).sk
            sealed = draft.seal(member, place, REASON, canonical(reason), at)
            line = line._replace(sealed=sealed)
        draft.add(line.put(member, draft.profile(member), fact.source, fact.trust.value, at))

    def _take_up(self, member: str, draft: Draft) -> None:
        if not draft.has(member):
            profile = self.person.member(member).profile
            draft.take_up(member, profile, profile.created_at, profile.trust)

    def _expires(self, member: str) -> date | None:
        """Return when something of a member's expires that has these entries too."""
        at = self.fact.received_at
        profiles = {one.id: one.profile for one in self.person.members}
        made = [line.entry(whose, profiles[whose], at, self.today) for whose, line in self.lines]
        entries: list[Entry] = [*self.told.entries, *made]
        days: list[date | None] = []
        for unit in self.told.stands:
            of_unit = [one for one in entries if one.unit == unit]
            stands = standing(of_unit, self.today)
            due = any(whose == member for whose, _ in due_expiry(of_unit, stands))
            days.append(self.today if due else next_expiry(of_unit, stands, member))
        return min((day for day in days if day is not None), default=None)
