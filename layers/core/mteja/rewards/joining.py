"""Joining: a customer gets a loyalty number, by which it is found at the till, and what a form
gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mteja.business.load import rewards as declared_rewards
from mteja.business.rewards import EarnRule, Rewards
from mteja.customers.items import Hold
from mteja.identity.identifiers import LOYALTY, Identifier
from mteja.identity.resolve import Attachment, Known
from mteja.ids import derived_id
from mteja.recording.draft import Draft
from mteja.recording.identity import hold_identifiers
from mteja.recording.reading import Stored
from mteja.rewards import rules
from mteja.rewards.ledger import EARNED, Entry
from mteja.rewards.numbers import new_number
from mteja.rewards.reading import read_entries
from mteja.rewards.writing import Line, earlier
from mteja.store.keys import Key
from mteja.times import business_day

if TYPE_CHECKING:
    from mteja.recording.facts import Fact, Json
    from mteja.recording.record import Recorder
    from mteja.store.table import Table

JOINING = "rewards"
"""The kind of forms by which customers join."""


def give_number(draft: Draft, customer: str, fact: "Fact") -> None:
    """Give a customer that has no number of ours one, in the fact's transaction. Given by us, it is
    verified, whatever else is only claimed of the customer."""
    if draft.profile(customer).loyalty_number is not None:
        return
    number = Identifier(LOYALTY, new_number())
    known = Known(number, draft.index.of(number.kind, number.value), None, {})
    hold_identifiers(draft, customer, Attachment(customer, adopt=((known, Hold.VERIFIED),)), fact)
    if any(one.index == known.index for one in draft.profile(customer).identifiers):
        draft.change(customer, loyalty_number=number.value)


@dataclass(frozen=True)
class FormRider:
    """What a form does for rewards: of the kind `rewards` the customer joins, and each rule of this
    form gives what it may still give."""

    form: str
    interaction: str
    joins: bool
    rewards: Rewards
    fact: "Fact"
    table: "Table"
    zone: str

    def reads(self) -> Iterable[Key]:
        return ()

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> "Mapping[str, Json]":
        if customer is None:
            return {}
        if self.joins:
            give_number(draft, customer, self.fact)
        asked = [one for one in self.rewards.rules("form") if one.form == self.form]
        profile = stored.profile(customer)
        entries: list[Entry] = []
        if asked and profile is not None:
            entries = read_entries(self.table, customer, profile, self.zone)
        for rule in asked:
            self._give(rule, entries, customer, draft)
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    def _give(self, rule: EarnRule, entries: list[Entry], customer: str, draft: Draft) -> None:
        fact = self.fact
        today = business_day(fact.received_at, self.zone)
        room = rules.room_of_day(rule, entries, today)
        amount = rule.amount if room is None else min(rule.amount, room)
        if not amount or len(rules.earned_by(rule.id, entries)) >= (rule.times or 1):
            return
        profile = draft.profile(customer)
        lasts = rules.span(self.rewards, rule.unit, today, returnable=False)
        line = Line(
            id=derived_id("pts", customer, self.interaction, rule.id),
            unit=rule.unit,
            kind=EARNED,
            amount=amount,
            lot=f"{self.interaction}#{rule.id}",
            span=lasts,
            rule=rule.id,
            about=self.interaction,
        )
        draft.add(line.put(customer, profile, fact.source, fact.trust.value, fact.received_at))
        expires = earlier(profile.lots_expire_on, lasts.expires_on)
        draft.change(customer, lots_expire_on=expires)


def with_joining(
    fact: "Fact", form: str, kind: str, interaction: str, within: "Recorder"
) -> "Fact":
    """Return the fact of a form with what the form does for rewards, if anything. Raises
    Misconfigured."""
    rewards = declared_rewards()
    if rewards is None:
        return fact
    joins = kind == JOINING
    if not joins and all(one.form != form for one in rewards.rules("form")):
        return fact
    rider = FormRider(
        form, interaction, joins, rewards, fact, within.table, within.business.time_zone
    )
    return replace(fact, riders=(*fact.riders, rider))
