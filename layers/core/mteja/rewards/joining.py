"""Joining: a customer gets a loyalty number, by which it is found at the till, and what a form
gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mteja.business.load import rewards as declared_rewards
from mteja.business.rewards import EarnRule, Rewards
from mteja.customers.items import Hold, IdentifierItem
from mteja.identity.identifiers import EMAIL, LOYALTY, Identifier, Trust
from mteja.identity.resolve import Attachment, Known
from mteja.ids import derived_id
from mteja.recording.draft import Draft
from mteja.recording.identity import hold_identifiers, let_go
from mteja.recording.reading import Stored
from mteja.rewards import rules
from mteja.rewards.ledger import Entry
from mteja.rewards.numbers import mark, new_number
from mteja.rewards.reading import read_entries
from mteja.rewards.spans import EARNED
from mteja.rewards.writing import Line, earlier
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import TransactionLost
from mteja.times import DAY_MS, business_day

if TYPE_CHECKING:
    from mteja.forms.definition import Definition
    from mteja.recording.facts import Fact, Json
    from mteja.recording.record import Recorder
    from mteja.store.table import Table
    from mteja.vault.index import BlindIndex

JOINING = "rewards"
"""The kind of forms by which customers join."""
_MAIL_WITHIN_MS = 3 * DAY_MS


def give_number(draft: Draft, customer: str, fact: "Fact") -> str | None:
    """Give a customer that has no number of ours one, in the fact's transaction; return what was
    given. Given by us, it is verified, whatever else is only claimed of the customer."""
    if draft.profile(customer).loyalty_number is not None:
        return None
    number = Identifier(LOYALTY, new_number())
    known = Known(number, draft.index.of(number.kind, number.value), None, {})
    hold_identifiers(draft, customer, Attachment(customer, adopt=((known, Hold.VERIFIED),)), fact)
    held = any(one.index == known.index for one in draft.profile(customer).identifiers)
    if not held:
        return None
    draft.change(customer, loyalty_number=number.value)
    return number.value


def take_number(draft: Draft, customer: str, stored: Stored) -> None:
    """Take our number from a customer, so that it finds nobody and its card ends. `stored` has what
    `key_of_number` names. Raises TransactionLost where the number is no more."""
    number = draft.profile(customer).loyalty_number
    if number is None:
        raise TransactionLost
    key = key_of_number(draft.index, number)
    item = stored.item(IdentifierItem, key)
    if item is None:
        raise TransactionLost
    let_go(draft, customer, item)
    index = draft.index.of(LOYALTY, number)
    kept = [one for one in draft.profile(customer).identifiers if one.index != index]
    draft.change(customer, identifiers=kept, loyalty_number=None)


def key_of_number(index: "BlindIndex", number: str) -> Key:
    """Return where it stands whose a number is. One KMS call."""
    return keys.identifier(LOYALTY, index.of(LOYALTY, number))


@dataclass(frozen=True)
class FormRider:
    """What a form does for rewards: of the kind `rewards` the customer joins, and each rule of this
    form gives what it may still give."""

    form: str
    interaction: str
    joins: bool
    mails: bool
    rewards: Rewards
    fact: "Fact"
    table: "Table"
    zone: str

    def reads(self) -> Iterable[Key]:
        return ()

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> "Mapping[str, Json]":
        if customer is None:
            return {}
        number = give_number(draft, customer, self.fact) if self.joins else None
        if number is not None and self.mails:
            self._send_card(customer, number, draft)
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

    def _send_card(self, customer: str, number: str, draft: Draft) -> None:
        """Write the mail with the card, to the address by which the customer joined. It comes with
        a new number: once, whoever types the address again."""
        from mteja.mail.messages import Message
        from mteja.mail.messages import derived_id as message_id
        from mteja.mail.outbox import post

        addresses = [one for one in self.fact.identifiers if one.kind == EMAIL]
        if not addresses:
            return
        now = self.fact.received_at
        message = Message(
            id=message_id(now, "card", customer),
            template="card",
            language=self.fact.language,
            due=now,
            not_after=now + _MAIL_WITHIN_MS,
            about={"card": mark(number)},
            to=draft.index.of(EMAIL, addresses[0].value),
        )
        draft.add(post(message, customer))

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
        if fact.trust is Trust.VERIFIED:  # a claim moves no due date; that it expires, time tells
            expires = earlier(profile.lots_expire_on, lasts.expires_on)
            draft.change(customer, lots_expire_on=expires)


def with_joining(
    fact: "Fact", form: "Definition", interaction: str, *, mails: bool, within: "Recorder"
) -> "Fact":
    """Return the fact of a form with what the form does for rewards, if anything. `mails`: whether
    whoever joins is sent the card, in the language of the page that they read. Raises
    Misconfigured."""
    rewards = declared_rewards()
    if rewards is None:
        return fact
    joins = form.kind == JOINING
    if not joins and all(one.form != form.id for one in rewards.rules("form")):
        return fact
    zone = within.business.time_zone
    rider = FormRider(form.id, interaction, joins, mails, rewards, fact, within.table, zone)
    return replace(fact, riders=(*fact.riders, rider))
